# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A failover meets the faults that belong to no step: it ends as promised, in time, says why, and loses nothing.

Those that can strike in every step are in the fault matrix, tests/faults.

Four ends are allowed. `served`: the target serves. `refused`: nothing was changed. `undone`: the source serves on, configured as
before. `finished`: what failed can be neither undone nor finished while the fault lasts; once it is cleared, the same command does
either, as a killed run's would.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from ledger.clients import SmbprotocolClient
from running_pair import RunningPair, failover

SERVED, REFUSED, UNDONE, FINISHED = "served", "refused", "undone", "finished"
SOURCE, TARGET = "SOURCE", "TARGET"
QUICK = (
    "failover_network_deadline_seconds=8",
    "failover_writes_deadline_seconds=15",
    "failover_sync_deadline_seconds=12",
    "failover_verify_deadline_seconds=8",
    "failover_clients_deadline_seconds=15",
    "failover_wake_hold_seconds=5",
    "onefs_timeout=3",
)
POOL = "/pools/sales$"


@dataclass(frozen=True)
class Case:
    """A fault with its words, the ends that are right, what the message must say, and when it begins."""

    name: str
    words: str
    ends: tuple[str, ...]
    says: str = ""
    #: How the name of the task begins in which the fault begins; without it, it is there from the start.
    task: str = ""
    #: What it leaves when it is over an administrator has to mend first: a policy whose last run failed.
    spoils: bool = False

    def ordered(self, source: str, target: str) -> list[str]:
        """Return the words for a failover from one cluster to another."""
        return self.words.replace(SOURCE, source).replace(TARGET, target).split()


CASES = [
    Case("slow calls", "SOURCE call --path /platform --slow 0.1 --count 0", (SERVED,)),
    Case(
        "a part fails",
        "TARGET call --path /platform --status 503 --rate 0.1 --seed 3 --count 0",
        (SERVED, UNDONE, REFUSED),
    ),
    Case("no JSON", "TARGET call --path /network/pools --status 503 --body <html> --count 0", (REFUSED,), "503"),
    Case("fence breaks off", f"SOURCE call --method PUT --path {POOL} --drop mid", (UNDONE, SERVED)),
    Case("online breaks off", f"TARGET call --method PUT --path {POOL} --skip 1 --drop after", (UNDONE, SERVED)),
    Case("job order breaks off", "SOURCE call --method POST --path /sync/jobs --drop mid", (UNDONE, SERVED)),
    Case("expired certificate", "TARGET stale-tls", (REFUSED,), "certificate"),
    Case("other certificate", "SOURCE stale-tls --variant other-name", (FINISHED,), "certificate", "Final sync:"),
    Case("target link down", "TARGET link-down --node 1", (REFUSED,), "has no link"),
    Case("target link lost", "TARGET link-down --node 1", (FINISHED, UNDONE), "", "Fence:"),
    Case("fence does not arrive", "SOURCE network-apply-stuck", (UNDONE,), "", "Fence:"),
    Case("names do not arrive", "TARGET network-apply-stuck", (FINISHED,), "addresses of", "Names:"),
    Case("online is lost", "TARGET network-apply-lost --skip 1", (FINISHED,), "addresses of"),
    Case("late network", "SOURCE network-apply-slow --seconds 2", (SERVED,)),
    Case("sync fails", "SOURCE job-failed --action run --message disk-on-fire", (UNDONE,), "disk-on-fire", spoils=True),
    Case("sync stalls", "SOURCE job-stalled --action run --skip 1", (UNDONE,), spoils=True),
    Case("attention", "TARGET job-needs-attention --action allow_write", (UNDONE,), "needs_attention", spoils=True),
    Case("no room for the journal", "SOURCE journal-disk-full", (REFUSED,), "No space left"),
    Case("no room any more", "TARGET journal-disk-full", (FINISHED,), "No space left", "Fence:"),
    Case("silent resolver", "site dns-silent", (REFUSED,), "dual_delegation"),
    Case("resolver falls silent", "site dns-silent", (FINISHED,), "DNS operation timed out", "Fence:"),
    Case("failing resolver", "site dns-servfail", (REFUSED,), "SERVFAIL"),
    Case("resolver begins to fail", "site dns-servfail", (FINISHED,), "SERVFAIL", "Fence:"),
    Case("silent SmartConnect", "TARGET dns-silent", (REFUSED,), "dual_delegation"),
    Case("SmartConnect falls silent", "TARGET dns-silent", (FINISHED, UNDONE, SERVED), "", "Fence:"),
    Case("stale SmartConnect", "SOURCE dns-stale", (FINISHED, SERVED)),
    Case("no SSH", "SOURCE ssh-refused", (REFUSED,), "SSH"),
    Case("SSH hangs", "SOURCE ssh-refused --mode hang", (REFUSED,), "SSH"),
    Case("no sudo", "SOURCE sudo-refused", (REFUSED,), "sudo"),
    Case("clock ahead", "TARGET clock-skew --seconds 7200", (SERVED, REFUSED), spoils=True),
    Case("source out of reach", "controller partition SOURCE", (REFUSED,)),
    Case("source lost", "controller partition SOURCE", (FINISHED,), "", "Final sync:"),
    Case("target lost", "controller partition TARGET --reject", (FINISHED, UNDONE), "", "Allow writes:"),
    Case("clusters apart", "SOURCE partition TARGET", (UNDONE, REFUSED), "target cluster", spoils=True),
    Case("clusters parted", "SOURCE partition TARGET", (UNDONE,), "target cluster", "Fence:", spoils=True),
]


