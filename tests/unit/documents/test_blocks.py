# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every block of the README and of docs/ is held against the code, by the words behind its fence; one without a rule fails.

``sh``: each command is checked (commands.py); with ``run=NAME`` tests/live/test_documented_run.py carries it out, too.
``text output=NAME``: printed by the same functions here (outputs.py), or compared with a run there. ``text message``: a text of
the collection. ``text order``: steps in the order of the role. ``yaml variables``, ``inventory``: they exist. ``yaml foreign``: YAML.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.seamless.smb_failover.plugins.filter.cluster_connection import OPTIONS
from unit.documents.blocks import ROOT, Block, all_blocks, blocks_of, pages
from unit.documents.commands import check, commands_of
from unit.documents.messages import is_printed
from unit.documents.outputs import OUTPUTS, missing_line, normalised
from unit.documents.variables import role_options, trouble

BLOCKS = all_blocks()
#: Steps of docs/architecture.md whose words are not the name of their file. None: a part of the step before.
STEPS = {
    "readiness and plan": "plan",
    "proof of death": "give_up_source",
    "accept the loss": None,
    "outside fence": None,
    "mark the source": "mark_source",
    "proof of death again": "prove_death",
}


def of(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language]


@pytest.mark.parametrize("page", pages())
def test_no_block_is_only_indented(page: str) -> None:
    _fenced, bare = blocks_of(page, pages()[page])
    assert not bare, (
        f"{page}, lines {bare}: fence it, and say behind the fence what it is; test_blocks.py has the words"
    )


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_each_block_has_a_rule(block: Block) -> None:
    kind = block.words[1].partition("=")[0] if len(block.words) > 1 else ""
    rules = {"sh": ("", "run"), "text": ("output", "message", "order"), "yaml": ("variables", "inventory", "foreign")}
    assert kind in rules.get(block.language, ()), (
        f"{block}: '{' '.join(block.words)}' has no rule; test_blocks.py has those that there are"
    )


@pytest.mark.parametrize("block", of("sh"), ids=str)
def test_a_command_could_be_given(block: Block) -> None:
    commands = commands_of(block.text)
    assert commands
    for words in commands:
        check(words)


@pytest.mark.parametrize("block", [block for block in of("text") if block.value("output")], ids=str)
def test_an_output_is_what_is_printed(block: Block) -> None:
    name = block.value("output")
    if name in OUTPUTS:
        shown = [normalised(line) for line in block.text.split("\n") if line.strip()]
        assert shown == [normalised(line) for line in OUTPUTS[name]() if line.strip()]
    else:
        runs = {other.value("run") for other in BLOCKS if other.page == block.page}
        assert (block.value("of") or name) in runs - {""}, f"nothing prints '{name}'"


@pytest.mark.parametrize("block", [block for block in of("text") if "message" in block.words], ids=str)
def test_a_quoted_message_exists(block: Block) -> None:
    said = " ".join(block.text.split())
    assert is_printed(
        re.sub(r"^Run .* since", "Run … since", said).replace(said[said.index("... Look") : said.index("If its")], "… ")
    )


@pytest.mark.parametrize("block", [block for block in of("text") if "order" in block.words], ids=str)
def test_an_order_is_that_of_the_role(block: Block) -> None:
    main = (ROOT / "roles/failover/tasks/main.yml").read_text(encoding="utf-8")
    files = re.findall(r"_tasks: (\w+)\.yml", main)
    words = [" ".join(re.sub(r"[\[\]]|clients wait.*", "", word).split()).lower() for word in block.text.split("->")]
    names = [STEPS.get(word, word.replace("-", "").replace(" ", "_")) for word in words]
    at = 0
    for name in filter(None, names):
        found = [
            place for place in range(at, len(files)) if re.sub(r"_", "", files[place]).startswith(name.replace("_", ""))
        ]
        assert found, f"{name} does not come after {files[:at]}"
        at = found[0] + 1


@pytest.mark.parametrize("block", of("yaml"), ids=str)
def test_yaml_names_what_there_is(block: Block) -> None:
    data: Any = yaml.safe_load(block.text)
    assert data
    if "variables" in block.words:
        options = {name: option for one in role_options().values() for name, option in one.items()}
        wrong = [why for name, value in data.items() if (why := trouble(options, name, value))]
        assert not wrong
    elif "inventory" in block.words:
        group = data["onefs"]
        named = {*group["vars"], *(name for host in group["hosts"].values() for name in host)}
        assert named - {"ansible_connection"} <= set(OPTIONS)


def test_a_line_that_was_not_printed_is_found() -> None:
    printed = "a 3.1 s\nrun 0123456789ab\nc"
    assert missing_line("a 9 s\n...\nc", printed) == ""
    assert missing_line("c\na 9 s", printed) == "a 9 s"


@pytest.mark.parametrize(
    "command",
    [
        "make nothing",
        "ansible-playbook seamless.smb_failover.nothing",
        "ansible-playbook seamless.smb_failover.failover --nothing",
        "ansible-playbook seamless.smb_failover.failover -e failover_nothing=1",
        "ansible-playbook seamless.smb_failover.failover -e failover_method=nothing",
        "tests/simulator/onefs-sim nothing",
        "tests/loss/run.py --nothing",
        "tools/test nothing",
        "nothing",
    ],
)
def test_what_could_not_be_given_is_found(command: str) -> None:
    with pytest.raises(AssertionError):
        check(command.split())
