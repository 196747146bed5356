# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each assumption that docs/simulator.md lists has a contract test, and each contract test of one is listed."""

from __future__ import annotations

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]


def test_page_and_contract_tests_name_the_same_assumptions() -> None:
    page = (ROOT / "docs/simulator.md").read_text(encoding="utf-8")
    page = page.partition("## Assumptions")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE)
    marked = [
        name
        for file in (ROOT / "tests/contract").glob("test_*.py")
        for name in re.findall(r'mark\.assumption\("([^"]+)"\)', file.read_text(encoding="utf-8"))
    ]
    assert listed and sorted(listed) == sorted(marked)
