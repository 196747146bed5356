# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where nobody outside Dell knows what SyncIQ does, and a tester chooses; and what its next job is to come to."""

from __future__ import annotations

from dataclasses import dataclass

#: What the next sync of a cluster may be made to come to, besides the injected faults of jobs.
PRIOR_FAILURES = "prior failures"
QUOTA_SCAN = "quota scan"
ENDINGS = (PRIOR_FAILURES, QUOTA_SCAN)
QUOTA_SCAN_MESSAGE = "A new quota domain that has not finished QuotaScan has been found"


@dataclass(frozen=True)
class SyncChoices:
    """The choices of one cluster's SyncIQ."""

    #: Whether a PUT of a policy that carries only one of `schedule` and `enabled` clears the other. Dell's Go client
    #: says so in a comment and always sends both.
    put_clears: bool = False
    #: Whether any failed sync leaves its policy in the error state, or only one that needs attention.
    any_failure_conflicts: bool = False
