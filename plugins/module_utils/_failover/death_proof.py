# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say from what several machines saw whether a cluster may be called dead. Private to the collection; pure but for its entry.

One machine that hears nothing may be the one that is cut off. So at least two must have looked, each must have heard something
else in the same moment, and nothing at all of the cluster may have answered any of them.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._onefs.errors import OnefsError
from .._onefs.progress import Progress

LEAST_WITNESSES = 2

ARGUMENT_SPEC: dict[str, t.Any] = {
    "cluster": {"type": "str", "required": True},
    "reports": {"type": "list", "elements": "dict", "required": True},
}


class NotProvenDead(OnefsError):
    """Something of the cluster answers, or too few machines looked; nothing was changed."""


@dataclass(frozen=True)
class Witness:
    """What one machine saw. ``name`` is how the run calls it, ``machine`` what tells it from all others."""

    name: str
    machine: str
    heard: tuple[str, ...]
    rounds: int
    probed: int
    signs: tuple[str, ...]
    unable: tuple[str, ...]
    trouble: str = ""

    @property
    def counts(self) -> bool:
        """Whether its silence means anything: it looked, could try every address, and hears others."""
        return bool(self.machine and self.heard and self.probed and not self.unable and not self.trouble)

    def why_not(self) -> str:
        """Say why its silence means nothing."""
        if self.trouble:
            return self.trouble
        if self.unable:
            return f"could not try {', '.join(self.unable)}"
        if not self.probed:
            return "knew no address to try"
        return "hears nobody else either, so it may be cut off itself"


def witness_from(report: t.Mapping[str, t.Any]) -> Witness:
    """Read the result of a task that looked."""
    # The result of a loop whose host was not reached has its item and a message, and nothing that was seen.
    trouble = report.get("trouble") or ("" if report.get("machine") else report.get("msg") or "did not look")
    return Witness(
        name=str(report.get("vantage_point") or report.get("item") or "unknown"),
        machine=str(report.get("machine") or ""),
        heard=tuple(str(one) for one in report.get("heard") or ()),
        rounds=int(report.get("rounds") or 0),
        probed=int(report.get("probed") or 0),
        signs=spoken(report.get("signs") or ()),
        unable=spoken(report.get("unable") or ()),
        trouble=str(trouble).strip(),
    )


def judge(cluster: str, witnesses: t.Sequence[Witness]) -> list[Witness]:
    """Return the machines whose silence proves it, or raise with who saw what."""
    seen = [f"from {witness.name}: {', '.join(witness.signs)}" for witness in witnesses if witness.signs]
    if seen:
        raise NotProvenDead(
            f"Proving that {cluster} is dead: something of it answers {'; '.join(seen)}. An unplanned failover would let two clusters "
            "be written. Nothing was changed. If its platform API works, run the planned failover: "
            "ansible-playbook seamless.smb_failover.failover. If only a part of it still answers, take that off the network first."
        )
    counted: dict[str, Witness] = {}
    for witness in witnesses:
        if witness.counts:
            counted.setdefault(witness.machine, witness)
    if len(counted) < LEAST_WITNESSES:
        others = [f"{witness.name} {witness.why_not()}" for witness in witnesses if not witness.counts]
        raise NotProvenDead(
            f"Proving that {cluster} is dead: only {len(counted)} vantage point{'' if len(counted) == 1 else 's'} "
            f"({', '.join(witness.name for witness in counted.values()) or 'none'}) can tell, and {LEAST_WITNESSES} are needed; a network "
            f"that is cut looks like a dead cluster from one side{'; ' + '; '.join(others) if others else ''}. Nothing was changed. Name "
            "inventory hosts in failover_vantage_hosts, best one in the network of the clients, or make the target's nodes reachable over SSH."
        )
    return list(counted.values())


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Judge the reports; changes nothing, in check mode or not."""
    del check_mode
    witnesses = judge(params["cluster"], [witness_from(report) for report in params["reports"]])
    summary = [
        f"{witness.name}: none of {witness.probed} addresses answered in {witness.rounds} rounds"
        for witness in witnesses
    ]
    for line in summary:
        progress(line)
    return {"changed": False, "witnesses": [witness.name for witness in witnesses], "summary": summary}


def spoken(signs: t.Iterable[t.Mapping[str, t.Any]]) -> tuple[str, ...]:
    """Say what answered in few words: one for each kind and answer, with its addresses."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for sign in signs:
        grouped.setdefault((str(sign.get("kind")), str(sign.get("answer"))), []).append(str(sign.get("address")))
    return tuple(f"{kind} at {', '.join(addresses)} {answer}" for (kind, answer), addresses in grouped.items())
