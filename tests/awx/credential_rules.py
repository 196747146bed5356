# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX demands of a credential type, and what one puts into a job, written after its source (24.6)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import jinja2
import jinja2.sandbox

FIELD_KEYS = {
    "type",
    "format",
    "choices",
    "id",
    "label",
    "help_text",
    "multiline",
    "secret",
    "ask_at_runtime",
    "default",
}
NAME = re.compile(r"[a-zA-Z_]+[a-zA-Z0-9_]*")
FILE = re.compile(r"template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?")
HIDDEN = "**********"


class Filename:
    """The names of the files of a credential, by their label."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.__dict__.update(names)


class Tower:
    """What injectors reach as `tower`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.filename = Filename(names)


@dataclasses.dataclass(frozen=True)
class Injected:
    """What a job gets of a credential, and what AWX shows of that to people."""

    environment: dict[str, str]
    shown: dict[str, str]
    files: dict[str, str]


def refused_type(inputs: Mapping[str, Any], injectors: Mapping[str, Any]) -> str:
    """Return why AWX would refuse a credential type, empty where it takes it."""
    if not set(inputs) <= {"fields", "required"}:
        return "inputs have more than fields and required"
    ids = [field.get("id", "") for field in inputs["fields"]]
    if len(set(ids)) != len(ids) or "tower" in ids or not set(inputs.get("required", [])) <= set(ids):
        return "fields repeat, are called tower, or are required and do not exist"
    for field in inputs["fields"]:
        why = _refused_field(field)
        if why:
            return f"field {field.get('id')} {why}"
    if not set(injectors) <= {"file", "env", "extra_vars"}:
        return "there are other injectors than file, env and extra_vars"
    labels = list(injectors.get("file", {}))
    if not all(FILE.fullmatch(label) for label in labels) or ("template" in labels and len(labels) > 1):
        return "a file is not called template or template.label"
    for name, value in injectors.get("env", {}).items():
        if not NAME.fullmatch(name) or name.startswith("ANSIBLE_") or not value.isascii():
            return f"the environment variable {name} is not allowed"
    return _refused_templates(ids, injectors, labels)


def _refused_field(field: Mapping[str, Any]) -> str:
    if not set(field) <= FIELD_KEYS or not {"id", "label"} <= set(field) or not NAME.fullmatch(field["id"]):
        return "has a key that there is not, or lacks one"
    kind = field.get("type", "string")
    if kind not in ("string", "boolean") or field.get("format", "url") not in ("ssh_private_key", "url"):
        return "has a type or format that there is not"
    if kind == "boolean" and {"choices", "multiline", "format", "secret"} & set(field):
        return "is a boolean with what only a string may have"
    return ""


def _refused_templates(ids: list[str], injectors: Mapping[str, Any], labels: list[str]) -> str:
    known: dict[str, Any] = {name: "EXAMPLE" for name in ids}
    known["tower"] = Tower({label.partition(".")[2]: "EXAMPLE" for label in labels if "." in label})
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
    for kind in ("file", "env", "extra_vars"):
        for name, template in injectors.get(kind, {}).items():
            try:
                environment.from_string(template).render(known)
            except (jinja2.TemplateError, jinja2.sandbox.SecurityError) as error:
                return f"{kind} {name} can't be rendered: {error}"
    return ""


def inject(inputs: Mapping[str, Any], injectors: Mapping[str, Any], values: Mapping[str, str], folder: str) -> Injected:
    """Return what a job in `folder` gets of a credential with these values; what was not filled in is not defined."""
    secret = {field["id"] for field in inputs["fields"] if field.get("secret")}
    keys = {field["id"] for field in inputs["fields"] if field.get("format") == "ssh_private_key"}
    real: dict[str, Any] = {
        name: value + "\n" if name in keys and not value.endswith("\n") else value
        for name, value in values.items()
        if value
    }
    shown: dict[str, Any] = {name: HIDDEN if name in secret else value for name, value in real.items()}
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment()
    files, names = {}, {}
    for number, (label, template) in enumerate(injectors.get("file", {}).items()):
        path = f"{folder}/env/tmp{number}"
        files[path] = environment.from_string(template).render(real)
        names[label.partition(".")[2]] = path
    real["tower"] = shown["tower"] = Tower(names)
    rendered = [
        {name: environment.from_string(template).render(space) for name, template in injectors.get("env", {}).items()}
        for space in (real, shown)
    ]
    return Injected(rendered[0], rendered[1], files)
