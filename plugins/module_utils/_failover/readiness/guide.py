# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the documentation about readiness, made of the checks themselves. Private to the collection; pure."""

from __future__ import annotations

import dataclasses

from .check import Check
from .facts import Limits
from .registry import CHECKS

INTRODUCTION = """\
# Readiness: is it safe now?

<!-- Written by tools/readiness-docs from the checks themselves. Change those, then run it. -->

```sh
ansible-playbook seamless.smb_failover.readiness -i inventory.yml \\
  -e failover_source=boston -e failover_target=newyork -e failover_access_zone=sales
```

reads both clusters, the site's DNS and the network between, all at the same time, changes nothing, and prints a table. What is not
fulfilled comes with its evidence and with what to do. The failover asks the same checks before it changes anything, and refuses where one
that blocks stands in the way.

- `block` stops a failover, `warn` and `info` do not; `-e readiness_fail_on=warn` lets a warning fail the playbook too, `never` only shows.
  For a failover the variable is `failover_readiness_fail_on`. Some checks weigh more or less by what they find.
- A check that could not be evaluated is `unknown`, says why, and counts as if it had failed.
- A check that does not matter now is waived, by its id and a reason:
  `-e '{"failover_readiness_waive": [{"id": "rehearsed_lately", "reason": "the rehearsal is part of this change"}]}'`. A survey may give it as
  `rehearsed_lately: the rehearsal is part of this change`. A waiver without a reason, or of a check that there is not, is refused.
- In an unplanned failover the source is dead and not asked; only the checks that are marked so are.
- What can't be seen from where the run stands (clocks and ports of domain controllers, other hosts on a network, idle products) is said
  in the evidence.
- `set_stats` hands `failover_ready`, `failover_readiness_blockers` and `failover_readiness_concerns` to the next job of a workflow; the module
  `failover_readiness` returns everything as lists.

Which privileges this needs: [privileges.md](privileges.md).
"""


def page() -> str:
    """Return the page."""
    rows = [
        "| no | id | asks | counts as | unplanned |",
        "|---|---|---|---|---|",
        *(
            f"| {check.number} | [`{check.id}`](#{check.number}-{check.id}) | {check.title} | {check.severity} | "
            f"{'yes' if check.without_source else ''} |"
            for check in CHECKS
        ),
    ]
    limits = [
        "## Limits",
        "",
        "| limit | default |",
        "|---|---|",
        *(f"| `{name}` | {value:g} |" for name, value in dataclasses.asdict(Limits()).items()),
        "",
        "`failover_readiness_limits` changes `replication_age_seconds`, `final_sync_seconds`, `ttl_seconds` and `rehearsal_days`.",
    ]
    parts = [INTRODUCTION, "## The checks", "", *rows, "", *(_section(check) for check in CHECKS), *limits, ""]
    return "\n".join(parts)


def _section(check: Check) -> str:
    about = (check.rule.__doc__ or "").split(":func:", 1)[0].strip().split("\n\n", 1)[0]
    return f"### {check.number} {check.id}\n\n{check.title}\n\n{about}\n\nOtherwise: {check.remedy}\n"
