# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One life of the clients: they start, are carried over by failovers there and back, and are checked after each."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import pathlib
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.clients import BACK_SECONDS, LedgerError
from running_pair import ROOT, RunningPair, failover

from loss.capture import Captured, no_capture
from loss.cells import MOUNTS, Cell
from loss.checker import CHECKS, Fate, Window, pause, read_events
from loss.loss_clients import CLIENTS, KERNEL, Applications

UNFENCED = str(pathlib.Path(__file__).resolve().parent / "unfenced.yml")
#: The step before which the fence is proven: nobody serves while it runs.
DARK = ": Final sync: begin"
#: Whoever is asked after one that never came back has this long to show that it did.
SHOW_SECONDS = 30.0
WITNESSES_SECONDS = 60.0
RECORDS_BEFORE = 50
RECORDS_AFTER = 50


#: What Ansible said of a failover that did not succeed.
FAILED = ROOT / ".build" / "loss" / "failed"


class FailoverFailed(RuntimeError):
    """A failover of the loss test did not succeed; the message ends with what Ansible said."""


@dataclasses.dataclass(frozen=True)
class Step:
    """One failover of a life."""

    number: int
    source: str
    target: str


def carry_over(pair: RunningPair, cell: Cell, source: str, target: str) -> None:
    """Fail over with nobody writing."""
    done = pair.play("failover", *failover(source, target, f"failover_method={cell.method}"))
    if done.returncode:
        raise FailoverFailed(f"nobody writing, {source} to {target}:\n{done.stdout[-3000:]}")


class Life:
    """The clients of one life, on a pair that serves from one of its clusters."""

    def __init__(self, pair: RunningPair, cell: Cell, name: str, clients: Sequence[str], serving: str) -> None:
        self.pair, self.cell, self.name, self.serving = pair, cell, name, serving
        self._number = itertools.count(1)
        self._known: dict[str, Mapping[str, Fate]] = {}
        self.clients: dict[str, Applications] = {}
        for kind in clients:
            host = "client2" if kind == KERNEL else "client1"
            client = CLIENTS[kind](pair.enter, pair.status, pair.folder(host, name))
            client.subfolder = f"{kind}-{name}"
            if kind == KERNEL:
                client.mount_options = MOUNTS[cell.mount]
            self.clients[kind] = client

    def __enter__(self) -> Life:
        for client in self.clients.values():
            client.start_on(self.serving)
        for client in self.clients.values():
            client.wait_until_acknowledged(RECORDS_BEFORE, 90)
        return self

    def __exit__(self, *exc_info: object) -> None:
        for client in self.clients.values():
            # What could not end is ended by force; its fate has been looked at by then.
            with contextlib.suppress(LedgerError):
                client.stop(30)
            for cluster in self.pair.status["clusters"]:
                client.remove(cluster)

    def fail_over(self, capture: Captured | None = None) -> dict[str, Any]:
        """Fail over to the other cluster and return what became of the clients' writes."""
        other = next(name for name in self.pair.status["clusters"] if name != self.serving)
        step = Step(next(self._number), self.serving, other)
        with capture or no_capture(), self._without_signal(step):
            started = time.time()
            for client in self.clients.values():
                client.mark("begin", step.number)
            for client in self.clients.values():
                client.wait_for("unsaved_edit", "edited", step.number, 30)
                client.came_back(RECORDS_BEFORE, 60)
            report = self._play(step)
            self.serving = step.target
            ended = time.time()
            # Those that come back late are waited for together.
            deadline = time.monotonic() + BACK_SECONDS
            returned = {
                kind: client.came_back(RECORDS_AFTER, max(deadline - time.monotonic(), SHOW_SECONDS))
                for kind, client in self.clients.items()
            }
            window = Window(started, time.time())
        found = {kind: self._look(client, step, window, returned[kind]) for kind, client in self.clients.items()}
        return {
            **dataclasses.asdict(self.cell),
            "life": self.name,
            "way": f"{step.source} to {step.target}",
            "began": round(started, 1),
            "seconds": round(ended - started, 1),
            "cutover_seconds": report.get("cutover_seconds"),
            "clients": found,
        }

    def _play(self, step: Step) -> dict[str, Any]:
        def show(line: str) -> None:
            if DARK in line and self.cell.order == "fenced":
                for client in self.clients.values():
                    client.mark("dark", step.number)

        smb = self.pair.status["smb"]
        with tempfile.TemporaryDirectory() as folder:
            arguments = [*self.cell.arguments(smb["user"], smb["password"]), f"failover_report_directory={folder}"]
            playbook = "failover" if self.cell.order == "fenced" else UNFENCED
            done = self.pair.play(playbook, *failover(step.source, step.target, *arguments), show=show)
            if done.returncode:
                file = FAILED / f"{self.name}-{step.number}.txt"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(done.stdout, encoding="utf-8")
                raise FailoverFailed(
                    f"{self.cell.key}, {step.source} to {step.target}; all of it is in {file}:\n{done.stdout[-3000:]}"
                )
            file = pathlib.Path(folder) / "report.json"
            report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return report

    @contextlib.contextmanager
    def _without_signal(self, step: Step) -> Iterator[None]:
        """Keep the target's nodes from announcing their addresses where the cell says so."""
        if self.cell.wake != "no-arp":
            yield
            return
        self.pair.inject(step.target, "arp-unannounced")
        try:
            yield
        finally:
            self.pair.clear()

    def _look(self, client: Applications, step: Step, window: Window, returned: bool) -> dict[str, Any]:
        """Return what became of a client's writes, and let its witnesses end their part."""
        kind = client.subfolder.split("-", 1)[0]
        client.mark("end", step.number)
        if returned:
            client.wait_for("unsaved_edit", "saved", step.number, WITNESSES_SECONDS)
            client.wait_for("never_flushed", "closed", step.number, WITNESSES_SECONDS)
            if self.cell.order == "fenced":
                client.wait_for("created_in_the_dark", "created", step.number, WITNESSES_SECONDS)
        fates = client.fates(self.serving)
        events = read_events(client.folder)
        before, self._known[kind] = self._known.get(kind, {}), fates
        found = {}
        for name in CHECKS:
            now, then = fates[name], before.get(name, Fate(0, (), ()))
            seconds, began = pause(events[name], window)
            failures = [event for event in events[name] if event["event"] == "failed" and window.holds(event)]
            found[name] = {
                "acknowledged": now.acknowledged - then.acknowledged,
                "lost": len(set(now.lost) - set(then.lost)),
                "torn": len(set(now.torn) - set(then.torn)),
                "failed": len(failures),
                "errnos": sorted({event["errno"] for event in failures if event["errno"] is not None}),
                "pause_seconds": round(seconds, 3),
                "pause_began": began,
            }
        return {
            "returned": returned,
            "patterns": found,
            "witnesses": client.witnessed(self.serving, step.number),
            # A guest whose own kernel hangs says nothing at all any more, from none of its applications.
            "silent_seconds": round(time.time() - client.last_words(), 1),
            "console": [] if returned else client.console()[-500:].splitlines(),
        }
