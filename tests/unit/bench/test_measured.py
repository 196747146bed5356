# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A measurement replaces its own part of a document."""

from __future__ import annotations

import pathlib

import pytest
from measured import BEGIN, END, write_measured


def test_a_document_keeps_all_but_what_was_measured(tmp_path: pathlib.Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(f"before\n\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    for _twice in range(2):
        write_measured(document, "new\n")
        assert document.read_text(encoding="utf-8") == f"before\n\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_a_document_without_a_place_is_left_alone(tmp_path: pathlib.Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(f"{END}\n{BEGIN}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="not both there"):
        write_measured(document, "new")
    assert document.read_text(encoding="utf-8") == f"{END}\n{BEGIN}\n"
