# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of the documentation site that has more columns than a phone has room for becomes cards there; the others stay tables."""

from __future__ import annotations

import pathlib

import pytest
from unit.documents.blocks import ROOT
from unit.plugins.module_utils._failover.chromium import Chromium

STATIC = ROOT / "tools/docs-site/static"
PHONE, DESK = 390, 1280


def page(folder: pathlib.Path, columns: int) -> pathlib.Path:
    """Write a page with one table, as Sphinx does, and with the style and script of the site."""
    heads = "".join(f"<th class='head'><p>product {number}</p></th>" for number in range(columns))
    cells = "".join("<td><p>what was acknowledged before the fence is never lost</p></td>" for _ in range(columns))
    path = folder / "page.html"
    path.write_text(
        "<!doctype html><meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<link rel=stylesheet href='{(STATIC / 'site.css').as_uri()}'>"
        f"<script src='{(STATIC / 'site.js').as_uri()}'></script>"
        f"<div class=table-wrapper><table class=docutils><thead><tr>{heads}</tr></thead>"
        f"<tbody><tr>{cells}</tr></tbody></table></div>",
        encoding="utf-8",
    )
    return path


def label(browser: Chromium) -> str:
    """Return what stands before the last cell of the table."""
    last = "document.querySelector('tbody td:last-child')"
    return str(browser.ask(f"getComputedStyle({last}, '::before').content"))


def test_on_a_phone_each_cell_says_its_column_and_none_is_cut_off(browser: Chromium, tmp_path: pathlib.Path) -> None:
    browser.open(page(tmp_path, 6), width=PHONE)
    assert browser.ask("document.querySelector('.table-wrapper').scrollWidth") <= PHONE
    assert label(browser) == '"product 5"'


@pytest.mark.parametrize(("width", "columns"), [(DESK, 6), (PHONE, 3)])
def test_where_there_is_room_it_stays_a_table(
    browser: Chromium, tmp_path: pathlib.Path, width: int, columns: int
) -> None:
    browser.open(page(tmp_path, columns), width=width)
    assert label(browser) == "none"
    assert browser.ask("getComputedStyle(document.querySelector('td')).display") == "table-cell"
