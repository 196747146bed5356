# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What isi_mcp does with sudoers: an override on any node is checked, given to every node, and rendered there."""

from __future__ import annotations

import os
import pathlib
import subprocess
import threading
from collections.abc import Sequence

from . import world
from .ssh_server import OVERRIDE, RENDERED

POLL_SECONDS = 0.2


class SudoersSync:
    """Watches the overrides of one cluster's nodes."""

    def __init__(self, roots: Sequence[pathlib.Path]) -> None:
        self._roots = list(roots)
        self._refused = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="isi_mcp")

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(POLL_SECONDS):
            try:
                self.distribute()
            except (OSError, UnicodeDecodeError) as error:
                # An editor replaces the file while it is read; the next look finds it whole.
                print(f"isi_mcp: {error}; looking again", flush=True)

    def distribute(self) -> None:
        """Bring every node to the newest override, unless visudo refuses it."""
        overrides = [root / OVERRIDE.lstrip("/") for root in self._roots]
        present = [path for path in overrides if path.exists()]
        if not present:
            return
        edited, newest = max((path.stat().st_mtime_ns, path) for path in present)
        text = newest.read_text(encoding="utf-8")
        rendered = [root / RENDERED.lstrip("/") for root in self._roots]
        if text == self._refused or all(
            p.exists() and p.read_text(encoding="utf-8") == text for p in (*overrides, *rendered)
        ):
            return
        root = self._roots[overrides.index(newest)]
        check = subprocess.run(
            ["chroot", str(root), "visudo", "-c", "-q", "-f", OVERRIDE], capture_output=True, check=False
        )
        if check.returncode:
            self._refused = text
            return
        for each in self._roots:
            if each is not root:
                world.write(each, OVERRIDE, text, 0o440)
                # A copy is as old as what it was made of: who edits that meanwhile has the newest one.
                os.utime(each / OVERRIDE.lstrip("/"), ns=(edited, edited))
            world.write(each, RENDERED, text, 0o440)
