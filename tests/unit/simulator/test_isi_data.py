# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi sync and isi smb, as an operator types them on a node."""

from __future__ import annotations

import csv
import io
import json

import pytest
from onefs_sim.faults import Fault
from onefs_sim.node_commands.isi_cli.layouts import span
from onefs_sim.ports import SmbOpenFile, SmbSession
from unit.simulator.node_shell import node_shell


@pytest.fixture
def source(pair, monkeypatch, capsys):
    with node_shell(pair.boston, monkeypatch, capsys) as made:
        yield made


@pytest.fixture
def target(pair, monkeypatch, capsys):
    with node_shell(pair.newyork, monkeypatch, capsys) as made:
        yield made


@pytest.fixture
def held(pair):
    """The next copy of the policy 'sales' stays where it begins, so that nothing has to be quick to see it run."""
    return pair.boston.inject(Fault("boston", "JOB", "sales/run", hang_seconds=30))


def state_of(shell):
    (policy,) = json.loads(shell.succeed("sync target view sales --format json").out)
    return policy["failover_failback_state"]


def test_policies(source):
    lines = source.succeed("sync policies list").lines
    assert lines[0] == f"{'Name':<5} {'Path':<15} {'Action':<7} {'Enabled':<8} {'Target':<11}"
    assert lines[2].split() == ["sales", "/ifs/data/sales", "sync", "Yes", "127.77.2.21"]
    view = source.succeed("sync policies view sales").out
    assert "    Target Path: /ifs/data/sales\n" in view
    assert "Schedule: -\n" in view


def test_modify_policy(pair, source):
    words = ["sync", "policies", "modify", "sales", "--schedule", "every 1 days at 12:00 PM", "--enabled", "false"]
    assert source.isi_words([*words, "--description="]).code == 0
    policy = pair.boston.sync.policies["sales"]
    assert (policy["schedule"], policy["enabled"], policy["description"]) == ("every 1 days at 12:00 PM", False, "")
    assert source.isi_words(["sync", "policies", "modify", "sales", "--schedule", "", "--enabled", "true"]).code == 0
    assert (policy["schedule"], policy["enabled"]) == ("", True)
    done = source.isi("sync policies modify sales --enabled perhaps")
    assert (done.code, "it is true or false" in done.err) == (1, True)


def test_a_conflict_is_resolved(pair, source):
    pair.boston.sync.policies["sales"]["conflicted"] = True
    assert source.isi("sync jobs start sales").code == 1
    source.succeed("sync policies resolve sales")
    assert pair.boston.sync.policies["sales"]["conflicted"] is False


@pytest.mark.usefixtures("held")
def test_a_job_runs_is_listed_and_reported(pair, source, until):
    assert source.succeed("sync jobs start sales").out == ""
    running = until(lambda: list(csv.reader(io.StringIO(source.succeed("sync jobs list -a --format csv").out))))
    assert running[0][0] == "sales" and running[0][3] == "run"
    assert source.succeed("sync jobs reports list -a -z").out.startswith("sales")
    pair.boston.faults.clear()
    until(lambda: source.succeed("sync jobs list -a -z").out == "")
    reports = source.succeed("sync reports list --policy-name sales --reports-per-policy 5").lines
    assert reports[0].split() == ["Policy", "Name", "Job", "ID", "Start", "Time", "End", "Time", "Action", "State"]
    assert [line.split()[-1] for line in reports[2:4]] == ["finished", "finished"]
    assert reports[-1] == "Total: 2"


@pytest.mark.usefixtures("held")
def test_a_job_is_canceled(source, until):
    source.succeed("sync jobs start sales")
    until(lambda: source.succeed("sync jobs list -a -z --state running").out)
    source.succeed("sync jobs cancel sales")
    until(lambda: source.succeed("sync jobs list -a -z").out == "")
    assert "canceled" in source.succeed("sync reports list -a -z").out
    done = source.isi("sync jobs cancel")
    assert (done.code, done.err) == (1, "Name one policy, or say --all\n")
    source.succeed("sync jobs cancel --all")


@pytest.mark.parametrize("way", ["sales", "--policy-name=sales"])
def test_failover_and_revert_on_the_target(target, until, way):
    assert state_of(target) == "writes_disabled"
    target.succeed(f"sync recovery allow-write {way}")
    until(lambda: state_of(target) == "writes_enabled")
    target.succeed(f"sync recovery allow-write {way} --revert")
    until(lambda: state_of(target) == "writes_disabled")


