# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All texts that the collection can print, with a mark where a name or number is put in."""

from __future__ import annotations

import ast
import functools
import re

import yaml
from unit.documents.blocks import ROOT

#: Stands for what is put in.
GAP = "\0"
#: As a page writes it: left out, or a name of the examples.
LEFT_OUT = re.compile(r"…|\.\.\.|\b(?:boston|newyork|sales)\b")


class Loader(yaml.SafeLoader):
    """Reads tags of Ansible, such as ``!unsafe``, as the text behind them."""


Loader.add_multi_constructor("!", lambda loader, _tag, node: loader.construct_scalar(node))


@functools.cache
def texts() -> tuple[str, ...]:
    """Return every text of the plugins, and every message of roles and playbooks."""
    found = []
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.append(
                    "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values)
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    for folder in ("roles", "playbooks"):
        for path in sorted((ROOT / folder).rglob("*.yml")):
            found += strings(yaml.load(path.read_text(encoding="utf-8"), Loader))
    return tuple(" ".join(text.split()) for text in found)


def strings(value: object) -> list[str]:
    """Return the texts of a YAML document; of an expression those that it may come to."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    if not isinstance(value, str):
        return []
    inner = [
        quoted
        for expression in re.findall(r"\{\{.*?\}\}", value, re.DOTALL)
        for quoted in re.findall(r"'([^']*)'", expression)
    ]
    return [re.sub(r"\{\{.*?\}\}|\{%.*?%\}", GAP, value, flags=re.DOTALL), *inner]


def is_printed(quoted: str) -> bool:
    """Whether one text of the collection has all pieces of a quotation, in their order."""
    pieces = [" ".join(piece.split()) for piece in LEFT_OUT.split(quoted)]
    pattern = re.compile(".*".join(re.escape(piece) for piece in pieces if piece), re.DOTALL)
    return any(pattern.search(text) for text in texts())
