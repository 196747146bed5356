# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operator sees while a task works, in a terminal and in a job's output alike. Private to the collection."""

from __future__ import annotations

import sys
import textwrap
import time
import typing as t

from ansible import constants
from ansible.utils.display import Display, get_text_width
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.printable import printable
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.progress import PassingLine

INDENT = "    "
RULE = "-" * 72
ERASE_LINE = "\r\x1b[K"
# Below this nobody waits, and a line about it would only be in the way.
WORTH_TELLING_SECONDS = 0.1
# Without a terminal each line stays: what a wait has seen is shown so often and no oftener.
CALM_SECONDS = 5.0
# These write one document to standard output; a line in between would spoil it.
DOCUMENT_CALLBACKS = frozenset({"json", "jsonl"})

# Looked at where Ansible loads the plugin, in the process that owns the terminal: workers have none.
TERMINAL = sys.stdout.isatty()


class Screen(t.Protocol):
    """Ansible's display, as far as it is used here."""

    columns: int

    def display(
        self, msg: str, *, stderr: bool = False, screen_only: bool = False, log_only: bool = False, newline: bool = True
    ) -> None:
        """Show a line, now."""


def fitting(text: str, columns: int) -> str:
    """Cut a line to what fits; some characters take two columns, and one that wraps can't be rewritten."""
    if get_text_width(text) <= columns:
        return text
    while get_text_width(text) > columns - 1:
        text = text[:-1]
    return text + "…"


def wrapped(text: str, columns: int) -> list[str]:
    """Return a line in rows that break between words; a path or name that is longer than a row stays in one piece, to be copied."""
    hanging = " " * (len(text) - len(text.lstrip()) + 2)
    return textwrap.wrap(
        text, columns, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False, expand_tabs=False
    )


class LiveDisplay:
    """Shows the lines of one task. A passing line stands until the next one, where there is a terminal to rewrite it in."""

    def __init__(
        self,
        screen: Screen | None = None,
        terminal: bool | None = None,
        callback: str | None = None,
        clock: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._screen = t.cast("Screen", Display() if screen is None else screen)
        named = str(constants.config.get_config_value("DEFAULT_STDOUT_CALLBACK") if callback is None else callback)
        self._aside = named.rpartition(".")[2] in DOCUMENT_CALLBACKS
        self._terminal = (TERMINAL if terminal is None else terminal) and not self._aside
        self._passing = False
        self._clock = clock
        self._calm_until = 0.0

    def line(self, text: str) -> None:
        """Show one line of progress; names in it are those of clusters and clients."""
        passing, text = isinstance(text, PassingLine), printable(text)
        if passing and self._terminal:
            self._passing = True
            shown = fitting(f"{INDENT}{text}", max(20, self._screen.columns - 1))
            self._screen.display(f"{ERASE_LINE}{shown}", screen_only=True, newline=False)
            self._screen.display(f"{INDENT}{text}", log_only=True)
            return
        if passing:
            if self._clock() < self._calm_until:
                return
            self._calm_until = self._clock() + CALM_SECONDS
        self._clear()
        rows = wrapped(f"{INDENT}{text}", max(20, self._screen.columns - 1)) if self._terminal else []
        if len(rows) > 1:
            for row in rows:
                self._screen.display(row, screen_only=True)
            self._screen.display(f"{INDENT}{text}", log_only=True)
            return
        self._screen.display(f"{INDENT}{text}", stderr=self._aside)

    def banner(self, text: str) -> None:
        """Show what nobody must overlook, between two rules; a line of ``text`` that is too long for a terminal breaks between words."""
        self._clear()
        columns = max(20, self._screen.columns - 1)
        for line in (RULE, *text.strip().split("\n"), RULE):
            shown = printable(line.strip())
            rows = wrapped(shown, columns) if self._terminal and line is not RULE else []
            for row in rows if len(rows) > 1 else [shown]:
                self._screen.display(row, stderr=self._aside)

    def ended(self, seconds: float, failed: bool) -> None:
        """Say how long it took, where that was worth waiting for."""
        self._clear()
        if failed or seconds >= WORTH_TELLING_SECONDS:
            self.line(f"{'failed' if failed else 'done'} after {seconds:.1f} s")

    def _clear(self) -> None:
        if self._passing:
            self._passing = False
            self._screen.display(ERASE_LINE, screen_only=True, newline=False)
