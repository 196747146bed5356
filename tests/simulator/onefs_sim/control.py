# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the command line talks to a running pair: one JSON line there, one back, over a socket in the state folder."""

from __future__ import annotations

import json
import pathlib
import re
import socket
import socketserver
import threading
from collections.abc import Callable
from typing import Any

TIMEOUT_SECONDS = 60.0


class ControlError(RuntimeError):
    """The pair could not be asked, or refused."""


def serve(path: pathlib.Path, answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer questions from now on, each in a thread of its own."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                reply = {"answer": answer(json.loads(self.rfile.readline()))}
            except (ValueError, RuntimeError, re.error) as error:
                reply = {"error": str(error)}
            except (LookupError, OSError, TypeError) as error:
                reply = {"error": f"{type(error).__name__}: {error}"}
            self.wfile.write(json.dumps(reply).encode() + b"\n")

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    # Whoever finds the socket may connect at once: it gets its name when it listens, not when it is bound.
    unnamed = path.with_suffix(".new")
    unnamed.unlink(missing_ok=True)
    server = Server(str(unnamed), Handler)
    unnamed.rename(path)
    threading.Thread(target=server.serve_forever, daemon=True, name="control").start()


def ask(path: pathlib.Path, question: dict[str, Any]) -> Any:
    """Ask a running pair."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        try:
            connection.connect(str(path))
        except OSError as error:
            raise ControlError(f"no pair answers at {path} ({error}); bring it up with 'onefs-sim up'") from error
        connection.sendall(json.dumps(question).encode() + b"\n")
        with connection.makefile("rb") as stream:
            reply = json.loads(stream.readline() or b'{"error": "the pair broke off"}')
    if "error" in reply:
        raise ControlError(str(reply["error"]))
    return reply["answer"]