# The others are for `make test-faults`.
ALWAYS = (
    "online breaks off",
    "expired certificate",
    "fence does not arrive",
    "attention",
    "no room for the journal",
    "no sudo",
    "clusters apart",
)


@pytest.fixture(scope="module")
def shared() -> Iterator[SharedPair]:
    made = SharedPair()
    yield made
    made.end()


@pytest.fixture
def pair(shared: SharedPair) -> Iterator[RunningPair]:
    running = shared.begin_test()
    yield running
    running.clear()


class SharedPair:
    """One pair for all cases, made anew after one that failed: what that left says nothing about the next."""

    def __init__(self) -> None:
        self.is_sound = False
        self._pair: RunningPair | None = None

    def begin_test(self) -> RunningPair:
        if self._pair is None or not self.is_sound:
            self.end()
            self._pair = RunningPair("named", "--prerequisites").__enter__()
        self.is_sound = False
        return self._pair

    def end(self) -> None:
        if self._pair is not None:
            self._pair.__exit__(None, None, None)
            self._pair = None


def serving(pair: RunningPair) -> str:
    """Return the cluster whose pool has interfaces."""
    return next(
        name
        for name, found in pair.configuration().items()
        if any(pool["name"] == "sales" and pool["ifaces"] for pool in found["network"]["pools"])
    )


def play(pair: RunningPair, case: Case, source: str, target: str) -> subprocess.CompletedProcess[str]:
    """Run the failover, with the fault from its moment on."""
    fault = case.ordered(source, target)
    if not case.task:
        pair.inject(*fault)
    struck = not case.task

    def watch(line: str) -> None:
        nonlocal struck
        if not struck and line.startswith("TASK [") and f": {case.task}" in line:
            struck = True
            pair.inject(*fault)

    run = pair.play("failover", *failover(source, target, *QUICK), show=watch)
    assert struck, f"no task began with '{case.task}':\n{run.stdout}"
    return run


def end_of(pair: RunningPair, run: subprocess.CompletedProcess[str], before: object, source: str) -> str:
    """Return how a run ended, by what it says; the caller compares that with what is."""
    if run.returncode == 0:
        return SERVED
    if f"{source} serves access zone 'sales' as before" in run.stdout:
        return UNDONE
    return REFUSED if pair.configuration() == before else FINISHED


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.name, marks=() if case.name in ALWAYS else pytest.mark.faults) for case in CASES],
)
def test_a_disturbed_failover_ends_as_promised(shared: SharedPair, pair: RunningPair, case: Case) -> None:
    source = serving(pair)
    target = "newyork" if source == "boston" else "boston"
    before = pair.configuration()
    client = SmbprotocolClient(pair.enter, pair.status, pair.folder("client1", case.name.replace(" ", "-")))
    client.start()
    client.wait_until_acknowledged(30, 30)
    run = play(pair, case, source, target)
    end = end_of(pair, run, before, source)
    pair.clear()
    served_by = source
    if end == SERVED:
        served_by = target
    elif end == FINISHED:
        again = pair.play("failover", *failover(source, target, *QUICK))
        assert again.returncode == 0, run.stdout + again.stdout
        served_by = target
    client.wait_until_back(30)
    client.stop()
    result = client.check(served_by)
    for file in ("ledger.bin", "document.txt"):
        pair.sim("exec", f"{served_by}-1", "--", "rm", "-f", f"/ifs/data/sales/{file}")
    assert (result["lost"], result["corrupted"]) == (0, 0), (result, run.stdout)
    assert end in case.ends, run.stdout
    assert "Traceback" not in run.stdout and case.says in run.stdout, run.stdout
    if served_by == source:
        assert pair.configuration() == before
    assert serving(pair) == served_by
    shared.is_sound = not case.spoils
