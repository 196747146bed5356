# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells a Samba process to close one file: the message that its NetFileClose sends, without a server for that call.

Run on a node by the system's Python, which has Samba's own modules:
samba_close_file.py CONFIGURATION PID UNIQUE_ID DEVICE INODE SHARE_FILE_ID
"""

from __future__ import annotations

import struct
import sys

from samba.dcerpc import messaging, server_id
from samba.messaging import Messaging
from samba.param import LoadParm

ANY_NODE = 0xFFFFFFFF


def message(pid: int, device: int, inode: int, share_file_id: int) -> bytes:
    """Return a share mode entry as Samba 4.17 sends it; only the file's identity is looked at.

    Process, message, kind and rights of the opening, its time; device, inode and stream; number of the opening; owner,
    flags, hash of the name, node.
    """
    opening = struct.pack("<IQHIIIII", pid, 0, 0, 0, 0, 0, 0, 0)
    return opening + struct.pack("<QQQIIHII", device, inode, 0, share_file_id, 0, 0, 0, ANY_NODE)


def main() -> int:
    """Send the message."""
    configuration = sys.argv[1]
    pid, unique_id, device, inode, share_file_id = (int(word) for word in sys.argv[2:])
    parameters = LoadParm()
    parameters.load(configuration)
    process = server_id.server_id()
    process.pid, process.vnn, process.unique_id = pid, ANY_NODE, unique_id
    text = message(pid, device, inode, share_file_id)
    Messaging(lp_ctx=parameters).send(process, messaging.MSG_SMB_CLOSE_FILE, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
