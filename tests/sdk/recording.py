# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dell's SDK as it is, with an ear on it: which call of it went to which URI, and what each answer looked like."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import model_schema


@dataclass
class Recording:
    """The calls of a test run: (method, URI without version, names blanked) to the SDK's own names for them."""

    calls: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def note(self, method: str, template: str, name: str) -> None:
        self.calls.setdefault((method, plain(template)), set()).add(name)


def plain(template: str) -> str:
    """Return a URI's template without version and without the names of its parameters."""
    return re.sub(r"\{\w+\}", "{}", re.sub(r"^/platform/\d+", "", template))


def without_nulls(value: Any) -> Any:
    """Real clusters send null for optional fields, which no model says."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def client(package: str, url: str, user: str, password: str, ca_file: str, recording: Recording) -> Any:
    """Return a client of the SDK for one release, as a user of it would make one; its calls are noted."""
    sdk = importlib.import_module(f"isilon_sdk.{package}")

    class Heard(sdk.ApiClient):  # type: ignore[name-defined, misc]
        def call_api(self, resource_path: str, method: str, *arguments: Any, **options: Any) -> Any:
            caller = inspect.stack()[1]
            api = type(caller.frame.f_locals["self"]).__name__
            recording.note(method, resource_path, f"{api}.{caller.function.removesuffix('_with_http_info')}")
            return super().call_api(resource_path, method, *arguments, **options)

        def deserialize(self, response: Any, response_type: str) -> Any:
            check_answer(package, response, response_type)
            return super().deserialize(response, response_type)

    configuration = sdk.Configuration()
    configuration.host = url
    configuration.username = user
    configuration.password = password
    configuration.ssl_ca_cert = ca_file
    return Heard(configuration)


def check_answer(package: str, response: Any, response_type: str) -> None:
    """Validate an answer against the model that the SDK reads it into: types and ranges that the SDK itself lets pass."""
    if response_type in ("file", "str", "object") or not response.data:
        return
    schema = model_schema.schema_of_type(package, response_type)
    jsonschema.validate(without_nulls(json.loads(response.data)), schema)
