# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which variables a playbook takes, by the argument specs of its role and its own text, and whether a value fits."""

from __future__ import annotations

import functools
import re
from typing import Any

import yaml
from unit.documents.blocks import ROOT


@functools.cache
def role_options() -> dict[str, dict[str, Any]]:
    """Return the options of all entry points of all roles, by role and name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml")):
        specs = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]
        found[path.parent.parent.name] = {
            name: option for entry in specs.values() for name, option in (entry.get("options") or {}).items()
        }
    return found


@functools.cache
def options_of(playbook: str) -> dict[str, dict[str, Any]]:
    """Return the options that a playbook takes by its name; those that only its own text names have no description."""
    text = (ROOT / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8")
    roles = set(re.findall(r"seamless\.smb_failover\.(\w+)$", text, re.MULTILINE)) & set(role_options())
    # The rehearsal runs the role of the failover; so do the prerequisites.
    roles |= {"failover"} if "rehearsal" in roles else set()
    own = {word: {} for word in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", text)}
    return {**own, **{name: option for role in sorted(roles) for name, option in role_options()[role].items()}}


def trouble(options: dict[str, dict[str, Any]], name: str, value: Any) -> str:
    """Return why a variable can't be given so, or nothing."""
    if name not in options:
        return f"'{name}' is no variable here"
    option = options[name]
    choices = option.get("choices")
    if choices and str(value) not in [str(choice) for choice in choices]:
        return f"'{name}' is one of {choices}, not {value!r}"
    kinds: dict[str, tuple[type, ...]] = {
        "dict": (dict,),
        "int": (int, str),
        "float": (int, float, str),
        "bool": (bool, str),
    }
    wanted = kinds.get(str(option.get("type")))
    if wanted and not isinstance(value, wanted):
        return f"'{name}' is of type {option['type']}, not {value!r}"
    for part in value if isinstance(value, list) and option.get("options") else []:
        wrong = [why for key, inner in part.items() if (why := trouble(option["options"], key, inner))]
        if wrong:
            return f"{name}: {wrong[0]}"
    if isinstance(value, dict) and option.get("options"):
        return next((why for key, inner in value.items() if (why := trouble(option["options"], key, inner))), "")
    return ""
