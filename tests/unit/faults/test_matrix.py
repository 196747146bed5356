# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix knows the steps of the role, strikes where it says, and takes nothing for a success that is none."""

from __future__ import annotations

import json
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "live"))

from faults import run as faults_run
from faults.cell import MISSED, Cell, Result
from faults.course import Call, Course, StepCourse, comparable, course_of
from faults.gate import Event
from faults.record import read_record, write_record
from faults.run import Matrix
from faults.steps import ROLE, steps_of
from faults.strikes import (
    FAULTS,
    NO_CALLS,
    NO_JOB,
    ONE_CHANGE,
    READS_ONLY,
    SKIPPED,
    NotApplicable,
    Strike,
    strike_of,
)
from faults.table import summary, tables
from faults.verdict import (
    FINISHED,
    ROLLED_BACK,
    ROLLED_FORWARD,
    STOPPED,
    VIOLATION,
    Aftermath,
    Run,
    changes_nothing,
    needs_second,
    outcome,
    violations,
)

POOL = "/platform/16/network/pools/sales"


def test_steps_are_the_roles_own():
    steps = steps_of()
    assert steps[-1] == "release"
    assert steps.index("recover") < steps.index("plan") < steps.index("lease")
    assert steps.index("fence") < steps.index("prove_fence") < steps.index("final_sync") < steps.index("online")
    assert all((ROLE / f"{re.sub('-[0-9]+$', '', step)}.yml").is_file() for step in steps)
    # What a run does again, later, is a step of its own; so is what comes after a file that was taken in.
    assert steps.index("notify") < steps.index("fence") < steps.index("notify-3") < steps.index("remember-2")
    assert steps.index("plan") < steps.index("remember") < steps.index("plan-2") < steps.index("lease")
    # What only a failure brings about is no step.
    assert not {"rollback", "undo", "stop"} & set(steps)


def test_a_new_step_appears_by_itself(tmp_path):
    (tmp_path / "main.yml").write_text(
        "- block:\n"
        "    - ansible.builtin.import_tasks: first.yml\n"
        "    - block:\n"
        "        - ansible.builtin.include_tasks: {file: second.yml}\n"
        "  rescue:\n"
        "    - ansible.builtin.import_tasks: undo.yml\n",
        encoding="utf-8",
    )
    for name in ("first", "second"):
        (tmp_path / f"{name}.yml").write_text("- ansible.builtin.meta: noop\n", encoding="utf-8")
    assert steps_of(tmp_path) == ["first", "second"]


def test_calls_belong_to_the_step_in_which_they_come():
    events = [
        (1.0, 0, Event("begins", "first", "a")),
        (2.0, 0, Event("ended", "first", "a", "ok")),
        # A task of another file in between is part of the step.
        (2.5, 0, Event("begins", "undo", "u")),
        (2.6, 0, Event("ended", "undo", "u", "skipped")),
        (3.0, 1, Event("begins", "second", "b")),
        (3.5, 3, Event("ended", "second", "b", "skipped")),
        (4.0, 3, Event("over", "", "")),
    ]
    calls = [
        (1.5, Call("boston", "GET", POOL)),
        (1.6, Call("boston", "POST", "/session/1/session")),
        (2.7, Call("newyork", "PUT", POOL)),
        (3.2, Call("boston", "GET", POOL)),
    ]
    course = course_of(["first", "second", "third"], events, calls, {})
    first, second, third = course.steps
    assert first == StepCourse("first", True, (Call("boston", "GET", POOL), Call("newyork", "PUT", POOL)), 1)
    assert second == StepCourse("second", False, (Call("boston", "GET", POOL),), 2)
    assert third == StepCourse("third")


def test_a_file_that_comes_again_is_a_step_again():
    events = [
        (float(moment), 0, Event("begins", file, file))
        for moment, file in enumerate(("first", "told", "second", "told", "last"))
    ]
    calls = [(moment + 0.5, Call("boston", "GET", POOL + str(moment))) for moment in range(5)]
    steps = ["first", "told", "second", "told-2", "last"]
    assert [[call.target for call in step.calls] for step in course_of(steps, events, calls, {}).steps] == [
        [POOL + str(moment)] for moment in range(5)
    ]


def test_what_differs_from_pair_to_pair_is_not_compared():
    one, other = "4b8654ba83a3466c9294ff19309dcdd2", "00000000000000000000000000000001"
    assert comparable([{"id": one}, {"id": "sales"}]) == comparable([{"id": "sales"}, {"id": other}])
    assert comparable([{"id": one, "enabled": True}]) != comparable([{"id": one, "enabled": False}])


def test_the_zone_of_the_wake_up_may_be_there_and_no_pool_in_it():
    zones = [{"name": "sales"}, {"name": "seamless-tombstone"}]
    assert comparable({"zones": zones, "seamless-tombstone": []}) == comparable({"zones": zones[:1]})
    assert comparable({"access_zone": "seamless-tombstone"}) != comparable({"access_zone": "sales"})


