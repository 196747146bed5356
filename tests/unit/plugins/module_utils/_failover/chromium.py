# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium over its own pipe: pages are opened, asked and pictured, and what they ask the network for is kept.

The pipe needs neither a port nor a driver: messages are JSON, each ended by a zero byte, on the file descriptors 3 and 4 of the browser.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import time
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
ANSWER_SECONDS = 90


def find_chromium() -> str | None:
    """Return the browser of this machine."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _place(to_read: int, from_write: int) -> None:
    """Give the pipes the numbers that the browser expects; first out of each other's way."""
    apart = [fcntl.fcntl(one, fcntl.F_DUPFD, 10) for one in (to_read, from_write)]
    for number, one in zip((3, 4), apart, strict=True):
        os.dup2(one, number)


class Chromium:
    """One browser with one page."""

    def __init__(self, program: str, profile: pathlib.Path) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._number, self._rest, self._loaded = 0, b"", False
        self._session = ""
        (to_read, self._to), (self._from, from_write) = os.pipe(), os.pipe()
        flags = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-background-networking",
            "--no-first-run",
        )
        self._process = subprocess.Popen(
            [program, *flags, f"--user-data-dir={profile}", "--remote-debugging-pipe"],
            preexec_fn=lambda: _place(to_read, from_write),
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_read)
        os.close(from_write)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._ask(f"{domain}.enable")

    def open(
        self, page: pathlib.Path, width: int = 1200, height: int = 900, dark: bool = False, script: bool = True
    ) -> None:
        """Open a page as a screen of this size shows it."""
        self._ask("Emulation.setScriptExecutionDisabled", value=not script)
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", media="screen", features=[scheme])
        self._loaded = False
        self._ask("Page.navigate", url=page.as_uri())
        self._until(lambda: self._loaded)

    def ask(self, expression: str) -> Any:
        """Return the value of an expression on the page."""
        answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, path: pathlib.Path) -> None:
        """Write what the page looks like, all of it."""
        answer = self._ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(answer["data"]))

    def printed(self) -> bytes:
        """Return the page on paper, as PDF."""
        return base64.b64decode(self._ask("Page.printToPDF")["data"])

    def close(self) -> None:
        """End the browser with all of its processes."""
        os.close(self._to)
        os.close(self._from)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": arguments}
        if self._session and not method.startswith("Target."):
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        found: dict[str, Any] = {}
        self._until(lambda: bool(found), self._number, found)
        assert "error" not in found, (method, found)
        result: dict[str, Any] = found["result"]
        return result

    def _until(self, done: Any, number: int = 0, into: dict[str, Any] | None = None) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while not done():
            readable = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))[0]
            if not readable:
                raise TimeoutError("the browser does not answer")
            part = os.read(self._from, 1 << 20)
            if not part:
                raise EOFError("the browser ended")
            *whole, self._rest = (self._rest + part).split(b"\0")
            for message in map(json.loads, whole):
                if into is not None and message.get("id") == number:
                    into.update(message)
                self._note(message.get("method", ""), message.get("params", {}))

    def _note(self, method: str, told: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Log.entryAdded":
            self.complaints.append(told["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(told["exceptionDetails"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(f"console.{told['type']}")
        elif method == "Page.loadEventFired":
            self._loaded = True