def test_resync_prep_on_the_source(pair, source, monkeypatch, capsys, until):
    with node_shell(pair.newyork, monkeypatch, capsys) as target:
        target.succeed("sync recovery allow-write sales")
        until(lambda: state_of(target) == "writes_enabled")
        source.succeed("sync recovery resync-prep sales")
        until(lambda: state_of(target) == "resync_policy_created")
        assert "sales_mirror" in target.succeed("sync policies list").out


def test_recovery_of_nothing(source):
    assert source.isi("sync recovery allow-write").err == "Name the policy\n"
    assert "none" in source.isi("sync recovery resync-prep none").err


def test_targets(target, monkeypatch):
    lines = target.succeed("sync target list").lines
    assert lines[0].split() == ["Name", "Source", "Target", "Path", "Last", "Job", "State", "FOFB", "State"]
    assert lines[2].split()[-2:] == ["finished", "writes_disabled"]
    assert target.succeed("sync target list -a -z --target-path /ifs/else").out == ""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert target.isi("sync target break sales").code == 1
    target.succeed("sync target break sales --force")
    assert target.succeed("sync target list -a -z").out == ""


@pytest.fixture
def clients(pair):
    """A client on each node of boston."""
    for lnn, node in enumerate(pair.nodes["boston"], 1):
        node.sessions.append(SmbSession(70 + lnn, f"198.51.100.{lnn}", "alice", 1, 65, 3))
        node.open_files.append(SmbOpenFile(80 + lnn, f"/ifs/data/{lnn}, old.txt", "alice", 2, ("read", "write")))
    return pair.nodes["boston"]


@pytest.mark.parametrize("lnn", [1, 2])
def test_sessions_and_files_are_those_of_the_node(source, clients, lnn):
    rows = list(csv.reader(io.StringIO(source.succeed("smb sessions list --format csv", lnn).out)))
    assert rows[0][:2] == ["Computer", "User"]
    assert [row[0] for row in rows[1:]] == [f"198.51.100.{lnn}"]
    assert rows[1][4:6] == ["1m 5s", "3s"]
    files = list(csv.reader(io.StringIO(source.succeed("smb openfiles list --format csv -v", lnn).out)))
    assert files == [
        ["ID", "File", "User", "# Locks", "Permissions"],
        [str(80 + lnn), f"/ifs/data/{lnn}, old.txt", "alice", "2", "read, write"],
    ]


def test_sessions_of_other_zones_are_not_listed(pair, source):
    """Since OneFS 8.0 a node's list shows the System zone alone; netstat sees every zone."""
    for number, zone in enumerate(("System", "sales")):
        pair.nodes["boston"][0].sessions.append(SmbSession(number, f"192.0.2.{number}", "alice", 1, zone=zone))
    assert [line.split(",")[0] for line in source.succeed("smb sessions list -az --format csv").lines] == ["192.0.2.0"]


@pytest.mark.parametrize(("options", "count"), [("", 1200), ("--limit 1100", 1100), ("--limit 3", 3)])
def test_a_list_is_read_page_by_page(pair, source, options, count):
    """The API gives a thousand at a time."""
    node = pair.nodes["boston"][0]
    node.sessions += [SmbSession(n, f"192.0.2.{n % 250}", "alice", 0) for n in range(1, 1201)]
    ids = [one["id"] for one in json.loads(source.succeed(f"smb sessions list --format json {options}").out)]
    assert ids == list(range(1, count + 1))


def test_a_session_is_closed(source, clients, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert source.isi("smb sessions delete 198.51.100.1").code == 1
    assert source.isi("smb sessions delete 198.51.100.1 --user-name bob --force").code == 1
    assert len(clients[0].sessions) == 1
    source.succeed("smb sessions delete 198.51.100.1 --user-name alice --force")
    assert [len(node.sessions) for node in clients] == [0, 1]
    source.succeed("smb sessions delete 198.51.100.2 -f", lnn=2)
    assert clients[1].sessions == []


def test_an_open_file_is_closed_on_its_node_alone(source, clients):
    done = source.isi("smb openfiles close 82 --force")
    assert (done.code, "not found on this node" in done.err) == (1, True)
    source.succeed("smb openfiles close 82 --force", lnn=2)
    assert [len(node.open_files) for node in clients] == [1, 0]


def test_shares_of_a_zone(source):
    assert source.succeed("smb shares list -a -z").out == ""
    assert source.succeed("smb shares list --zone sales -a -z").out.split() == ["sales", "/ifs/data/sales"]
    assert source.isi("smb shares list --zone nowhere").code == 1


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, "-"), (0, "0s"), (59, "59s"), (60, "1m 0s"), (3601, "1h 0m 1s"), (90061, "25h 1m 1s")]
)
def test_durations(seconds, shown):
    assert span(seconds) == shown
