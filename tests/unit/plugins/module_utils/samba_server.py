# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Samba on a port of loopback, run by whoever runs the test: one share, one account."""

from __future__ import annotations

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

# Beside the one on which a port is claimed.
ADDRESS = "127.0.0.2"
PASSWORD = "s3cret"
SHARE = "sales"
PROGRAMS = ("smbd", "pdbedit")
START_SECONDS = 60
FOLDERS = ("private", "lock", "state", "cache", "pid", "ncalrpc", "binddns", "log")
CONFIGURATION = """\
[global]
  netbios name = BOSTON
  workgroup = TESTS
  server role = standalone server
  passdb backend = tdbsam:{home}/private/passdb.tdb
  private dir = {home}/private
  lock directory = {home}/lock
  state directory = {home}/state
  cache directory = {home}/cache
  pid directory = {home}/pid
  ncalrpc dir = {home}/ncalrpc
  binddns dir = {home}/binddns
  log file = {home}/log/smbd.log
  logging = file
  interfaces = {address}/8
  bind interfaces only = yes
  smb ports = {port}
  disable netbios = yes
  load printers = no
  printcap name = /dev/null
  disable spoolss = yes
  rpc start on demand helpers = no
[{share}]
  path = {folder}
  read only = no
"""


def missing_programs() -> list[str]:
    """Return what of Samba this machine does not have; an account that is not root may not have sbin in its path."""
    return [name for name in PROGRAMS if not _program(name)]


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


class SambaServer:
    """Serves a folder as a share until it is stopped, or killed."""

    def __init__(self, home: pathlib.Path, port: int) -> None:
        self.port = port
        self.folder = home / "share"
        # Samba gives files to the account of the machine; there is none but this one.
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self._configuration = home / "smb.conf"
        for name in (*FOLDERS, "share"):
            (home / name).mkdir(parents=True)
        (home / "private").chmod(0o700)
        self._configuration.write_text(
            CONFIGURATION.format(home=home, address=ADDRESS, port=port, share=SHARE, folder=self.folder),
            encoding="utf-8",
        )
        account = [str(_program("pdbedit")), "-s", str(self._configuration), "-a", "-t", "-u", self.user]
        subprocess.run(account, input=f"{PASSWORD}\n{PASSWORD}\n", text=True, check=True, capture_output=True)
        self._said = home / "log" / "said"
        with open(self._said, "wb") as said:
            self._process = subprocess.Popen(
                [str(_program("smbd")), "-F", "-s", str(self._configuration), "--no-process-group"],
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((ADDRESS, self.port)).close()
            except ConnectionRefusedError:
                assert self._process.poll() is None and time.monotonic() < end, self._said.read_text(encoding="utf-8")
                time.sleep(0.02)
            else:
                return

    def freeze(self) -> None:
        """Say nothing more, as a node whose power went."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def kill(self) -> None:
        """End at once, with the processes that serve clients."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
