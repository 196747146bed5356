# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks of the README and of docs/, with the words behind their fence, which say how each is held against the code."""

from __future__ import annotations

import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]
FENCE = re.compile(r"^(?P<indent> *)```(?P<info>.*)$")
#: An indented block has no place for such words. A list item may be indented as far, but follows no empty line.
INDENTED = re.compile(r"^ {4,}\S")


@dataclasses.dataclass(frozen=True)
class Block:
    """One block: where it is, the words of its fence, and its lines."""

    page: str
    line: int
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""

    def value(self, name: str) -> str:
        """Return what stands behind ``name=`` in the fence, or nothing."""
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")), "")


def pages() -> dict[str, str]:
    """Return the pages by their path."""
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def blocks_of(page: str, text: str) -> tuple[list[Block], list[int]]:
    """Return the fenced blocks of a page, and the lines of those that are only indented."""
    found, bare = [], []
    opened: tuple[int, str, str] | None = None
    inside: list[str] = []
    listed = before_empty = False
    for number, line in enumerate(text.split("\n"), 1):
        fence = FENCE.match(line)
        if opened is not None:
            if fence and not fence["info"]:
                found.append(Block(page, opened[0], tuple(opened[2].split()), "\n".join(inside)))
                opened = None
            else:
                inside.append(line.removeprefix(opened[1]))
        elif fence:
            opened, inside = (number, fence["indent"], fence["info"]), []
        else:
            if line and not line.startswith(" "):
                listed = bool(re.match(r"(?:[-*]|\d+\.) ", line))
            depth = 7 if listed else 4
            if before_empty and INDENTED.match(line) and len(line) - len(line.lstrip()) >= depth:
                bare.append(number)
        before_empty = not line.strip()
    if opened is not None:
        bare.append(opened[0])
    return found, bare


def all_blocks() -> list[Block]:
    """Return every fenced block of every page."""
    return [block for page, text in pages().items() for block in blocks_of(page, text)[0]]
