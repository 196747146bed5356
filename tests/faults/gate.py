# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a playbook stops before each of its tasks, so that what is to happen there happens neither earlier nor later."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PLUGINS = pathlib.Path(__file__).resolve().parent / "callback_plugins"


@dataclass(frozen=True)
class Event:
    """A task begins, or ended (how: ok, failed or skipped), or the run is over. `file`: the task file without its suffix."""

    event: str
    file: str
    task: str
    how: str = ""


class Gate:
    """Listens for one run; calls `passed` with each event while the run waits."""

    def __init__(self, path: pathlib.Path, passed: Callable[[Event], None]) -> None:
        self._path = path
        self._passed = passed
        self._server = socket.socket(socket.AF_UNIX)
        self._thread = threading.Thread(target=self._serve, name="gate", daemon=True)
        #: The controller's process, as this machine numbers it; 0 before it came.
        self.controller = 0
        #: Whether it was ended; it may have been through with everything by then.
        self.killed = False
        self.troubles: list[BaseException] = []

    @property
    def environment(self) -> dict[str, str]:
        """Return what a playbook needs in its environment to come by here."""
        return {
            "STEP_GATE": str(self._path),
            "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS),
            "ANSIBLE_CALLBACKS_ENABLED": "step_gate",
        }

    def __enter__(self) -> Gate:
        self._path.unlink(missing_ok=True)
        self._server.bind(str(self._path))
        self._server.listen(1)
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        # A thread that waits for a connection is not woken by close().
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def kill_controller(self) -> None:
        """End the controller without a warning; its workers end with it."""
        self.killed = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.controller, signal.SIGKILL)

    def _serve(self) -> None:
        try:
            connection, _address = self._server.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as stream:
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            self.controller = struct.unpack("3i", credentials)[0]
            try:
                for line in stream:
                    told: dict[str, Any] = json.loads(line)
                    self._passed(Event(**told))
                    connection.sendall(b"go\n")
            except (BrokenPipeError, ConnectionResetError):
                # It was killed while it waited.
                return
            except BaseException as error:
                self.troubles.append(error)
                self.kill_controller()
