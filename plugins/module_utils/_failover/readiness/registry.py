# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All readiness checks, in the order of their numbers. Private to the collection."""

from __future__ import annotations

from . import access, clients, guard, names, network, replication, shares, versions
from .check import Check

MODULES = (access, versions, shares, replication, network, names, clients, guard)
CHECKS: tuple[Check, ...] = tuple(
    sorted((check for module in MODULES for check in module.CHECKS), key=lambda check: check.number)
)
BY_ID = {check.id: check for check in CHECKS}
