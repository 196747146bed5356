# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The word "@DEFAULT", by which a PUT resets a field."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .answers import Refusal

RESET = "@DEFAULT"


def with_defaults(fields: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Put the default in for each field that says so; `defaults` has those that may."""
    for name, value in fields.items():
        if value == RESET and name not in defaults:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{RESET}' for field '{name}'", name)
    return {name: copy.deepcopy(defaults[name]) if value == RESET else value for name, value in fields.items()}
