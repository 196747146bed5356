# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The readiness checks that need real DNS, SSH and Samba are flipped one by one; the gate refuses before anything is changed."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import dns.message
import dns.query
import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import Request
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.gathering import (
    Question,
    gather,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.outcome import (
    Outcome,
    evaluate,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from inside import inside
from running_pair import RunningPair, failover

#: True of a pair that is new: nobody has rehearsed yet.
NEW = {"rehearsed_lately": "failed"}
ZONE = "/etc/bind/sim/example.com"
RESOLVER = "192.0.2.53"
# An answer that no datagram holds; BIND loads no more than 100 records of a name.
MANY = "\\n".join(f"sales 0 IN A 203.0.113.{number}" for number in range(1, 91))
Breaking = Callable[[RunningPair], "contextlib.AbstractContextManager[Any]"]


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("readiness", "--prerequisites") as running:
        yield running


def ask(pair: RunningPair, **changes: Any) -> dict[str, Outcome]:
    """Ask all checks from the pair's controller, with an account that may connect to shares."""

    def connection(name: str) -> Connection:
        papi, ssh = (pair.status["clusters"][name][door] for door in ("papi", "ssh"))
        return Connection(
            host=papi["host"],
            user=papi["user"],
            password=papi["password"],
            port=papi["port"],
            ca_path=papi["ca_file"],
            ssh_host=ssh["host"],
            ssh_user=ssh["user"],
            ssh_key_file=ssh["key_file"],
            ssh_known_hosts_file=ssh["known_hosts_file"],
        )

    question = Question(
        Request("boston", "newyork", access_zone="sales"),
        connection("boston"),
        connection("newyork"),
        dns_servers=(RESOLVER,),
        smb_user="alice",
        smb_password="Sim-Alice-1",
    )
    with inside(pathlib.Path(pair.status["state_dir"]), "controller"):
        return {one.check.id: one for one in evaluate(gather(dataclasses.replace(question, **changes)), {})}


def unfulfilled(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    return {name: one.finding.status for name, one in outcomes.items() if one.finding.status != "ok"}


def run_on(pair: RunningPair, host: str, *words: str) -> str:
    """Run a command on a host of the pair and return what it printed."""
    return subprocess.run(pair.enter(host, list(words)), check=True, capture_output=True, text=True).stdout


@contextlib.contextmanager
def fault(pair: RunningPair, *words: str) -> Iterator[None]:
    pair.inject(*words)
    try:
        yield
    finally:
        pair.clear()


def serves_zone(pair: RunningPair, mark: str) -> bool:
    """Whether the site's DNS serves the zone that has this mark."""
    question = dns.message.make_query("mark.example.com", "TXT")
    with inside(pathlib.Path(pair.status["state_dir"]), "controller"):
        answer = dns.query.udp(question, RESOLVER, timeout=5)
    return mark in str(answer)


def write_zone(pair: RunningPair, edit: str) -> None:
    """Change the zone of the site's DNS, and wait until it is served; BIND reads a file again only where it is newer."""
    mark = f"mark-{time.time_ns()}"
    run_on(pair, "dns", "sh", "-c", f"{edit} && echo 'mark 0 IN TXT {mark}' >> {ZONE}")
    wait_until(
        lambda: (run_on(pair, "dns", "sh", "-c", "kill -HUP $(cat /run/named/named.pid)"), serves_zone(pair, mark))[1]
    )


def wait_until(reached: Callable[[], bool], deadline_seconds: float = 30) -> None:
    deadline = time.monotonic() + deadline_seconds
    while not reached():
        assert time.monotonic() < deadline, "the state was not reached in time"
        time.sleep(0.1)


@contextlib.contextmanager
def records(pair: RunningPair, edit: str) -> Iterator[None]:
    """Let the site's DNS serve an edited zone."""
    write_zone(pair, f"cp {ZONE} {ZONE}.kept && sed -i '{edit}' {ZONE}")
    try:
        yield
    finally:
        write_zone(pair, f"cat {ZONE}.kept > {ZONE}")


@contextlib.contextmanager
def port_closed(pair: RunningPair) -> Iterator[None]:
    """Let answers from TCP port 53 of a node of newyork not go out."""
    run_on(pair, "newyork-1", "ip", "rule", "add", "pref", "1", "ipproto", "tcp", "sport", "53", "prohibit")
    try:
        yield
    finally:
        run_on(pair, "newyork-1", "ip", "rule", "del", "pref", "1")


@contextlib.contextmanager
def two_connections(pair: RunningPair) -> Iterator[None]:
    """Let one client be connected to one node twice."""
    command = ["sh", "-c", "sleep 20 | smbclient //198.51.100.11/sales -U alice%Sim-Alice-1"]
    clients = [
        subprocess.Popen(
            pair.enter("client1", command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _number in range(2)
    ]
    count = "ss -Htn state established sport = :445 | grep -c 198.51.100.101 || true"
    try:
        wait_until(lambda: int(run_on(pair, "boston-1", "sh", "-c", count)) >= len(clients))
        yield
    finally:
        for client in clients:
            client.wait(timeout=60)


FLIPS: list[tuple[str, str, str, dict[str, str], Breaking]] = [
    (
        "dual_delegation",
        "block",
        "sales.example.com is not delegated to newyork",
        {},
        lambda pair: records(pair, "/NS ssip-newyork/d"),
    ),
    (
        "dual_delegation",
        "block",
        "name server 192.0.2.53, asked for sales.example.com: no answer",
        {"no_alias_in_chain": "unknown", "short_ttl": "unknown"},
        lambda pair: fault(pair, "site", "dns-silent"),
    ),
    (
        "no_alias_in_chain",
        "warn",
        "files.example.com -> sales.example.com -> 198.51.100.1",
        {},
        lambda pair: records(pair, "/^files 0 IN NS ssip-newyork/d; s/^files 0 IN NS .*/files 0 IN CNAME sales/"),
    ),
    (
        "dual_delegation",
        "block",
        "sales.example.com is 203.0.113.9, not an address of boston",
        {},
        lambda pair: records(pair, "s/^sales 0 IN NS ssip-boston.*/sales 0 IN A 203.0.113.9/; /^sales 0 IN NS/d"),
    ),
    (
        "dual_delegation",
        "block",
        "203.0.113.16 and 82 more, not an address of boston",
        {},
        lambda pair: records(pair, f"s/^sales 0 IN NS ssip-boston.*/{MANY}/; /^sales 0 IN NS/d"),
    ),
    (
        "connection_check",
        "block",
        "sudo: a password is required",
        {"one_connection_each": "unknown"},
        lambda pair: fault(pair, "boston", "sudo-refused"),
    ),
    ("one_connection_each", "info", "198.51.100.101 has 2 connections to node 1", {}, two_connections),
    ("ports_open", "warn", "newyork: 198.51.100.20 port 53 does not answer", {}, port_closed),
]


def test_a_healthy_pair_is_ready(pair: RunningPair) -> None:
    outcomes = ask(pair)
    assert unfulfilled(outcomes) == NEW
    assert "connected to 'sales'" in "\n".join(outcomes["smb_works"].finding.evidence)


@pytest.mark.parametrize(
    ("check", "severity", "words", "also", "breaking"), FLIPS, ids=[f"{one[0]}-{one[2][:12]}" for one in FLIPS]
)
def test_a_check_is_flipped_alone(
    pair: RunningPair, check: str, severity: str, words: str, also: dict[str, str], breaking: Breaking
) -> None:
    with breaking(pair):
        outcomes = ask(pair)
    assert unfulfilled(outcomes) == {**NEW, **also, check: "failed"}
    found = outcomes[check].as_dict()
    assert found["severity"] == severity
    assert words in "\n".join(found["evidence"])
    assert found["remedy"]


def test_an_account_that_may_not_connect(pair: RunningPair) -> None:
    outcomes = ask(pair, smb_password="wrong")
    assert unfulfilled(outcomes) == {**NEW, "smb_works": "failed"}
    assert "Connecting to share 'sales' at 198.51.100.11 as 'alice'" in outcomes["smb_works"].finding.evidence[0]


def test_the_gate_refuses_before_anything_is_changed(pair: RunningPair) -> None:
    before = pair.configuration()
    with fault(pair, "newyork", "dns-silent"):
        run = pair.play("failover", *failover("boston", "newyork"))
    assert run.returncode != 0, run.stdout
    assert "Not ready: dual_delegation" in run.stdout
    assert "newyork at 198.51.100.20, asked for sales.example.com" in run.stdout
    assert pair.configuration() == before


def test_the_playbook_weighs_and_waives(pair: RunningPair) -> None:
    strict = pair.play("readiness", *failover("boston", "newyork", "readiness_fail_on=warn"), "--check")
    assert strict.returncode != 0, strict.stdout
    assert "Not ready: rehearsed_lately" in strict.stdout
    waiver = '{"failover_readiness_waive": ["rehearsed_lately: the pair is new"]}'
    waived = pair.play("readiness", *failover("boston", "newyork", "readiness_fail_on=warn", waiver))
    assert waived.returncode == 0, waived.stdout
    assert "waived: the pair is new" in waived.stdout
    assert "changed=0" in waived.stdout
