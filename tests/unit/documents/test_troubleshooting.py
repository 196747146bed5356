# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each message that a page tells what to do about is one that the collection prints; each playbook has its runbook."""

from __future__ import annotations

import re

import pytest
from unit.documents.blocks import ROOT
from unit.documents.messages import is_printed

RUNBOOKS = ROOT / "docs/runbooks"
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
HEADINGS = ("When", "Run it", "What you see", "What can go wrong", "How to get out")
SYMPTOMS = re.findall(r"^### `(.+)`$", (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE)
#: First cells of the tables of runbooks. A single word, or a question mark, is no message.
CELLS = [
    (path.stem, quoted)
    for path in sorted(RUNBOOKS.glob("*.md"))
    for quoted in re.findall(r"^\| `([^`]+)`", path.read_text(encoding="utf-8"), re.MULTILINE)
    if " " in quoted
]


def test_there_are_symptoms() -> None:
    assert len(SYMPTOMS) > 20
    assert len(CELLS) > 15


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_each_symptom_is_printed(symptom: str) -> None:
    assert is_printed(symptom)


@pytest.mark.parametrize(("page", "quoted"), CELLS)
def test_each_message_of_a_runbook_is_printed(page: str, quoted: str) -> None:
    assert is_printed(quoted)


@pytest.mark.parametrize("quoted", ["Not ready yet: …", "Nothing … to be seen here"])
def test_what_nothing_prints_is_found(quoted: str) -> None:
    assert not is_printed(quoted)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_each_playbook_has_its_runbook(playbook: str) -> None:
    text = (RUNBOOKS / f"{playbook}.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == HEADINGS
    assert f"seamless.smb_failover.{playbook} " in text
    assert f"[`{playbook}`]({playbook}.md)" in (RUNBOOKS / "index.md").read_text(encoding="utf-8")
