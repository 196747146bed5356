# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rehearsals: looking changes nothing, and nobody who is served by the clusters notices any of it."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ledger.clients import SmbprotocolClient
from running_pair import RunningPair, failover

# What a session does to log in and out.
LOGINS = {("POST", "/session/1/session"), ("DELETE", "/session/1/session")}
# Two of a client's own time-outs and a log-in, on a busy machine.
PAUSE_SECONDS = 5.0


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("rehearsal", "--prerequisites") as running:
        yield running


def everything(pair: RunningPair) -> dict[str, Any]:
    """Return all that is configured on both clusters, and all that lies below /ifs, hidden or not, with its times."""
    found: dict[str, Any] = {}
    for name in pair.status["clusters"]:
        listing = pair.sim("exec", f"{name}-1", "--", "find", "/ifs", "-printf", "%p %y %m %U %s %T@\\n")
        found[name] = {"configuration": json.loads(pair.sim("config", name)), "files": sorted(listing.splitlines())}
    return found


def writes(pair: RunningPair, *clusters: str) -> list[tuple[str, str]]:
    """Return the calls that change something, of some clusters or of both."""
    calls = [call for name in clusters or pair.status["clusters"] for call in json.loads(pair.sim("calls", name))]
    return [(call["method"], call["target"]) for call in calls if call["method"] not in ("GET", "HEAD")]


def test_looking_changes_nothing(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    before, written = everything(pair), len(writes(pair))
    arguments = failover("boston", "newyork", "rehearsal_level=1", f"failover_report_directory={tmp_path}")
    looked = pair.play("rehearsal", *arguments)
    assert looked.returncode == 0, looked.stdout
    assert everything(pair) == before
    assert set(writes(pair)[written:]) == LOGINS
    assert "Access zone sales moves from boston to newyork:" in looked.stdout
    assert "REHEARSAL, level 1: checked, nothing was changed" in looked.stdout

    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["result"], report["rehearsal"]["level"], report["cutover_seconds"]) == ("checked", 1, None)
    names = [step["name"] for step in report["steps"] if step["changed"]]
    assert {"lease", "fence", "final_sync", "allow_writes", "names", "online"} <= set(names)
    assert [step["name"] for step in report["predicted"]] == [step["name"] for step in report["steps"]]
    assert not any(step["seconds"] for step in report["predicted"])
    assert "REHEARSAL" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_run_that_would_only_be_called_a_rehearsal_is_refused(pair: RunningPair) -> None:
    before = everything(pair)
    refused = pair.play("failover", *failover("boston", "newyork", "failover_rehearsal_level=1"))
    assert refused.returncode != 0
    assert "this run is not in check mode" in refused.stdout
    assert everything(pair) == before


def copied(pair: RunningPair, *more: str) -> list[str]:
    """Return the arguments of a rehearsal with a copy of the access zone sales, all of them text."""
    values = {
        "rehearsal_level": "2",
        "rehearsal_subnet": "groupnet0.subnet1",
        "rehearsal_pool_range": "198.51.100.201-198.51.100.202",
        "rehearsal_members": "1:ext-1,2:ext-1",
        "rehearsal_user": pair.status["smb"]["user"],
        "rehearsal_password": pair.status["smb"]["password"],
    }
    return failover("boston", "newyork", *(f"{name}={value}" for name, value in values.items()), *more)


def names_below_ifs(pair: RunningPair, cluster: str) -> list[str]:
    """Return what lies below /ifs of a cluster, without what the collection itself remembers there."""
    paths = pair.sim("exec", f"{cluster}-1", "--", "find", "/ifs").splitlines()
    # The folder of all snapshots is the cluster's own; what is in it counts.
    return sorted(path for path in paths if "/.seamless_smb_failover" not in path and path != "/ifs/.snapshot")


def replicate(pair: RunningPair, path: str) -> None:
    """Replicate the access zone sales, and wait until a file is on the target."""
    pair.sim("exec", "boston-1", "--", "isi", "sync", "jobs", "start", "sales")
    copy = pathlib.Path(pair.status["clusters"]["newyork"]["ifs"]) / path
    deadline = time.monotonic() + 30
    while not copy.exists():
        assert time.monotonic() < deadline, f"{path} was not replicated"
        time.sleep(0.1)


