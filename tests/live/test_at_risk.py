# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The at-risk report beside the truth: who really has what open, on which client, mounted how; with figures."""

from __future__ import annotations

import copy
import json
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from at_risk_truth import Held, measure, score
from inside import inside
from ledger.clients import KernelClient
from running_pair import ROOT, RunningPair, failover

NODE = "https://192.0.2.11:8080"
SERVERS = {1: "198.51.100.11", 2: "198.51.100.12", 3: "198.51.100.13"}
USERS = {"alice": "Sim-Alice-1", "bob": "Sim-Bob-1", "carol": "Sim-Carol-1"}
PC = {name: f"198.51.100.{number}" for name, number in (("a", 101), ("b", 103), ("c", 104), ("d", 105), ("e", 106))}
KERNEL = "198.51.100.102"
#: What SMB lets a name be; it knows no control characters, which the unit tests have.
HOSTILE = "{{ lookup('pipe','id') }} $(id) \u202e'.txt"

#: Client, node, user, share, file, access, locked.
OPENED = [
    ("a", 1, "alice", "sales", "written.docx", "both", False),
    ("a", 1, "alice", "sales", "locked.xlsx", "both", True),
    ("a", 1, "alice", "sales", "read.pdf", "read", False),
    ("a", 1, "alice", "plans", "plan.pptx", "write", False),
    ("b", 1, "alice", "sales", "of-the-other-pc.docx", "both", False),
    ("b", 1, "alice", "sales", "read.pdf", "read", False),
    ("c", 1, "bob", "sales", "read.pdf", "read", False),
    ("c", 1, "bob", "sales", "written.docx", "both", False),
    ("c", 1, "bob", "plans", "locked-for-reading.txt", "read", True),
    ("c", 1, "bob", "plans", HOSTILE, "both", False),
    ("d", 2, "bob", "sales", "second-node.docx", "write", False),
    ("d", 2, "bob", "plans", "plan.pptx", "read", False),
    ("d", 2, "carol", "sales", "account.db", "both", True),
]
#: On another zone's pool of the same node: nothing of the zone that moves.
ELSEWHERE = [("e", 3, "bob", "finance", "salaries.xlsx", "both", False)]
ROOTS = {"sales": "/ifs/data/sales", "plans": "/ifs/data/sales/plans", "finance": "/ifs/data/finance"}


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("at-risk", "--prerequisites") as running:
        for number, user in enumerate(("bob", "carol")):
            for node in ("boston-1", "boston-2", "newyork-1", "newyork-2"):
                password = USERS[user]
                line = f"printf '{password}\\n{password}\\n' | smbpasswd -c /srv/samba/smb.conf -a -s {user}"
                there = f"echo {user}:x:{5010 + number}:{5010 + number}::/:/bin/false >> /etc/passwd; {line}"
                running.sim("exec", node, "--", "bash", "-c", there)
        for address in PC.values():
            if address != PC["a"]:
                running.sim("exec", "client1", "--", "ip", "address", "add", f"{address}/24", "dev", "ext-1")
        share_plans(running)
        yield running


def share_plans(pair: RunningPair) -> None:
    """Give both clusters a second share in the zone, below the first one."""
    for name, address in (("boston", "192.0.2.11"), ("newyork", "192.0.2.21")):
        folder = pathlib.Path(pair.status["clusters"][name]["ifs"]) / "data/sales/plans"
        if name == "boston":
            folder.mkdir()
            folder.chmod(0o777)
        with inside(pathlib.Path(pair.status["state_dir"]), "controller"), requests.Session() as http:
            http.trust_env = False
            http.verify, http.auth = pair.status["clusters"][name]["papi"]["ca_file"], ("root", "Sim-Root-1")
            permission = {"permission": "full", "permission_type": "allow", "trustee": {"id": "SID:S-1-1-0"}}
            body = {
                "name": "plans",
                "path": ROOTS["plans"],
                "permissions": [permission],
                "create_path": name != "boston",
            }
            answer = http.post(f"https://{address}:8080/platform/12/protocols/smb/shares?zone=sales", json=body)
            assert answer.status_code == 201, answer.text


