# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several zones move at once, and each rewrites the same two lists: no name is lost, and all of them end."""

from __future__ import annotations

import contextlib
import dataclasses
import random
import threading
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import controller, spn_move, turn
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import (
    NotReached,
    OnefsError,
    PapiError,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession

DOMAIN = "EXAMPLE.COM"
WRITERS = 8
CALL_SECONDS = 0.01
# From reading a list to writing it, on a domain controller that takes its time: enough for all others to read the same one.
WRITE_SECONDS = 0.05
Options = Callable[[str], dict[str, Any]]
Papi = Callable[[str], PapiSession]
FOLDER = f"{turn.ROOT}/{turn.KIND}/x"


class Domain:
    """What the machine accounts hold; a name that another one holds is refused."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.spns = {"boston": ["HOST/boston"], "newyork": ["HOST/newyork"]}


class FakeCluster:
    """As much of a session with a cluster as a move of names takes: files, and the one list of its account, replaced whole."""

    domain = Domain()
    files: dict[str, dict[str, bytes]] = {}
    #: What happens between a run's reading of the target's list and its writing.
    meanwhile: list[Callable[[], None]] = []

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.own = self.files.setdefault(connection.host, {})

    def __enter__(self) -> FakeCluster:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Nothing is kept open."""

    def refused(self, status: int, path: str) -> PapiError:
        return PapiError(status, "AEC", "refused", "PUT", path, self.connection.host)

    def list_folder(self, path: str) -> list[str]:
        time.sleep(CALL_SECONDS)
        with self.domain.lock:
            return [name.rpartition("/")[2] for name in self.own if name.startswith(f"{path}/")]

    def make_folder(self, path: str) -> None:
        raise AssertionError(f"{path} is there")

    def read_file(self, path: str) -> bytes:
        time.sleep(CALL_SECONDS)
        with self.domain.lock:
            if path not in self.own:
                raise self.refused(404, path)
            return self.own[path]

    def write_file(self, path: str, data: bytes, overwrite: bool = True) -> None:
        time.sleep(CALL_SECONDS)
        with self.domain.lock:
            if path in self.own and not overwrite:
                raise self.refused(409, path)
            self.own[path] = data

    def delete_file(self, path: str) -> None:
        time.sleep(CALL_SECONDS)
        with self.domain.lock:
            if self.own.pop(path, None) is None:
                raise self.refused(404, path)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        time.sleep(CALL_SECONDS)
        with self.domain.lock:
            spns = list(self.domain.spns[self.connection.host])
        return {"ads": [{"machine_account": self.connection.host.upper(), "spns": spns, "dup_spns": []}]}

    def put(self, path: str, body: dict[str, Any], repeatable: bool = False) -> None:
        time.sleep(WRITE_SECONDS)
        if self.connection.host == "newyork" and self.meanwhile:
            self.meanwhile.pop()()
        with self.domain.lock:
            others = {spn for host, held in self.domain.spns.items() if host != self.connection.host for spn in held}
            if others & set(body["spns"]):
                raise self.refused(409, path)
            self.domain.spns[self.connection.host] = list(body["spns"])


@contextlib.contextmanager
def fake_sessions(connections: dict[str, Connection]) -> Iterator[dict[str, FakeCluster]]:
    yield {side: FakeCluster(connection) for side, connection in connections.items()}


@pytest.fixture
def domain(monkeypatch: pytest.MonkeyPatch) -> Domain:
    """Let a move of names meet two fake clusters, and draw the same lots each time."""
    made = Domain()
    made.spns["boston"] += [spn for number in range(WRITERS) for spn in names(number)]
    monkeypatch.setattr(FakeCluster, "domain", made)
    monkeypatch.setattr(FakeCluster, "files", {})
    monkeypatch.setattr(spn_move, "sessions_of", fake_sessions)
    monkeypatch.setattr(turn, "_dice", random.Random(8))
    monkeypatch.setattr(spn_move, "_dice", random.Random(8))
    return made


def names(number: int) -> list[str]:
    return [f"HOST/zone{number}.example.com", f"HOST/zone{number}"]


def move(number: int, owner: str) -> None:
    """Move the names of one zone, as its run does."""
    params = {
        **{
            side: {"onefs_host": host, "onefs_user": "u"}
            for side, host in (("source", "boston"), ("target", "newyork"))
        },
        "without_source": False,
        "domains": [{"domain": DOMAIN, "account": "", "spns": names(number)}],
        "owner": owner,
        "domain_user": "",
        "domain_password": "",
    }
    spn_move.run(params, False, lambda _line: None)


def at_once(owners: dict[int, str]) -> tuple[list[float], list[Exception]]:
    """Move the names of several zones at once; return the seconds that each took, and what failed."""
    took: list[float] = []
    failed: list[Exception] = []
    start = threading.Barrier(len(owners))

    def one(number: int, owner: str) -> None:
        start.wait()
        began = time.monotonic()
        try:
            move(number, owner)
        except OnefsError as error:
            failed.append(error)
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=one, args=each) for each in owners.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, failed


