# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cluster is really dead: the other one takes over, the dead one comes back in quarantine, and never do both serve."""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Iterator

import pytest
from dead_cluster import UNPLANNED, WAIVED, changed, give_power, kill, shut_ports
from ledger import records
from ledger.checker import read_log
from ledger.clients import SmbprotocolClient
from running_pair import RunningPair, failover

# Writes down what it is told, one file for each event.
HOOK = """
- name: Write down what was told
  ansible.builtin.lineinfile:
    path: "{{ hook_folder }}/{{ failover_notice.event }}"
    line: "{{ failover_notice.mode }} {{ failover_notice.subject }} {{ failover_notice.text }}"
    create: true
    mode: "0600"
"""


def told_by_hook(folder: pathlib.Path) -> str:
    """Return the argument that has people told by a file of tasks, which writes below a folder what it was told."""
    (folder / "told").mkdir()
    (folder / "hook.yml").write_text(HOOK, encoding="utf-8")
    hooks = [{"name": "written", "tasks": str(folder / "hook.yml")}]
    return json.dumps({"failover_notify": hooks, "hook_folder": str(folder / "told")})


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("unplanned", "--prerequisites") as running:
        assert running.play("prerequisites").returncode == 0
        yield running


@pytest.fixture
def same(pair: RunningPair) -> Iterator[None]:
    """Whatever is refused leaves both clusters as they were, and no lease and no mark behind."""
    before = pair.configuration()
    yield
    pair.clear()
    assert pair.configuration() == before
    for cluster in pair.status["clusters"]:
        kinds = pair.sim("exec", f"{cluster}-1", "--", "ls", "/ifs/.seamless_smb_failover").split()
        assert kinds == ["clusters"]


@pytest.fixture
def same_but_records(pair: RunningPair) -> Iterator[None]:
    """Both clusters are configured as they were."""
    before = pair.configuration()
    yield
    pair.clear()
    assert pair.configuration() == before


@pytest.mark.usefixtures("same")
class TestRefused:
    """Nobody takes over from a cluster that may live, or without a word."""

    @pytest.mark.faults
    def test_living_source(self, pair: RunningPair) -> None:
        run = pair.play("unplanned_failover", *failover("boston", "newyork", *UNPLANNED, WAIVED))
        assert run.returncode != 0
        assert "something of it answers from controller: api at" in run.stdout
        assert "run the planned failover" in run.stdout

    def test_controller_cut_off_from_a_living_source(self, pair: RunningPair) -> None:
        pair.inject("controller", "partition", "boston")
        run = pair.play("unplanned_failover", *failover("boston", "newyork", *UNPLANNED, WAIVED))
        assert run.returncode != 0
        assert "controller: nothing answers" in run.stdout
        assert "something of it answers from newyork: api at" in run.stdout

    @pytest.mark.faults
    def test_too_few_vantage_points(self, pair: RunningPair) -> None:
        kill(pair, "boston")
        run = pair.play(
            "unplanned_failover", *failover("boston", "newyork", *UNPLANNED, WAIVED, "failover_vantage_target=false")
        )
        assert run.returncode != 0
        assert "only 1 vantage point (controller) can tell" in run.stdout

    @pytest.mark.faults
    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ((WAIVED,), "Run the same playbook with -e failover_confirm=sales"),
            ((WAIVED, "failover_confirm=finance"), "'finance' was given"),
            (("failover_confirm=sales",), "keeps it off the clients' network in failover_outside_fence_tasks"),
        ],
    )
    def test_unaccepted(self, pair: RunningPair, words: tuple[str, ...], message: str) -> None:
        kill(pair, "boston")
        run = pair.play("unplanned_failover", *failover("boston", "newyork", "failover_death_rounds=1", *words))
        assert run.returncode != 0
        assert message in " ".join(run.stdout.split()), run.stdout


