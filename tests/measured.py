# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a document that a measurement writes, and never a person; and a table as Markdown has them."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Sequence

BEGIN, END = "<!-- what was measured -->", "<!-- end of what was measured -->"


def markdown_table(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a table, a line for each row."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *body))


def write_measured(document: pathlib.Path, text: str) -> None:
    """Replace what stands between the two marks of a document."""
    before, _begin, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _old, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{document}: the marks '{BEGIN}' and '{END}' are not both there")
    document.write_text(f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}", encoding="utf-8")