def changing(*clusters: str) -> StepCourse:
    return StepCourse("names", True, tuple(Call(cluster, "PUT", POOL) for cluster in clusters))


def test_the_last_change_is_met_on_its_own_cluster():
    strike = strike_of("error-last", changing("boston", "newyork", "boston", "newyork", "newyork"))
    assert isinstance(strike, Strike)
    ((cluster, *words),) = strike.injections
    assert cluster == "newyork"
    assert words[words.index("--skip") + 1] == "2"


@pytest.mark.parametrize(
    ("fault", "step", "reason"),
    [
        ("error", StepCourse("report", True), NO_CALLS),
        ("error", StepCourse("flush", False), SKIPPED),
        ("conflict", StepCourse("prove", True, (Call("boston", "GET", POOL),)), READS_ONLY),
        ("dropped-last", changing("boston"), ONE_CHANGE),
        ("job-failed", changing("boston"), NO_JOB),
    ],
)
def test_what_can_not_strike_says_why(fault, step, reason):
    assert strike_of(fault, step) is reason


def run(returncode: int, output: str = "", killed: bool = False, dark: float = 0.0, two_writers: int = 0) -> Run:
    return Run(returncode, output, killed, dark, two_writers, 100, 5.0)


UNDONE = run(2, "fatal: [localhost]: FAILED! => it failed; boston serves access zone 'sales' as before")
HALF_WAY = run(2, "fatal: [localhost]: FAILED! => Mend the cause and run the same playbook again")
LEDGER = {"acknowledged": 100, "lost": 0, "corrupted": 0}
AT_SOURCE = Aftermath("boston", True, False, LEDGER)
AT_TARGET = Aftermath("newyork", False, True, LEDGER)


def broken(first: Run, second: Run | None, after: Aftermath) -> list[str]:
    return violations(first, second, after, "boston", "newyork", 60.0)


@pytest.mark.parametrize(
    ("first", "second", "after", "end"),
    [
        (run(0), None, AT_TARGET, FINISHED),
        (UNDONE, None, AT_SOURCE, ROLLED_BACK),
        (HALF_WAY, run(0), AT_TARGET, STOPPED),
        (HALF_WAY, UNDONE, AT_SOURCE, STOPPED),
        (run(-9, killed=True), run(0, "begins anew"), AT_TARGET, ROLLED_BACK),
        (run(-9, killed=True), run(0, "finishes the earlier one"), AT_TARGET, ROLLED_FORWARD),
    ],
)
def test_legal_ends(first, second, after, end):
    assert outcome(first, second) == end
    assert broken(first, second, after) == []
    assert needs_second(first, after.as_before and second is None) == (second is not None)


@pytest.mark.parametrize(
    ("first", "second", "after", "words"),
    [
        (run(0, two_writers=1), None, AT_TARGET, "two writers"),
        (run(0, dark=61.0), None, AT_TARGET, "nobody served for 61.0 s"),
        (run(0, "Traceback (most recent call last)"), None, AT_TARGET, "traceback"),
        (run(2, "silence"), None, AT_SOURCE, "without a message"),
        (run(2, "fatal: [x]: FAILED! => a bare error"), run(0), AT_TARGET, "without an instruction"),
        (HALF_WAY, HALF_WAY, Aftermath("", False, False, LEDGER), "neither of the two states"),
        (run(0), None, AT_SOURCE, "says it succeeded"),
        (run(0), None, Aftermath("newyork", False, False, LEDGER), "other than after a failover without a fault"),
        (UNDONE, None, Aftermath("boston", False, False, LEDGER), "not configured as before"),
        (run(0), None, Aftermath("newyork", False, True, {**LEDGER, "lost": 1}), "1 acknowledged writes lost"),
        (run(0), None, Aftermath("newyork", False, True, LEDGER, "silence"), "does not write again"),
        (run(0), None, Aftermath("newyork", False, True, {}), "ledger is empty"),
    ],
)
def test_broken_promises_are_seen(first, second, after, words):
    found = broken(first, second, after)
    assert any(words in one for one in found), found


def test_a_run_that_changes_nothing_says_so():
    assert changes_nothing(run(0, "localhost : ok=9 changed=0 unreachable=0"))
    assert not changes_nothing(run(0, "localhost : ok=9 changed=10 unreachable=0"))
    assert not changes_nothing(run(2, "localhost : ok=9 changed=0 unreachable=0"))