def test_the_target_serves_a_copy_and_nothing_is_left_of_it(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    client = SmbprotocolClient(pair.enter, pair.status, pair.folder("client1", "meanwhile"))
    client.start()
    client.wait_until_acknowledged(50, 60)
    deep = pathlib.Path(pair.status["clusters"]["boston"]["ifs"]) / "data/sales/deep/deeper"
    deep.mkdir(parents=True)
    (deep / "contract.bin").write_bytes(bytes(range(256)) * 1024)
    replicate(pair, "data/sales/deep/deeper/contract.bin")

    before, files, written = pair.configuration(), names_below_ifs(pair, "newyork"), len(writes(pair, "boston"))
    rehearsed = pair.play("rehearsal", *copied(pair, f"failover_report_directory={tmp_path}"))
    assert rehearsed.returncode == 0, rehearsed.stdout
    assert pair.configuration() == before
    assert names_below_ifs(pair, "newyork") == files

    client.wait_until_back(20)
    client.stop()
    result = client.check("boston")
    assert (result["lost"], result["corrupted"]) == (0, 0), result
    # The client gives an answer 1 s, which a busy machine may not keep; it comes back to the same cluster then.
    assert result["longest_pause_seconds"] < PAUSE_SECONDS, result
    assert all(address.startswith("198.51.100.1") for address in result["servers"]), result
    assert set(writes(pair, "boston")[written:]) == LOGINS

    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["result"], report["rehearsal"]["level"], report["rehearsal"]["leftovers"]) == ("succeeded", 2, [])
    assert report["rehearsal"]["changed_meanwhile"] == []
    # The ledger, its document and the contract, each at both addresses.
    assert report["rehearsal"]["files_compared"] >= 6
    done = {one["operation"] for one in report["rehearsal"]["operations"]}
    assert done == {"connect", "create_and_write", "read", "overwrite", "rename", "delete", "read_replica"}
    assert [step["name"] for step in report["steps"]][:5] == ["snapshot", "copy", "zone", "shares", "pool"]
    assert "REHEARSAL, level 2" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.faults
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (("--method", "POST", "--path", "snapshot/writable", "--status", "500"), "snapshot/writable"),
        (("--method", "POST", "--path", "smb/shares", "--status", "500"), "smb/shares"),
        (("--method", "POST", "--path", "pools", "--status", "500"), "pools"),
        ((), "Connecting to share"),
    ],
    ids=["copy", "shares", "pool", "client"],
)
def test_what_fails_in_between_leaves_nothing_either(
    pair: RunningPair, tmp_path: pathlib.Path, fault: tuple[str, ...], words: str
) -> None:
    before, files = pair.configuration(), names_below_ifs(pair, "newyork")
    if fault:
        pair.inject("newyork", "call", *fault)
    more = [] if fault else ["rehearsal_password=wrong"]
    failed = pair.play("rehearsal", *copied(pair, f"failover_report_directory={tmp_path}", *more))
    pair.clear()
    assert failed.returncode != 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["result"] == "failed"
    assert words in report["message"]
    assert pair.configuration() == before
    assert names_below_ifs(pair, "newyork") == files


@pytest.mark.faults
def test_what_a_killed_rehearsal_left_is_removed_by_the_next_one(pair: RunningPair) -> None:
    before, files = pair.configuration(), names_below_ifs(pair, "newyork")
    # The zone is there, and the call that makes its first share is never answered.
    pair.inject("newyork", "call", "--method", "POST", "--path", "smb/shares", "--hang", "20")
    with pair.playing("rehearsal", *copied(pair)) as process:
        deadline = time.monotonic() + 120
        while "seamless-rehearsal-sales" not in [zone["name"] for zone in pair.configuration()["newyork"]["zones"]]:
            assert time.monotonic() < deadline, "no zone of a rehearsal came up"
            time.sleep(0.05)
        for pid in descendants(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    pair.clear()
    left = pair.configuration()["newyork"]
    assert left["writable_snapshots"] == ["/ifs/seamless-rehearsal-sales/0"]
    again = pair.play("rehearsal", *copied(pair))
    assert again.returncode == 0, again.stdout
    assert pair.configuration() == before
    assert names_below_ifs(pair, "newyork") == files


def descendants(pid: int) -> list[int]:
    """Return a process and all that came of it."""
    parents: dict[int, int] = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


@pytest.mark.faults
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("rehearsal_pool_range=198.51.100.11-198.51.100.12", "somebody answers"),
        ("rehearsal_pool_range=198.51.100.21", "is in use"),
        ("rehearsal_members=", "A rehearsal of level 2 needs"),
    ],
)
def test_a_copy_that_would_get_in_the_way_is_refused(pair: RunningPair, more: str, words: str) -> None:
    before, files = pair.configuration(), names_below_ifs(pair, "newyork")
    refused = pair.play("rehearsal", *copied(pair, more))
    assert refused.returncode != 0
    assert words in refused.stdout
    assert pair.configuration() == before
    assert names_below_ifs(pair, "newyork") == files


def drill(pair: RunningPair, *more: str) -> list[str]:
    """Return the arguments of a drill with the access zone finance."""
    values = {
        "rehearsal_level": "3",
        "rehearsal_source": "boston",
        "rehearsal_target": "newyork",
        "failover_access_zone": "finance",
        "rehearsal_robot_zone": "finance",
        "rehearsal_robot_share": "finance",
        "rehearsal_user": pair.status["smb"]["user"],
        "rehearsal_password": pair.status["smb"]["password"],
    }
    given = [f"{name}={value}" for name, value in values.items()]
    return [argument for value in (*given, *more) for argument in ("-e", value)]


