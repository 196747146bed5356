# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a URI says of itself when it is asked with `?describe`: arguments, bodies and answers of each of its methods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .validation import schema

#: The schema of what a method takes, by the URI without the names of its parameters: the one that the handler checks.
_TAKES: Mapping[tuple[str, str], str] = {
    ("POST", "/auth/providers/ads"): "ads_provider_create",
    ("PUT", "/auth/providers/ads/{}"): "ads_provider_update",
    ("POST", "/auth/roles"): "auth_role_create",
    ("PUT", "/auth/roles/{}"): "auth_role_update",
    ("POST", "/network/groupnets"): "groupnet_create",
    ("PUT", "/network/groupnets/{}"): "groupnet_update",
    ("POST", "/network/groupnets/{}/subnets"): "subnet_create",
    ("PUT", "/network/groupnets/{}/subnets/{}"): "subnet_update",
    ("POST", "/network/groupnets/{}/subnets/{}/pools"): "pool_create",
    ("PUT", "/network/groupnets/{}/subnets/{}/pools/{}"): "pool_update",
    ("POST", "/network/groupnets/{}/subnets/{}/pools/{}/sc-suspend-nodes"): "sc_nodes_action",
    ("POST", "/network/groupnets/{}/subnets/{}/pools/{}/sc-resume-nodes"): "sc_nodes_action",
    ("PUT", "/network/external"): "network_external_update",
    ("PUT", "/protocols/smb/shares/{}"): "share_update",
    ("PUT", "/protocols/smb/settings/global"): "smb_settings_global",
    ("POST", "/quota/quotas"): "quota_create",
    ("PUT", "/quota/quotas/{}"): "quota_update",
    ("POST", "/snapshot/snapshots"): "snapshot_create",
    ("PUT", "/snapshot/snapshots/{}"): "snapshot_update",
    ("POST", "/sync/jobs"): "job_create",
    ("PUT", "/sync/jobs/{}"): "job_update",
    ("PUT", "/sync/policies/{}"): "policy_update",
    ("POST", "/zones"): "zone",
}

#: The key under which a URI answers its elements, and their schema.
_ANSWERS: Mapping[str, tuple[str, str]] = {
    "/auth/providers/ads": ("ads", "ads_provider"),
    "/network/groupnets": ("groupnets", "groupnet"),
    "/network/interfaces": ("interfaces", "interface"),
    "/network/pools": ("pools", "pool"),
    "/network/subnets": ("subnets", "subnet"),
    "/network/groupnets/{}/subnets": ("subnets", "subnet"),
    "/network/groupnets/{}/subnets/{}/pools": ("pools", "pool"),
    "/network/groupnets/{}/subnets/{}/pools/{}": ("pools", "pool"),
    "/protocols/smb/openfiles": ("openfiles", "openfile"),
    "/protocols/smb/sessions": ("sessions", "session"),
    "/protocols/smb/shares": ("shares", "share"),
    "/sync/jobs": ("jobs", "job"),
    "/sync/policies": ("policies", "policy"),
    "/sync/reports": ("reports", "report"),
    "/sync/target/policies": ("policies", "target_policy"),
    "/zones": ("zones", "zone"),
}


def describe(methods: Iterable[tuple[str, str, Sequence[str]]]) -> dict[str, Any]:
    """Describe one URI; `methods` are method, template and query arguments. What has no schema says only that it is there."""
    described: dict[str, Any] = {}
    for method, template, arguments in methods:
        plain = re.sub(r"\{\w+\}", "{}", template)
        described[f"{method}_args"] = {
            "description": f"{method} {template}",
            "properties": {name: {"type": "string"} for name in sorted(arguments)},
            "type": "object",
        }
        if (method, plain) in _TAKES:
            described[f"{method}_input_schema"] = schema(_TAKES[method, plain])
        if method == "GET":
            described["GET_output_schema"] = _answer(plain)
        elif method == "POST":
            described["POST_output_schema"] = {"properties": {"id": {"type": "string"}}, "type": "object"}
    return described


def _answer(plain: str) -> dict[str, Any]:
    if plain not in _ANSWERS:
        return {"type": "object"}
    key, name = _ANSWERS[plain]
    listed = {"items": schema(name), "type": "array"}
    return {"properties": {key: listed, "resume": {"type": "string"}, "total": {"type": "integer"}}, "type": "object"}
