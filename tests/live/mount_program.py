# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in the guest of client2 beside its mount: holds files open and lets an SSH server be asked, until told to stop.

`mount_program.py MOUNT LOG STOP`, as the guest's first process calls it.
"""

from __future__ import annotations

import contextlib
import pathlib
import subprocess
import sys
import time


def main() -> None:
    """Hold, serve, and end."""
    mount, log, stop = (pathlib.Path(word) for word in sys.argv[1:4])
    pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    # Ansible asks with a terminal.
    pathlib.Path("/dev/pts").mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "devpts", "devpts", "/dev/pts", "-o", "ptmxmode=666"], check=True)
    with contextlib.ExitStack() as held:
        held.enter_context(open(mount / "kernel.txt", "ab", buffering=0)).write(b"x" * 100)
        server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(log.parent / "sshd_config")])
        log.write_text('{"event": "acknowledged"}\n', encoding="utf-8")
        while not stop.exists():
            time.sleep(0.1)
        server.terminate()


if __name__ == "__main__":
    main()
