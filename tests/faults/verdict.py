# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a disturbed failover ended, from what was said and seen; and what of it breaks a promise. Decides only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

ROLLED_BACK = "rolled back"
ROLLED_FORWARD = "rolled forward"
FINISHED = "finished"
STOPPED = "stopped"
VIOLATION = "VIOLATION"
INSTRUCTION = re.compile(r"run the same playbook|Run the same playbook|failover_take_over=true|[Rr]un this playbook")


@dataclass(frozen=True)
class Run:
    """One command, as it ended; `killed`: its controller was."""

    returncode: int
    output: str
    killed: bool
    longest_dark_seconds: float
    two_writers: int
    observed: int
    seconds: float


@dataclass(frozen=True)
class Aftermath:
    """What was found when all was over. `served_by`: the cluster with interfaces, or nothing where it is not one."""

    served_by: str
    as_before: bool
    as_clean: bool
    ledger: dict[str, Any] = field(default_factory=dict)
    client_trouble: str = ""


def message(run: Run) -> str:
    """Return what a failed run told its operator at the end: the last error."""
    said = re.findall(r"^(?:fatal: .*?=> |\[ERROR\]: )(.*)$", run.output, re.MULTILINE)
    return said[-1][:2000] if said else ""


def needs_second(first: Run, as_before: bool) -> bool:
    """Say whether the same command has to be given again: a run that was killed, or stopped half-way."""
    return first.killed or (first.returncode != 0 and not says_undone(first) and not as_before)


def says_undone(run: Run) -> bool:
    """Say whether a run reports that it undid everything."""
    return "serves access zone 'sales' as before" in run.output


def changes_nothing(run: Run) -> bool:
    """Say whether a run succeeded and changed nothing."""
    return run.returncode == 0 and re.search(r"\bchanged=0\b", run.output) is not None


def outcome(first: Run, second: Run | None) -> str:
    """Name the end. After a kill it is the second run that rolls back or forward."""
    if second is None:
        return FINISHED if first.returncode == 0 else ROLLED_BACK
    if not first.killed:
        return STOPPED
    if "finishes the earlier one" in second.output:
        return ROLLED_FORWARD
    return ROLLED_BACK if "begins anew" in second.output else FINISHED


def violations(
    first: Run, second: Run | None, after: Aftermath, source: str, target: str, dark_limit_seconds: float
) -> list[str]:
    """Return every promise that was broken."""
    found = []
    for name, run in (("first", first), ("second", second)):
        if run is None:
            continue
        if run.two_writers:
            found.append(f"two writers in {run.two_writers} samples of the {name} run")
        if not run.observed:
            found.append(f"nobody observed the {name} run")
        if run.longest_dark_seconds > dark_limit_seconds:
            found.append(f"nobody served for {run.longest_dark_seconds:.1f} s of the {name} run")
        if "Traceback" in run.output:
            found.append(f"the {name} run ended with a traceback")
        if run.returncode and not run.killed and not message(run):
            found.append(f"the {name} run failed without a message")
    if second is not None:
        if not first.killed and not INSTRUCTION.search(first.output):
            found.append(f"the run stopped without an instruction: {message(first)}")
        if second.returncode and not after.as_before:
            found.append(f"the same command, given again, ended in neither of the two states: {message(second)}")
    last = second or first
    if last.returncode == 0:
        if after.served_by != target:
            found.append(f"the run says it succeeded, and '{after.served_by}' serves")
        elif not after.as_clean:
            found.append("the target serves, configured other than after a failover without a fault")
    elif after.served_by != source or not after.as_before:
        found.append("the source does not serve as before, or is not configured as before")
    ledger = after.ledger
    if after.client_trouble:
        found.append(f"the client does not write again: {after.client_trouble}")
    elif not ledger.get("acknowledged"):
        found.append("the ledger is empty")
    if ledger.get("lost") or ledger.get("corrupted"):
        found.append(f"{ledger['lost']} acknowledged writes lost, {ledger['corrupted']} corrupted")
    return found
