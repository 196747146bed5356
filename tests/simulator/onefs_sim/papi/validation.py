# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks request bodies against the field tables of OneFS (JSON Schemas in tests/simulator/schema)."""

from __future__ import annotations

import functools
import json
import pathlib
import posixpath
import re
from collections.abc import Mapping
from typing import Any

from .answers import Refusal

SCHEMA_FOLDER = pathlib.Path(__file__).resolve().parents[2] / "schema"

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


@functools.cache
def schema(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads((SCHEMA_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def check_body(body: Mapping[str, Any], schema_name: str, also: tuple[str, ...] = ()) -> None:
    """Refuse a body with unknown, missing or ill-formed fields, naming the field; `also`: further known fields."""
    table = schema(schema_name)
    known = table.get("properties", {})
    for name in body:
        if name not in known and name not in also:
            raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
    for name in table.get("required", ()):
        if name not in body:
            raise Refusal("AEC_ARG_REQUIRED", f"Missing required field '{name}'", name)
    for name, value in body.items():
        if name in known:
            _check_value(value, known[name], name)


def check_path(path: str, field: str) -> str:
    """Return an /ifs path in its plain form; refuse one that leaves /ifs."""
    plain = posixpath.normpath(path)
    if plain != "/ifs" and not plain.startswith("/ifs/"):
        raise Refusal("AEC_BAD_REQUEST", f"Path '{path}' is not below /ifs", field)
    return plain


def _is_of_type(value: Any, kind: str) -> bool:
    if kind in ("integer", "number") and isinstance(value, bool):
        return False
    return isinstance(value, _PYTHON_TYPES[kind])


def _check_value(value: Any, rule: Mapping[str, Any], field: str) -> None:
    kinds = rule.get("type")
    # Several fields take this word besides their own type: it resets them.
    if value == "@DEFAULT":
        return
    if kinds is not None:
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not any(_is_of_type(value, kind) for kind in kinds):
            raise Refusal("AEC_BAD_REQUEST", f"Field '{field}' must be of type {' or '.join(kinds)}", field)
    if "enum" in rule and value not in rule["enum"]:
        raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{value}' for field '{field}'", field)
    if isinstance(value, str):
        _check_text(value, rule, field)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < rule.get("minimum", value) or value > rule.get("maximum", value):
            raise Refusal("AEC_BAD_REQUEST", f"Value {value} of field '{field}' is out of range", field)
    elif isinstance(value, list):
        for item in value:
            _check_value(item, rule.get("items", {}), field)
    elif isinstance(value, dict):
        _check_object(value, rule, field)


def _check_text(value: str, rule: Mapping[str, Any], field: str) -> None:
    if not rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", len(value)):
        raise Refusal("AEC_BAD_REQUEST", f"Field '{field}' has an invalid length", field)
    if "pattern" in rule and not re.search(rule["pattern"], value):
        raise Refusal("AEC_BAD_REQUEST", f"Field '{field}' has an invalid value '{value}'", field)


def _check_object(value: Mapping[str, Any], rule: Mapping[str, Any], field: str) -> None:
    known = rule.get("properties")
    if known is None:
        return
    for name in rule.get("required", ()):
        if name not in value:
            raise Refusal("AEC_ARG_REQUIRED", f"Missing required field '{field}.{name}'", field)
    for name, inner in value.items():
        if name not in known:
            raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{field}.{name}'", field)
        _check_value(inner, known[name], field)
