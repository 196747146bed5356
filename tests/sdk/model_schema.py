#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a JSON Schema (draft 2020-12) of a model of Dell's SDK, from its type tables and the checks in its setters.

model_schema.py v9_12_0 QuotaQuotaCreateParams > tests/simulator/schema/quota_create.json
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import re
import sys
import warnings
from typing import Any

SCALARS: dict[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string"},
    "date": {"type": "string"},
    "object": {},
    "Empty": {"type": "object"},
}


#: Fields whose type the SDK says wrongly: it reads them as text, and clusters send a number.
LOOSER = {("StatisticsCurrentStat", "value")}


def model(package: str, name: str) -> Any:
    """Return a model's class: package `v9_12_0`, name `NetworkPool`."""
    return getattr(importlib.import_module(f"isilon_sdk.{package}"), name)


@functools.cache
def schema_of(package: str, name: str) -> dict[str, Any]:
    """Return the schema of a model. A property that the setter does not let be None is required."""
    cls = model(package, name)
    properties: dict[str, Any] = {}
    required: list[str] = []
    for attribute, kind in cls.swagger_types.items():
        field = cls.attribute_map[attribute]
        setter = inspect.getsource(getattr(cls, attribute).fset)
        rule = {**schema_of_type(package, kind), **_checks(setter, attribute)}
        if (name, attribute) in LOOSER:
            rule = {}
        if "enum" in rule and rule.get("type") == "array":
            rule["items"] = {**rule["items"], "enum": rule.pop("enum")}
        properties[field] = rule
        if f"if {attribute} is None:" in setter:
            required.append(field)
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return schema | ({"required": sorted(required)} if required else {})


def schema_of_type(package: str, kind: str) -> dict[str, Any]:
    """Return the schema of a type as the SDK writes it: a model, a scalar, list[...] or dict(str, ...)."""
    listed = re.fullmatch(r"list\[(.*)\]", kind)
    if listed:
        return {"type": "array", "items": schema_of_type(package, listed.group(1))}
    mapped = re.fullmatch(r"dict\(str, (.*)\)", kind)
    if mapped:
        return {"type": "object", "additionalProperties": schema_of_type(package, mapped.group(1))}
    return dict(SCALARS[kind]) if kind in SCALARS else dict(schema_of(package, kind))


def _checks(setter: str, attribute: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for operator, number in re.findall(rf"len\({attribute}\) ([<>]) (\d+)", setter):
        found["minLength" if operator == "<" else "maxLength"] = int(number)
    for operator, number in re.findall(rf"is not None and {attribute} ([<>]) (-?[\d.]+)", setter):
        found["minimum" if operator == "<" else "maximum"] = float(number) if "." in number else int(number)
    pattern = re.search(rf"re\.search\(('.*'), {attribute}\)", setter)
    if pattern:
        with warnings.catch_warnings():
            # The SDK writes its patterns as ordinary strings, with escapes that Python does not know.
            warnings.simplefilter("ignore")
            found["pattern"] = ast.literal_eval(pattern.group(1))
    choices = re.search(r"allowed_values = (\[.*?\])", setter, re.DOTALL)
    if choices:
        found["enum"] = json.loads(choices.group(1))
    return found


def main() -> int:
    """Print one model's schema."""
    package, name = sys.argv[1:]
    release = package.removeprefix("v").replace("_", ".")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"OneFS {name}",
        "$comment": f"Made by tests/sdk/model_schema.py from isilon-sdk, model {package}.{name} (OneFS {release}).",
    }
    print(json.dumps(head | schema_of(package, name), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
