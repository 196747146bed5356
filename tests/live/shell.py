# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shell on a node of a running pair, over SSH from the pair's controller."""

from __future__ import annotations

import pathlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import paramiko
from inside import inside
from running_pair import RunningPair

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Outcome:
    """What a command left."""

    code: int
    out: str
    err: str


class Shell:
    """One account on one node; each command has a channel of its own in one connection."""

    def __init__(self, pair: RunningPair, access: Mapping[str, Any], host: str = "") -> None:
        self._client = paramiko.SSHClient()
        self._client.load_host_keys(access["known_hosts_file"])
        with inside(pathlib.Path(pair.status["state_dir"]), "controller"):
            self._client.connect(
                host or access["host"],
                access["port"],
                access["user"],
                key_filename=access["key_file"],
                timeout=TIMEOUT_SECONDS,
                allow_agent=False,
                look_for_keys=False,
            )

    def line(self, command: str, stdin: str = "") -> Outcome:
        """Run a line of the account's shell."""
        into, out, err = self._client.exec_command(command, timeout=TIMEOUT_SECONDS)
        into.write(stdin)
        into.channel.shutdown_write()
        # What commands say here fits a window: reading one stream to its end does not hold the other up.
        text = out.read().decode()
        return Outcome(out.channel.recv_exit_status(), text, err.read().decode())

    def run(self, *words: str) -> Outcome:
        """Run a command whose words the account's shell leaves as they are."""
        return self.line(shlex.join(words))

    def sudo(self, words: Sequence[str]) -> Outcome:
        return self.run("sudo", "-n", *words)

    def close(self) -> None:
        self._client.close()
