# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values a template lets out into its text; what it only asks, as a condition or a length, does not get there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, nodes

#: Nothing of a value is left behind these but a number, or true and false.
NUMBERS = frozenset({"bool", "int", "float", "length", "count", "round"})
#: Nothing comes out of these but what was put in.
FUNCTIONS = frozenset({"dict", "range"})
PRINTABLE = "seamless.smb_failover.printable"
_environment = Environment(autoescape=False)


@dataclass(frozen=True)
class Value:
    """A variable with its path, such as ``plan.names``, and whether the template makes it printable."""

    path: str
    printable: bool

    @property
    def name(self) -> str:
        return self.path.partition(".")[0]

    @property
    def rest(self) -> list[str]:
        return self.path.split(".")[1:]


def let_out(template: str) -> set[Value]:
    """Return the values; what the template itself sets, or goes through, is none."""
    parsed = _environment.parse(template)
    own = {name.name for name in parsed.find_all(nodes.Name) if name.ctx != "load"}
    return {value for node in parsed.body for value in _of(node, False) if value.name not in own}


def _of(node: nodes.Node, printable: bool) -> Iterator[Value]:
    if isinstance(node, (nodes.Compare, nodes.Test, nodes.Not)):
        return
    if isinstance(node, nodes.Filter):
        if node.name in NUMBERS:
            return
        # Each element of a list by itself, too.
        first = node.args[0] if node.name == "map" and node.args else None
        printable |= PRINTABLE in (node.name, first.value if isinstance(first, nodes.Const) else "")
        if (extracted := _extracted(node)) is not None:
            yield Value(extracted, printable)
            return
    if isinstance(node, (nodes.Name, nodes.Getattr, nodes.Getitem)) and (path := _path(node)):
        yield Value(path, printable)
        return
    passed_over = (node.test,) if isinstance(node, (nodes.CondExpr, nodes.If)) else ()
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in FUNCTIONS:
        passed_over = (node.node,)
    for one in node.iter_child_nodes():
        if one not in passed_over:
            yield from _of(one, printable)


def _extracted(node: nodes.Filter) -> str | None:
    """Return the variable that ``hosts | map('extract', hostvars, 'name')`` takes from each of them."""
    words = [one.value if isinstance(one, nodes.Const) else getattr(one, "name", "") for one in node.args]
    return str(words[2]) if node.name == "map" and words[:2] == ["extract", "hostvars"] and len(words) > 2 else None


def _path(node: nodes.Node) -> str:
    """Return a variable with its path, empty where it begins with something else than a variable."""
    if isinstance(node, nodes.Name):
        return str(node.name) if node.ctx == "load" else ""
    if isinstance(node, nodes.Getattr) and (before := _path(node.node)):
        return f"{before}.{node.attr}"
    if isinstance(node, nodes.Getitem) and (before := _path(node.node)):
        key = node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else ""
        return f"{before}.{key}" if key else before
    return ""
