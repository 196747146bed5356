# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first failover of docs/first-failover.md, command by command as the page has them, and what the page says that they print."""

from __future__ import annotations

import pytest
from running_pair import ROOT, RunningPair
from unit.documents.blocks import Block, blocks_of
from unit.documents.commands import commands_of
from unit.documents.outputs import missing_line

PAGE = "docs/first-failover.md"
PREFIX = "seamless.smb_failover."


def carried_out(pair: RunningPair, block: Block) -> str:
    """Carry out the one playbook of a block, on the pair of the test instead of the reader's, and return what it printed."""
    (words,) = commands_of(block.text)
    assert words[:3] == ["ansible-playbook", "-i", "tests/simulator/inventory.py"]
    done = pair.play(words[3].removeprefix(PREFIX), *words[4:])
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


@pytest.mark.faults
def test_the_first_failover_is_as_the_page_shows_it() -> None:
    blocks, _bare = blocks_of(PAGE, (ROOT / PAGE).read_text(encoding="utf-8"))
    commands = {block.value("run"): block for block in blocks if block.value("run")}
    printed: dict[str, str] = {}
    shown = 0
    with RunningPair("documented") as pair:
        for block in blocks:
            if block.value("run"):
                printed[block.value("run")] = carried_out(pair, block)
            elif block.value("of"):
                printed[block.value("output")] = carried_out(pair, commands[block.value("of")])
            if block.value("output"):
                line = missing_line(block.text, printed[block.value("output")])
                assert not line, f"{block}: not printed, or not there: {line!r}\n{printed[block.value('output')]}"
                shown += 1
    assert shown == 6