def test_of_eight_zones_that_move_at_once_no_name_is_lost(domain: Domain) -> None:
    everything = {spn for number in range(WRITERS) for spn in names(number)}
    took, failed = at_once(dict.fromkeys(range(WRITERS), "target"))
    assert failed == []
    assert domain.spns["boston"] == ["HOST/boston"]
    assert set(domain.spns["newyork"]) == {"HOST/newyork"} | everything
    print(f"{WRITERS} zones at once: {min(took):.2f} to {max(took):.2f} s")
    assert max(took) < turn.DEADLINE_SECONDS / 4

    # Half of them go home while the others are asked for again: two directions at once.
    took, failed = at_once({number: "source" if number % 2 else "target" for number in range(WRITERS)})
    home = {spn for number in range(1, WRITERS, 2) for spn in names(number)}
    assert failed == []
    assert set(domain.spns["boston"]) == {"HOST/boston"} | home
    assert set(domain.spns["newyork"]) == {"HOST/newyork"} | everything - home


@pytest.mark.parametrize("turns", [True, False], ids=["with turns", "without turns"])
def test_what_another_run_wrote_meanwhile_is_lost_without_turns_only(
    domain: Domain, monkeypatch: pytest.MonkeyPatch, turns: bool
) -> None:
    """A run comes and ends while another one has read the list and not written it yet: nobody would look again."""

    @contextlib.contextmanager
    def nobody_waits(*arguments: Any) -> Iterator[Any]:
        yield types.SimpleNamespace(require=lambda: None)

    if not turns:
        monkeypatch.setattr(turn, "taken", nobody_waits)
    other = threading.Thread(target=move, args=(1, "target"))

    def come_and_go() -> None:
        other.start()
        other.join(timeout=2.0)

    monkeypatch.setattr(FakeCluster, "meanwhile", [come_and_go])
    move(0, "target")
    other.join()
    lost = {*names(0), *names(1)} - set(domain.spns["newyork"]) - set(domain.spns["boston"])
    assert lost == (set() if turns else set(names(1)))


def test_a_turn_is_kept_until_what_was_written_is_read(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    """The domain controller that is asked next may be behind; whoever came next would write what it says."""
    late = []
    real = spn_move.read_account

    def behind(papi: Any, name: str, check_duplicates: bool = False) -> Any:
        found = real(papi, name, check_duplicates)
        if papi.connection.host == "newyork" and names(0)[0] in found.spns and len(late) < 3:
            late.append([path for path in FakeCluster.files["newyork"] if path.endswith(".closed.json")])
            return dataclasses.replace(found, spns=("HOST/newyork",))
        return found

    monkeypatch.setattr(spn_move, "read_account", behind)
    move(0, "target")
    assert late == [[], [], []]
    assert set(domain.spns["newyork"]) == {"HOST/newyork", *names(0)}


def session(options: Options) -> PapiSession:
    return PapiSession(Connection.from_params(options("boston")))


def test_a_turn_is_held_by_one_and_numbers_go_on(options: Options, pair: Any) -> None:
    with session(options) as papi:
        for number in (1, 2, 3):
            with turn.taken(papi, "x", "something") as mine:
                mine.require()
                assert mine.path.endswith(f"{number:08d}.opened.json")
        left = sorted(path.name for path in pair.files["boston"].path(FOLDER).iterdir())
        assert left == ["00000003.closed.json", "00000003.opened.json"]


def test_the_turn_of_a_killed_run_is_taken_at_once_where_that_can_be_told(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session(options) as papi:
        papi.make_folder(FOLDER)
        papi.write_file(
            f"{FOLDER}/00000007.opened.json", b'{"controller": {"pid": 4, "kernel": "here", "started": "1"}}'
        )
        monkeypatch.setattr(controller, "is_gone", lambda recorded: recorded.get("pid") == 4)
        began = time.monotonic()
        with turn.taken(papi, "x", "something") as mine:
            assert mine.path.endswith("00000008.opened.json")
        assert time.monotonic() - began < 5


def test_another_ones_turn_is_abandoned_after_a_while_and_not_before(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]

    def passing(_seconds: float) -> None:
        now[0] += 15.1

    monkeypatch.setattr(turn, "_clock", lambda: now[0])
    monkeypatch.setattr(turn, "_sleep", passing)
    with (
        session(options) as papi,
        turn.taken(papi, "x", "something") as first,
        turn.taken(papi, "x", "something") as second,
    ):
        assert now[0] > turn.ABANDONED_SECONDS
        second.require()
        with pytest.raises(turn.TurnLost, match="another run took it"):
            first.require()


def test_whoever_waits_for_too_long_is_told_what_to_do(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def passing(_seconds: float) -> None:
        now[0] += 10.0

    monkeypatch.setattr(turn, "_clock", lambda: now[0])
    monkeypatch.setattr(turn, "_sleep", passing)
    monkeypatch.setattr(turn, "ABANDONED_SECONDS", 1000.0)
    with (
        session(options) as papi,
        turn.taken(papi, "x", "something"),
        pytest.raises(NotReached, match="failover_zones_at_once"),
        turn.taken(papi, "x", "something"),
    ):
        raise AssertionError("two hold one turn")
