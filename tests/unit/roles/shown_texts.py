# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text of roles and playbooks that Ansible shows by itself, and where what is in it comes from."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from error_catalogue.sites import ROOT, TaskLoader
from unit.roles.template_values import Value, let_out

FOLDERS = ("roles", "playbooks")
INNER = ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers")
#: What of an action's options is shown as it is.
SHOWN = {
    "ansible.builtin.fail": ("msg",),
    "ansible.builtin.assert": ("fail_msg", "success_msg"),
    "ansible.builtin.debug": ("msg",),
    "ansible.builtin.pause": ("prompt",),
}
#: Makes every line printable by itself, so that only a secret does harm there.
MAKES_PRINTABLE = "seamless.smb_failover.operator_message"
SETS = ("ansible.builtin.set_fact", "ansible.builtin.add_host")
_NO_LOOP: Mapping[str, list[Any]] = {}
# Others may hold any, at any depth.
NO_SECRET_BY_TYPE = frozenset({"str", "int", "float", "bool", "path", "raw", "list"})


@dataclass(frozen=True)
class ShownText:
    """A text, and where it is; ``own`` is what its task alone sets, such as the element of its loop."""

    path: str
    task: str
    what: str
    text: str
    printable: bool = False
    own: Mapping[str, list[Any]] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        return f"{self.path}: {self.task}: {self.what}"


def shown_texts() -> list[ShownText]:
    """Return all of them."""
    return [text for path, content in _task_files() for step in _steps(content) for text in shown_by(path, step)]


def shown_by(path: str, step: Mapping[str, Any]) -> Iterator[ShownText]:
    """Return the texts of one play, block or task."""
    name, own = str(step.get("name", "")), _loop_of(step)
    label = (step.get("loop_control") or {}).get("label")
    yield ShownText(path, name, "name", name, own=own)
    if label:
        yield ShownText(path, name, "label", str(label), own=own)
    for action, options in {**SHOWN, MAKES_PRINTABLE: ("lines",)}.items():
        given = step.get(action)
        for option, value in given.items() if isinstance(given, dict) else ():
            for text in _strings(value) if option in options else ():
                yield ShownText(path, name, option, text, action == MAKES_PRINTABLE, own)


def sources(shown: ShownText, explained: Collection[str] = ()) -> set[Value]:
    """Return what is in a text in the end: options, results of modules, and what Ansible itself gives; ``explained`` is not looked into."""
    found: set[Value] = set()
    seen: set[Value] = set()
    left = [(Value(one.path, one.printable or shown.printable), shown.own) for one in let_out(shown.text)]
    while left:
        value, own = left.pop()
        defined = [(one, {}) for one in own[value.name]] if value.name in own else _definitions().get(value.name, [])
        if value.name in explained or not defined or value.name in _registered():
            found.add(value)
        if value in seen or value.name in explained:
            continue
        seen.add(value)
        for given, its_own in defined:
            for text in _strings(_below(given, value.rest)):
                # The key of an entry says nothing of what is in it.
                if not (value.rest == ["key"] and "dict2items" in text):
                    left += [(Value(one.path, one.printable or value.printable), its_own) for one in let_out(text)]
    return found


@functools.cache
def options() -> dict[str, bool]:
    """Return the options of the roles, each with whether it may be shown: one with a secret says so, one that is a dictionary may hold any."""
    found: dict[str, bool] = {}
    for path in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml")):
        for entry in _read(path)["argument_specs"].values():
            for name, option in entry["options"].items():
                harmless = option["type"] in NO_SECRET_BY_TYPE and option.get("elements") != "dict"
                found[name] = harmless and not option.get("no_log")
    return found


@functools.cache
def _definitions() -> dict[str, list[tuple[Any, Mapping[str, list[Any]]]]]:
    """Return what each variable is set to by the roles and playbooks themselves, each with the elements of the loop that it is set in."""
    given = [(_read(path), _NO_LOOP) for path in sorted((ROOT / "roles").glob("*/vars/*.yml"))]
    for _path, content in _task_files():
        given += [(step.get(key), _loop_of(step)) for step in _steps(content) for key in ("vars", *SETS)]
    found: dict[str, list[tuple[Any, Mapping[str, list[Any]]]]] = {}
    for variables, own in given:
        for name, value in variables.items() if isinstance(variables, dict) else ():
            found.setdefault(name, []).append((value, own))
    return found


@functools.cache
def _registered() -> frozenset[str]:
    """Return the variables that hold what a module returned."""
    steps = (step for _path, content in _task_files() for step in _steps(content))
    return frozenset(str(step["register"]) for step in steps if "register" in step)


@functools.cache
def _task_files() -> tuple[tuple[str, Any], ...]:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.yml"))]
    return tuple(
        (path.relative_to(ROOT).as_posix(), _read(path))
        for path in paths
        if not {"defaults", "vars", "meta"} & set(path.parts)
    )


def _read(path: pathlib.Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), TaskLoader)


def _steps(content: Any) -> Iterator[dict[str, Any]]:
    for one in content if isinstance(content, list) else ():
        if isinstance(one, dict):
            yield one
            for inner in INNER:
                yield from _steps(one.get(inner))


def _below(value: Any, rest: list[str]) -> Any:
    """Return what a path leads to, as far as a dictionary, or each of a list, is written out."""
    if isinstance(value, list):
        return [_below(one, rest) for one in value]
    return _below(value[rest[0]], rest[1:]) if rest and isinstance(value, dict) and rest[0] in value else value


def _loop_of(step: Mapping[str, Any]) -> Mapping[str, list[Any]]:
    loop = step.get("loop", step.get("with_items"))
    return {(step.get("loop_control") or {}).get("loop_var", "item"): [loop]} if loop else _NO_LOOP


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
