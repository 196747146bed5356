# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SyncIQ's performance rules, of which the one for bandwidth really slows copies down."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from typing import Any

from .allocation import Document

PREFIXES = {"bandwidth": "bw", "file_count": "fc", "cpu": "cpu", "worker": "wk"}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WHOLE_WEEK: Document = {**dict.fromkeys(DAYS, True), "begin": "00:00", "end": "23:59"}


class Rules:
    """The rules of one cluster, by id."""

    def __init__(self) -> None:
        self.by_id: dict[str, Document] = {}

    def add(self, fields: Mapping[str, Any]) -> Document:
        prefix = PREFIXES[fields["type"]]
        number = next(one for one in itertools.count() if f"{prefix}-{one}" not in self.by_id)
        rule = {
            "id": f"{prefix}-{number}",
            "type": fields["type"],
            "limit": fields["limit"],
            "enabled": fields.get("enabled", True),
            "description": fields.get("description", ""),
            "schedule": {**WHOLE_WEEK, **fields.get("schedule", {})},
        }
        self.by_id[rule["id"]] = rule
        return rule

    def change(self, rule: Document, fields: Mapping[str, Any]) -> None:
        schedule = {**rule["schedule"], **fields.get("schedule", {})}
        rule.update({**fields, "schedule": schedule})

    def bandwidth_kilobits(self, now: float) -> int | None:
        """Return the least of the bandwidth limits in force, in kilobits a second; None: no limit."""
        moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
        limits = [
            int(rule["limit"])
            for rule in self.by_id.values()
            if rule["type"] == "bandwidth" and rule["enabled"] and applies(rule["schedule"], moment)
        ]
        return min(limits, default=None)


def applies(schedule: Document, moment: datetime.datetime) -> bool:
    """Whether a rule is in force at a moment."""
    return bool(schedule[DAYS[moment.weekday()]]) and (schedule["begin"] <= moment.strftime("%H:%M") <= schedule["end"])