@pytest.mark.faults
def test_a_drill_goes_there_and_back_and_tells_its_trend(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    first = pair.play("rehearsal", *drill(pair, f"failover_report_directory={tmp_path}"))
    assert first.returncode == 0, first.stdout
    for way, target in (("there", "newyork"), ("back", "boston")):
        report = json.loads((tmp_path / way / "report.json").read_text(encoding="utf-8"))
        assert (report["result"], report["target"], report["rehearsal"]["level"]) == ("succeeded", target, 3)
    # The mirror policy and its like are there from the first drill on.
    before = pair.configuration()
    second = pair.play("rehearsal", *drill(pair), more_environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"})
    assert second.returncode == 0, second.stdout
    assert pair.configuration() == before
    assert " 0 lost" in second.stdout
    figures = json.loads(second.stdout.partition("CUSTOM STATS:")[2].partition("RUN:")[2])["rehearsal"]
    assert [one["result"] for one in figures["drills"]] == ["succeeded", "succeeded"]
    assert (figures["lost"], figures["acknowledged"] > 50) == (0, True)
    assert all(one["change_percent"] is not None for one in figures["trend"].values())
    # The other cluster hears of it with the next replication.
    assert not list((pathlib.Path(pair.status["clusters"]["boston"]["ifs"]) / "data/finance").glob("seamless-robot-*"))

    looked = pair.play(
        "rehearsal",
        *failover("boston", "newyork", "failover_access_zone=finance", f"failover_report_directory={tmp_path}"),
    )
    assert looked.returncode == 0, looked.stdout
    predicted = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["predicted"]
    assert {"fence", "final_sync", "online"} <= {step["name"] for step in predicted if step["seconds"] is not None}


# Writes down what it is told, one file for each event.
HOOK = """
- name: Write down what was told
  ansible.builtin.lineinfile:
    path: "{{ hook_folder }}/{{ failover_notice.event }}"
    line: "{{ failover_notice.mode }} {{ failover_notice.rehearsal }} {{ failover_notice.subject }}"
    create: true
    mode: "0600"
"""


@pytest.mark.faults
def test_a_drill_tells_people_of_both_ways_and_that_it_is_one(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    (tmp_path / "hook.yml").write_text(HOOK, encoding="utf-8")
    more = {"failover_notify": [{"name": "written", "tasks": str(tmp_path / "hook.yml")}], "hook_folder": str(tmp_path)}
    drilled = pair.play("rehearsal", *drill(pair, json.dumps(more)))
    assert drilled.returncode == 0, drilled.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["announce", "complete", "hook.yml", "start"]
    for event in ("announce", "start", "complete"):
        told = (tmp_path / event).read_text(encoding="utf-8").splitlines()
        assert [line.split()[:2] for line in told] == [["planned", "True"]] * 2, (event, told)
        assert "newyork" in told[0] and "boston" in told[1], (event, told)
        assert all("rehearsal" in line.lower() for line in told), (event, told)


@pytest.mark.faults
def test_a_drill_that_fails_on_its_way_is_told_and_the_next_one_brings_the_zone_home(pair: RunningPair) -> None:
    pair.inject(
        "newyork",
        "call",
        "--method",
        "PUT",
        "--path",
        "pools/finance",
        "--status",
        "500",
        "--skip",
        "1",
        "--count",
        "4",
    )
    failed = pair.play("rehearsal", *drill(pair))
    pair.clear()
    assert failed.returncode != 0
    assert "Look at what failed" in failed.stdout
    again = pair.play("rehearsal", *drill(pair))
    assert again.returncode == 0, again.stdout
    serving = {pool["name"]: bool(pool["ifaces"]) for pool in pair.configuration()["boston"]["network"]["pools"]}
    assert serving["finance"]


@pytest.mark.faults
@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["rehearsal_robot_zone=sales"], "Name the same zone in"),
        (["failover_source=boston"], "which nothing can exchange"),
        (["rehearsal_robot_share="], "A drill needs"),
    ],
)
def test_a_drill_that_would_move_what_it_must_not_is_refused(pair: RunningPair, more: list[str], words: str) -> None:
    before = everything(pair)
    refused = pair.play("rehearsal", *drill(pair, *more))
    assert refused.returncode != 0
    assert words in refused.stdout
    assert everything(pair) == before


@pytest.mark.faults
def test_a_zone_that_people_use_is_no_robot_zone(pair: RunningPair) -> None:
    before = pair.configuration()
    client = SmbprotocolClient(pair.enter, pair.status, pair.folder("client1", "stranger"))
    client.start()
    client.wait_until_acknowledged(20, 60)
    arguments = drill(pair, "failover_access_zone=sales", "rehearsal_robot_zone=sales", "rehearsal_user=robot")
    refused = pair.play("rehearsal", *arguments)
    client.stop()
    assert refused.returncode != 0
    assert f"198.51.100.101 ({pair.status['smb']['user']})" in refused.stdout
    assert pair.configuration() == before
