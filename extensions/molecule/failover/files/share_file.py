# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

r"""Write or read one text file on an SMB share: ``share_file.py \\SERVER\SHARE USER PASSWORD read|write NAME [TEXT]``."""

from __future__ import annotations

import sys

import smbclient


def main(share: str, user: str, password: str, action: str, name: str, text: str = "") -> None:
    """Do what the command line says; an error of the server ends the program with its message."""
    path = f"{share}\\{name}"
    if action == "write":
        with smbclient.open_file(path, mode="w", username=user, password=password) as stream:
            stream.write(text)
    else:
        with smbclient.open_file(path, mode="r", username=user, password=password) as stream:
            sys.stdout.write(stream.read())


if __name__ == "__main__":
    main(*sys.argv[1:])
