# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find every place of the collection where a message for an operator is made: in its code, its roles and its playbooks."""

from __future__ import annotations

import ast
import functools
import pathlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = "OnefsError"
FILTER_ERROR = "AnsibleFilterError"
FAILING_ACTIONS = ("ansible.builtin.fail", "ansible.builtin.assert")


@dataclass(frozen=True)
class ErrorClass:
    """An exception class of the collection."""

    name: str
    path: str
    for_operator: bool
    meaning: str
    #: What its own constructor makes of its parts, empty where it takes the message as it is.
    template: str


@dataclass(frozen=True)
class Site:
    """A place that makes an error; the template has ``<name>`` for what is filled in, and is empty where it can't be read."""

    path: str
    first_line: int
    last_line: int
    function: str
    error: str
    number: int
    template: str

    @property
    def key(self) -> str:
        """Return what the place is called in the catalogue; it stays when lines move."""
        return f"{self.path}: {self.function}: {self.error}" + f" {self.number}" * (self.number > 1)


@dataclass(frozen=True)
class FailingTask:
    """A task that fails on purpose."""

    path: str
    name: str
    message: str
    task: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Return what the task is called in the catalogue."""
        return f"{self.path}: {self.name}"


@functools.cache
def error_classes() -> list[ErrorClass]:
    """Return the exception classes; what is for an operator is an ``OnefsError``, whatever else stays inside."""
    found: dict[str, ErrorClass] = {}
    for path, tree in _modules():
        for node in ast.walk(tree):
            bases = {ast.unparse(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set()
            if not isinstance(node, ast.ClassDef) or not bases & {*found, "Exception", "ValueError", "OSError"}:
                continue
            if node.name in found:
                raise AssertionError(f"two error classes are called {node.name}: {path}, {found[node.name].path}")
            told = node.name == BASE or any(found[base].for_operator for base in bases & set(found))
            found[node.name] = ErrorClass(node.name, path, told, ast.get_docstring(node) or "", _own_template(node))
    return list(found.values())


@functools.cache
def sites() -> list[Site]:
    """Return every place of the collection's code that makes an error for an operator."""
    classes = {one.name for one in error_classes() if one.for_operator}
    return [site for path, tree in _modules() for site in _sites_in(path, tree, classes | {FILTER_ERROR})]


def failing_tasks() -> list[FailingTask]:
    """Return every task of roles and playbooks that fails on purpose."""
    files = [path for folder in ("roles", "playbooks") for path in sorted((ROOT / folder).rglob("*.yml"))]
    return [
        one
        for path in files
        for one in _failing_in(path.relative_to(ROOT).as_posix(), yaml.load(path.read_text("utf-8"), TaskLoader))
    ]


def _own_template(node: ast.ClassDef) -> str:
    supers = [
        call for call in ast.walk(node) if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__"
    ]
    return " ".join(template_of(one, {}) for call in supers for one in call.args[:1])


class TaskLoader(yaml.SafeLoader):
    """Reads Ansible's own tags as plain text."""


TaskLoader.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))


def _modules() -> Iterator[tuple[str, ast.Module]]:
    # What others build on comes first: errors.py before all that has classes of its own.
    paths = sorted((ROOT / "plugins").rglob("*.py"), key=lambda path: (path.name != "errors.py", path))
    for path in paths:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def _sites_in(path: str, tree: ast.Module, classes: Collection[str]) -> Iterator[Site]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    constants = {
        node.targets[0].id: str(node.value.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    counted: Counter[tuple[str, str]] = Counter()
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        error = ast.unparse(call.func)
        told = call.args[:1]
        if error == "module.fail_json":
            told = [one.value for one in call.keywords if one.arg == "msg"]
        if error not in classes and not (error == "module.fail_json" and told):
            continue
        function = next((f.name for f in reversed(functions) if f.lineno <= call.lineno <= (f.end_lineno or 0)), "")
        counted[function, error] += 1
        template = " ".join(template_of(one, constants) for one in told)
        last = call.end_lineno or call.lineno
        yield Site(path, call.lineno, last, function, error, counted[function, error], template)


def template_of(node: ast.expr, constants: Mapping[str, str]) -> str:
    """Return a text with ``<name>`` for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(template_of(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        constant = constants.get(node.value.id) if isinstance(node.value, ast.Name) else None
        return f"<{_spoken(node.value)}>" if constant is None else constant
    return ""


def _spoken(node: ast.expr) -> str:
    """Return a short name for an expression: the last word of it that means something."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join" and node.args:
        return _spoken(node.args[0])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return _spoken(node.args[0])
    if isinstance(node, ast.Call):
        return _spoken(node.args[-1] if node.args and isinstance(node.func, ast.Name) else node.func)
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr not in {"strip", "rstrip", "decode", "values"} else _spoken(node.value)
    if isinstance(node, ast.Subscript):
        return _spoken(node.slice if isinstance(node.slice, ast.Constant) else node.value)
    if isinstance(node, ast.BoolOp):
        return _spoken(node.values[0])
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
        return _spoken(node.elt)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return node.value
    return node.id if isinstance(node, ast.Name) else "..."


def _failing_in(path: str, content: Any) -> Iterator[FailingTask]:
    for task in content if isinstance(content, list) else ():
        if not isinstance(task, dict):
            continue
        for inner in ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers"):
            yield from _failing_in(path, task.get(inner))
        for action in FAILING_ACTIONS:
            if action in task:
                message = task[action].get("msg") or task[action].get("fail_msg") or ""
                yield FailingTask(path, str(task.get("name")), " ".join(str(message).split()), task)
