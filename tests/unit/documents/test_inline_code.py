# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between backquotes in a sentence of the pages: commands could be given, variables and files exist."""

from __future__ import annotations

import functools
import re
import shlex
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.filter.cluster_connection import OPTIONS
from unit.documents.blocks import FENCE, ROOT, pages
from unit.documents.commands import CHECKS, check, check_variables
from unit.documents.variables import options_of, role_options

VARIABLE = re.compile(r"(?:failover|rehearsal|prerequisites|readiness|service|report|awx_setup|onefs)_[a-z_]+")
PATH = re.compile(r"(?:docs|extensions|playbooks|plugins|roles|tests|tools)/[\w./-]+")
#: Made by tools/error-docs, and held against what it was made of by test_error_catalogue.py.
MADE = "docs/errors.md"
#: What the collection is made of. A name that is in none of it is one that was renamed, or never was.
PARTS = ("extensions", "playbooks", "plugins", "roles", "docs/report.schema.json")


def inline() -> list[tuple[str, str]]:
    """Return each piece of code that stands in a line of text, with its place."""
    found = []
    for page, text in pages().items():
        if page == MADE:
            continue
        fenced = False
        for number, line in enumerate(text.split("\n"), 1):
            if FENCE.match(line):
                fenced = not fenced
            elif not fenced:
                found += [(f"{page}:{number}", code) for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", line)]
    return found


CODE = inline()


def known() -> dict[str, dict[str, Any]]:
    """Return every variable that some playbook takes."""
    found: dict[str, dict[str, Any]] = {name: {} for name in OPTIONS}
    for playbook in sorted((ROOT / "playbooks").glob("*.yml")):
        found |= options_of(playbook.stem)
    for options in role_options().values():
        found |= options
    return found


@functools.cache
def words() -> set[str]:
    """Return every word of the collection's own files."""
    files = [
        path for part in PARTS for path in ((ROOT / part).rglob("*.*") if (ROOT / part).is_dir() else [ROOT / part])
    ]
    texts = [path.read_text(encoding="utf-8") for path in files if path.suffix in (".py", ".yml", ".json")]
    return set(re.findall(r"\w+", "\n".join(texts)))


def given(pattern: str) -> list[Any]:
    return [pytest.param(code, id=place) for place, code in CODE if re.match(pattern, code)]


def test_there_is_code_in_the_text() -> None:
    assert len(CODE) > 500


@pytest.mark.parametrize("code", given(r"(?:make|onefs-sim|tools/test|ansible-playbook) \S"))
def test_a_command_could_be_given(code: str) -> None:
    words = shlex.split(code.replace("onefs-sim ", "tests/simulator/onefs-sim ", 1))
    # Of a form that is to be filled in, and of help, the program alone is looked at.
    if {"...", "NAME", "--help"} & set(words) or words[1:] == ["inject"]:
        assert words[0] in CHECKS
        return
    check(words)


@pytest.mark.parametrize("code", given(r"-e \S"))
def test_a_variable_on_the_command_line_exists(code: str) -> None:
    if "=..." in code or "FOLDER" in code:
        names = re.findall(r"-e (\w+)=", code)
        assert names and set(names) <= set(known())
        return
    check_variables(shlex.split(code), known())


@pytest.mark.parametrize("code", given(rf"{VARIABLE.pattern}(?:=\S+)?$"))
def test_a_name_in_a_sentence_exists(code: str) -> None:
    assert code.partition("=")[0] in words()


@pytest.mark.parametrize("code", given(rf"{PATH.pattern}(?:::\w+)?$"))
def test_a_file_exists(code: str) -> None:
    path, _, test = code.partition("::")
    assert (ROOT / path).exists()
    if test:
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")