def test_table_and_totals():
    cells = [Cell("smartconnect", "fence", fault) for fault in ("error", "hang", "conflict")]
    results = {
        cells[0]: Result(cells[0], ROLLED_BACK, client="kernel", ledger={**LEDGER, "longest_pause_seconds": 3.2}),
        cells[1]: Result(cells[1], VIOLATION, ("two writers",), client="kernel", ledger={**LEDGER, "lost": 2}),
    }
    text = tables(["fence"], results, {cells[2]: NotApplicable("no reason")})
    row = next(line for line in text.splitlines() if line.startswith("| fence"))
    found = dict(
        zip(["step", *(column.name for column in FAULTS)], (one.strip() for one in row.split("|")[1:-1]), strict=True)
    )
    assert (found["error"], found["hang"], found["conflict"], found["dropped"]) == ("back", "VIOLATION", "n.a. a", "")
    assert "n.a. a: no reason." in text
    assert "VIOLATION smartconnect/fence/hang: two writers" in text
    assert "2 cells run (1 VIOLATION, 1 rolled back), 1 not applicable." in text
    assert "200 acknowledged writes, 2 lost." in text
    assert "smartconnect, kernel: 3.2 s (fence/error)" in text


def test_a_record_holds_what_the_sums_need(tmp_path):
    results = [
        Result(Cell("smartconnect", "fence", "error"), ROLLED_BACK, client="kernel", ledger=LEDGER, commit="abc1234"),
        Result(
            Cell("ip_takeover", "names", "hang"),
            STOPPED,
            client="smbprotocol",
            ledger={**LEDGER, "longest_pause_seconds": 7.25},
            longest_dark_seconds=4.5,
            undisturbed=False,
            commit="abc1234+",
        ),
        Result(
            Cell("ip_takeover", "names", "error"),
            VIOLATION,
            ("two writers", "4 lost, of 9"),
            client="kernel",
            ledger=LEDGER,
        ),
    ]
    file = tmp_path / "record.csv"
    write_record(file, {result.cell: result for result in results})
    found = read_record(file)
    assert set(found) == {result.cell for result in results}
    steps = steps_of()
    assert summary([found[result.cell] for result in results], steps) == summary(results, steps)
    assert found[results[2].cell].why == ("two writers; 4 lost, of 9",)
    assert {one.commit for one in found.values()} == {"abc1234", "abc1234+", ""}
    before = file.read_text(encoding="utf-8")
    write_record(file, found)
    assert file.read_text(encoding="utf-8") == before


def test_a_file_that_is_no_record_is_refused(tmp_path):
    (tmp_path / "other.csv").write_text("step,fault\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no record of the fault matrix"):
        read_record(tmp_path / "other.csv")


def test_what_a_record_has_is_not_run_again(tmp_path):
    courses = {"smartconnect": Course((changing("boston"),), {})}
    known = Result(Cell("smartconnect", "names", "error"), ROLLED_BACK, client="kernel")
    assert Matrix(tmp_path, courses).results == {}
    assert Matrix(tmp_path, courses, {known.cell: known}).results == {known.cell: known}
    # What was run in this checkout counts for more.
    own = Result(known.cell, FINISHED)
    file = tmp_path / "cells" / known.cell.key / "result.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(own.to_dict()), encoding="utf-8")
    assert Matrix(tmp_path, courses, {known.cell: known}).results == {own.cell: own}


def test_a_matrix_goes_on_with_a_record(monkeypatch, tmp_path):
    course = Course((changing("boston"),), {})
    known = Result(Cell("smartconnect", course.steps[0].name, "error"), ROLLED_BACK, client="kernel", ledger=LEDGER)
    record = tmp_path / "record.csv"
    write_record(record, {known.cell: known})
    asked = []
    monkeypatch.setattr(faults_run, "RESULTS", tmp_path)
    monkeypatch.setattr(faults_run, "surveyed", lambda _prefix, _folder, _methods: {"smartconnect": course})
    monkeypatch.setattr(faults_run, "run_all", lambda _matrix, cells, *_others: asked.extend(cells))
    monkeypatch.setattr(sys, "argv", ["run.py", "--record", str(record)])
    assert faults_run.main() == 1, "what it did not run is missing"
    assert asked and known.cell not in asked
    assert set(read_record(record)) == {known.cell}


def test_a_summary_counts_each_step():
    results = [
        Result(Cell(method, "fence", "error"), end, client="kernel", ledger={**LEDGER, "lost": 1}, commit="abc1234")
        for method, end in (("smartconnect", ROLLED_BACK), ("ip_takeover", FINISHED))
    ]
    text = summary(results, ["fence"])
    assert "| `fence` | 1 | 1 | - | - | - | - | 200 | 2 |" in text
    assert "| `error` | 1 | 1 | - | - | - | - | 200 | 2 |" in text
    assert "| `smartconnect` | kernel | 1 |" in text
    assert "By commit: 2 of abc1234." in text


def test_a_result_comes_back_from_its_file():
    result = Result(Cell("smartconnect", "fence", "hang"), MISSED, ("the fault did not strike",), ledger=LEDGER)
    assert Result.from_dict(result.to_dict()) == result


def test_a_course_knows_its_steps():
    course = Course((changing("boston"),), {"zones": []})
    assert course.step("names").changes == (Call("boston", "PUT", POOL),)
    assert Course.from_dict(json.loads(json.dumps(course.to_dict()))) == course