@pytest.mark.faults
@pytest.mark.usefixtures("same_but_records")
def test_failed_takeover_is_undone(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    """Before a client can reach the target all is undone there, and the dead source may serve when it returns."""
    kill(pair, "boston")
    pair.inject("newyork", "call", "--method", "PUT", "--path", "/pools/sales$", "--status", "500", "--skip", "1")
    run = pair.play("unplanned_failover", *failover("boston", "newyork", *UNPLANNED, WAIVED, told_by_hook(tmp_path)))
    assert run.returncode != 0
    assert sorted(path.name for path in (tmp_path / "told").iterdir()) == ["announce", "rolled_back", "start"]
    rolled_back = (tmp_path / "told" / "rolled_back").read_text(encoding="utf-8")
    assert rolled_back.startswith("unplanned ") and "Nobody serves the shares" in rolled_back
    assert "The step 'Online:" in run.stdout and "access zone sales is served by nobody" in run.stdout, run.stdout
    (mark,) = pathlib.Path(pair.status["clusters"]["newyork"]["ifs"]).glob(
        ".seamless_smb_failover/quarantine/sales/00000002.json"
    )
    assert json.loads(mark.read_text(encoding="utf-8"))["body"]["state"] == "lifted"


# The second one begins where the first ended: with policies that were turned round and home again.
@pytest.mark.parametrize("every_step_twice", [False, pytest.param(True, marks=pytest.mark.faults)])
def test_dead_source_is_replaced_and_returns_in_quarantine(
    pair: RunningPair, tmp_path: pathlib.Path, every_step_twice: bool
) -> None:
    pair.sim(
        "exec", "boston-1", "--", "rm", "-f", f"/ifs/data/sales/{records.FILE}", f"/ifs/data/sales/{records.DOCUMENT}"
    )
    client = SmbprotocolClient(pair.enter, pair.status, pair.folder("client1", f"unplanned-{every_step_twice}"))
    client.start()
    client.wait_until_acknowledged(50, 30)
    pair.sim("exec", "boston-1", "--", "isi", "sync", "jobs", "start", "sales")
    fence = tmp_path / "fence.yml"
    marker = tmp_path / "fenced"
    fence.write_text(
        f'- name: Shut the ports of boston\n  ansible.builtin.copy:\n    content: ""\n    dest: {marker}\n    mode: "0600"\n',
        encoding="utf-8",
    )
    released = tmp_path / "released.json"
    release = tmp_path / "release.yml"
    # No domain controller is here that would take them off: what the tasks are told is written down.
    release.write_text(
        "- name: Say what is to be taken off\n  ansible.builtin.copy:\n"
        f'    content: "{{{{ failover_spns_to_release | to_json }}}}"\n    dest: {released}\n    mode: "0600"\n',
        encoding="utf-8",
    )
    client.wait_until_back(100)

    kill(pair, "boston")
    node = pair.status["clusters"]["newyork"]["root_ssh"]
    hosts = tmp_path / "vantage.ini"
    # The machine of another node: it stands for a host in the clients' network that has Python and nothing else.
    hosts.write_text(
        f"probe1 ansible_connection=ssh ansible_host=192.0.2.22 ansible_user={node['user']} ansible_ssh_private_key_file={node['key_file']} "
        f"ansible_ssh_common_args='-o UserKnownHostsFile={node['known_hosts_file']}' ansible_python_interpreter={sys.executable}\n",
        encoding="utf-8",
    )
    arguments = failover(
        "boston",
        "newyork",
        *UNPLANNED,
        f"failover_outside_fence_tasks={fence}",
        f"failover_spn_release_tasks={release}",
        f"failover_report_directory={tmp_path}",
        told_by_hook(tmp_path),
        '{"failover_vantage_hosts": ["probe1"]}',
    )
    with pair.observed("sales") as seen:
        taken = pair.play("unplanned_failover", "-i", str(hosts), *arguments)
        assert taken.returncode == 0, taken.stdout
        assert marker.exists()
        assert sorted(path.name for path in (tmp_path / "told").iterdir()) == ["announce", "complete", "start"]
        complete = (tmp_path / "told" / "complete").read_text(encoding="utf-8")
        assert "is served by newyork: complete" in complete and "may be missing" in complete
        (told,) = json.loads(released.read_text(encoding="utf-8"))
        assert told["account"] == "BOSTON$" and "HOST/sales.example.com" in told["spns"]
        client.wait_until_back(50)
        if every_step_twice:
            again = pair.play("unplanned_failover", "-i", str(hosts), *arguments)
            # What keeps the source off from outside is the operator's: it was done already.
            assert again.returncode == 0 and changed(again.stdout) == 0, again.stdout
        client.stop()
        _check_loss(pair, client, tmp_path)

        shut_ports(pair, "boston")
        give_power(pair, "boston")
        _check_quarantine(pair, tmp_path, every_step_twice)
        pair.clear()
        _check_return(pair, tmp_path, every_step_twice)
    assert seen.two_writers == [] and seen.samples > 100


def _check_loss(pair: RunningPair, client: SmbprotocolClient, folder: pathlib.Path) -> None:
    """What was acknowledged before the last replication began is there; what is missing lies in the window that the report names."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["result"] == "succeeded"
    (kerberos,) = [line for line in report["warnings"] if "setspn" in line]
    assert "setspn -D HOST/sales.example.com BOSTON$; setspn -S HOST/sales.example.com NEWYORK$" in kerberos
    assert set(report["unplanned"]["witnesses"]) == {"controller", "newyork", "probe1"}
    (point,) = report["unplanned"]["loss_window"]["points"]
    data = (pathlib.Path(pair.status["clusters"]["newyork"]["ifs"]) / "data" / "sales" / records.FILE).read_bytes()
    told = [event for event in read_log(client.log) if event["event"] == "acknowledged"]
    # A point is told in whole seconds, rounded down.
    before = [event["sequence"] for event in told if event["time"] < point["point"]]
    assert before
    assert {records.state(data, sequence) for sequence in before} == {"found"}
    lost = [event["time"] for event in told if records.state(data, event["sequence"]) != "found"]
    assert lost, "nothing was written between the last replication and the death: the window was not tried"
    assert min(lost) >= point["point"]


def _check_quarantine(pair: RunningPair, folder: pathlib.Path, every_step_twice: bool) -> None:
    """The returned cluster has its old configuration; it is taken off before its ports are opened."""
    words = failover("boston", "newyork", f"failover_report_directory={folder}", "failover_network_deadline_seconds=30")
    if every_step_twice:
        refused = pair.play("failover", *failover("boston", "newyork"))
        assert refused.returncode != 0 and "quarantine_returning_source" in refused.stdout, refused.stdout
        before = pair.configuration()
        looked = pair.play("quarantine_returning_source", "--check", *words)
        assert looked.returncode == 0 and changed(looked.stdout) > 0, looked.stdout
        assert pair.configuration() == before
    kept = pair.play("quarantine_returning_source", *words)
    assert kept.returncode == 0, kept.stdout
    found = json.loads((folder / "divergence-boston.json").read_text(encoding="utf-8"))
    assert f"/ifs/data/sales/{records.FILE}" in [one["path"] for one in found["differences"]]
    after = pair.configuration()
    pool = next(one for one in after["boston"]["network"]["pools"] if one["name"] == "sales")
    assert (pool["ifaces"], pool["sc_dns_zone"]) == ([], "")
    owners = {name: "HOST/sales.example.com" in found["domain"]["spns"] for name, found in after.items()}
    assert owners == {"boston": False, "newyork": True}
    if every_step_twice:
        repeated = pair.play("quarantine_returning_source", *words)
        assert repeated.returncode == 0 and changed(repeated.stdout) == 0, repeated.stdout


def _check_return(pair: RunningPair, folder: pathlib.Path, every_step_twice: bool) -> None:
    """It becomes the replica by a word, and the ordinary failover brings the service home."""
    if every_step_twice:
        wrong = pair.play("quarantine_returning_source", *failover("boston", "newyork", "failover_discard=finance"))
        assert wrong.returncode != 0 and "'finance' was given up" in wrong.stdout, wrong.stdout
    words = failover("boston", "newyork", "failover_discard=sales", f"failover_report_directory={folder}")
    back = pair.play("quarantine_returning_source", *words)
    assert back.returncode == 0, back.stdout
    home = pair.play("failover", *failover("newyork", "boston"))
    assert home.returncode == 0, home.stdout
    data = [
        (pathlib.Path(pair.status["clusters"][name]["ifs"]) / "data" / "sales" / records.FILE).read_bytes()
        for name in ("boston", "newyork")
    ]
    assert data[0] == data[1]