class Holders:
    """One process for each client, node and user."""

    def __init__(self, pair: RunningPair) -> None:
        self._pair = pair
        self._running: list[subprocess.Popen[str]] = []

    def start(self, opened: list[tuple[str, int, str, str, str, str, bool]]) -> None:
        for key in dict.fromkeys(one[:3] for one in opened):
            pc, node, user = key
            files = [
                {"share": share, "name": name, "access": access, "lock": locked}
                for *who, share, name, access, locked in opened
                if tuple(who) == key
            ]
            wanted = {"client": PC[pc], "server": SERVERS[node], "user": user, "password": USERS[user], "files": files}
            command = [sys.executable, str(ROOT / "tests/live/smb_holder.py"), json.dumps(wanted)]
            self._running.append(
                subprocess.Popen(
                    self._pair.enter("client1", command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
        for process in self._running:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"

    def stop(self) -> None:
        for process in self._running:
            assert process.stdin is not None
            process.stdin.close()
        for process in self._running:
            process.wait(20)


class MountedByAddress(KernelClient):
    """The kernel's client, mounted by address, with an SSH server beside it."""

    program = ROOT / "tests/live/mount_program.py"

    def program_options(self) -> list[str]:
        return []

    def start(self) -> None:
        self.folder.mkdir(parents=True)
        for key in ("host_key", "id"):
            line = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / key)]
            subprocess.run(line, check=True)
        (self.folder / "authorized_keys").write_text((self.folder / "id.pub").read_text(encoding="utf-8"))
        (self.folder / "authorized_keys").chmod(0o600)
        lines = [
            f"ListenAddress {KERNEL}",
            f"HostKey {self.folder / 'host_key'}",
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            "StrictModes no",
            "UsePAM no",
            "PermitRootLogin prohibit-password",
            "PidFile none",
        ]
        (self.folder / "sshd_config").write_text("\n".join(lines) + "\n", encoding="utf-8")
        super().start()

    def stop(self, deadline_seconds: float = 0.0) -> None:
        """End it by force: its server is gone, and it never unmounts."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def kernel(pair: RunningPair) -> Iterator[MountedByAddress]:
    status = copy.deepcopy(pair.status)
    status["smb"]["fqdn"] = SERVERS[2]
    client = MountedByAddress(pair.enter, status, pair.folder("client2", "by-address"))
    client.start()
    client.wait_until_acknowledged(1, 60)
    yield client
    client.stop()


@pytest.fixture(scope="module")
def truth(pair: RunningPair, kernel: MountedByAddress) -> Iterator[list[Held]]:
    for *_who, share, name, _access, _locked in OPENED + ELSEWHERE:
        file = pathlib.Path(pair.status["clusters"]["boston"]["ifs"]) / ROOTS[share].removeprefix("/ifs/") / name
        file.touch()
        file.chmod(0o666)
    holders = Holders(pair)
    holders.start(OPENED + ELSEWHERE)
    held = [
        Held(PC[pc], user, f"{ROOTS[share]}/{name}", access, locked)
        for pc, _node, user, share, name, access, locked in OPENED
    ]
    yield [*held, Held(KERNEL, "alice", "/ifs/data/sales/kernel.txt", "write")]
    holders.stop()


@pytest.fixture(scope="module")
def hosts(pair: RunningPair, kernel: MountedByAddress, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """An inventory of the clients that can be asked, and one that can't."""
    path = tmp_path_factory.mktemp("hosts") / "clients.yml"
    options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5"
    own = {"ansible_user": "root", "ansible_ssh_private_key_file": str(kernel.folder / "id")}
    found = {
        "kernel-pc": {"ansible_host": KERNEL, **own},
        "gone-pc": {"ansible_host": "198.51.100.199", **own},
    }
    groups = {"pcs": {"hosts": found, "vars": {"ansible_connection": "ssh", "ansible_ssh_common_args": options}}}
    path.write_text(json.dumps(groups), encoding="utf-8")
    return path


def reported(pair: RunningPair, tmp_path: pathlib.Path, *more: str) -> tuple[dict[str, Any], str]:
    """Run the playbook; returns what it hands on, and what it printed."""
    stats = {"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
    values = ["-e", "failover_source=boston", "-e", "failover_access_zone=sales"]
    done = pair.play("at_risk", *values, *more, more_environment=stats)
    assert done.returncode == 0, done.stdout
    assert "changed=0" in done.stdout
    told = done.stdout[done.stdout.index("CUSTOM STATS") :]
    return json.loads(told[told.index("{") : told.rindex("}") + 1]), done.stdout


def test_precision_and_recall_beside_the_truth(
    pair: RunningPair, truth: list[Held], hosts: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    unasked, _printed = reported(pair, tmp_path)
    asking = json.dumps({"failover_client_hosts": ["kernel-pc", "gone-pc"]})
    found, printed = reported(pair, tmp_path, "-i", str(hosts), "-e", asking)
    figures = measure(found["failover_at_risk_files"], truth)
    clients = {one["address"]: one for one in found["failover_at_risk_clients"]}
    by_address = {address for address, one in clients.items() if one["by_address"]["verdict"] == "yes"}
    unasked_by = {
        one["address"] for one in unasked["failover_at_risk_clients"] if one["by_address"]["verdict"] == "yes"
    }
    # Every client of this test names its server by address: who was not asked can't be known.
    really = {PC[name] for name in "abcd"} | {KERNEL}
    figures["mounted by address, clients that were asked"] = score(by_address, {KERNEL})
    figures["mounted by address, all clients"] = score(by_address, really)
    figures["mounted by address, nobody asked"] = score(unasked_by, really)
    figures["clients"] = score(clients, really)
    for what, figure in figures.items():
        print(f"{what}: {figure}")

    assert figures["files open for writing"].recall == 1.0
    assert figures["wrong"] == [], "named as certain, and wrong"
    assert figures["not among the possible"] == []
    assert figures["files"].precision == figures["files"].recall == 1.0
    assert figures["class"].recall == 1.0
    assert figures["mounted by address, clients that were asked"].recall == 1.0, found_table(printed)
    assert unasked_by == set(), "without evidence nobody is accused"
    assert not any(one["guest"] for one in clients.values())
    assert clients[KERNEL]["by_address"]["strength"] == "certain"
    assert clients[KERNEL]["dialects"][0].startswith("3")
    assert "gone-pc was not asked" in printed
    assert "\u202e" not in found_table(printed) and "uid=0(" not in printed
    assert any(row["path"].endswith(HOSTILE) for row in found["failover_at_risk_files"])


def found_table(printed: str) -> str:
    """Return the lines for people, without the list for machines."""
    return printed[: printed.index("CUSTOM STATS")]


HOOK = """\
- name: Write down what was told
  ansible.builtin.lineinfile:
    path: "{{ hook_folder }}/{{ failover_notice.event }}"
    line: "{{ failover_notice.subject }}"
    create: true
    mode: "0600"
"""
BROKEN = "- ansible.builtin.fail:\n    msg: the mail server burns\n"


@pytest.mark.faults
def test_a_failover_tells_people_and_looks_after_what_was_open(
    pair: RunningPair, truth: list[Held], hosts: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """Three hooks that can't be told, and one that can: the failover does not care."""
    (tmp_path / "hook.yml").write_text(HOOK, encoding="utf-8")
    (tmp_path / "broken.yml").write_text(BROKEN, encoding="utf-8")
    hooks = [
        {"name": "written", "tasks": str(tmp_path / "hook.yml")},
        {"name": "broken", "tasks": str(tmp_path / "broken.yml")},
        {"name": "absent", "tasks": str(tmp_path / "absent.yml"), "events": ["start"]},
        {"name": "chat", "webhook": "http://192.0.2.2:9/secret-token-7", "events": ["complete"]},
    ]
    more = {
        "failover_notify": hooks,
        "hook_folder": str(tmp_path),
        "failover_client_hosts": ["kernel-pc"],
        "failover_report_directory": str(tmp_path / "report"),
        "failover_clients_deadline_seconds": 3,
    }
    arguments = ["-i", str(hosts), *failover("boston", "newyork", json.dumps(more))]
    checked = pair.play("failover", "--check", *arguments)
    assert checked.returncode == 0, checked.stdout
    assert "notify: would tell 'sales.example.com, files.example.com will move to newyork'" in checked.stdout
    assert not (tmp_path / "announce").exists()

    moved = pair.play("failover", *arguments)
    assert moved.returncode == 0, moved.stdout
    assert sorted(one.name for one in tmp_path.iterdir() if not one.suffix) == [
        "announce",
        "complete",
        "report",
        "start",
    ]
    assert "served by newyork: complete" in (tmp_path / "complete").read_text(encoding="utf-8")
    text = (tmp_path / "report" / "report.json").read_text(encoding="utf-8")
    assert "secret-token-7" not in text + moved.stdout
    report = json.loads(text)
    troubles = {(one["event"], one["hook"]): one["trouble"] for one in report["notices"] if not one["told"]}
    assert set(troubles) == {
        ("announce", "broken"), ("start", "broken"), ("complete", "broken"), ("start", "absent"), ("complete", "chat"),
    }  # fmt: skip
    assert "the mail server burns" in troubles["start", "broken"]

    assert {row["path"] for row in report["open_files"]} == {one.path for one in truth}
    verdicts = {row["path"]: row["on_target"] for row in report["open_files"]}
    assert set(verdicts.values()) <= {"same", "written_since"}, verdicts
    assert report["at_risk"]["recheck"]["not_looked_at"] == 0
    clients = {one["address"]: one for one in report["at_risk"]["clients"]}
    assert clients[KERNEL]["back"] is False
    assert "mount it by name" in clients[KERNEL]["why_missing"]
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Who was told" in page and "the client says it mounted" in page


@pytest.mark.faults
def test_a_failover_that_is_undone_says_so(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    """Begins where the test above ended: newyork serves."""
    (tmp_path / "hook.yml").write_text(HOOK, encoding="utf-8")
    more = {"failover_notify": [{"name": "written", "tasks": str(tmp_path / "hook.yml")}], "hook_folder": str(tmp_path)}
    pair.inject("boston", "call", "--method", "PUT", "--path", "/pools/sales$", "--status", "500", "--skip", "1")
    failed = pair.play("failover", *failover("newyork", "boston", json.dumps(more)))
    pair.clear()
    assert "newyork serves access zone 'sales' as before" in failed.stdout, failed.stdout
    assert "served by newyork as before" not in (tmp_path / "start").read_text(encoding="utf-8")
    assert "was not moved" in (tmp_path / "rolled_back").read_text(encoding="utf-8")
    assert not (tmp_path / "complete").exists()
