# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each readiness check that rests on the platform API is flipped, alone, on two simulated clusters that are healthy before."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import Request
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness import names_asked
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.facts import NOT_ASKED, Limits
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.gathering import (
    Question,
    gather,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.outcome import (
    Outcome,
    evaluate,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.registry import BY_ID
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from onefs_sim.faults import Fault
from onefs_sim.papi.statistics import StatisticsApi
from onefs_sim.ports import SmbOpenFile, SmbSession
from onefs_sim.release import RELEASES
from unit.simulator.conftest import PASSWORD, Pair

#: What no pair on loopback has: SSH, Samba, a resolver beside SmartConnect, and a delegation. tests/live has these.
NOT_HERE = {"connection_check", "one_connection_each", "smb_works", "ports_open", "dual_delegation"}
SYNC = "/platform/7/sync/policies"
POOL = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools"
SHARES = "/platform/4/protocols/smb/shares"
EVERYONE = {"id": "SID:S-1-1-0", "name": "Everyone", "type": "wellknown"}
AD = "lsa-activedirectory-provider:EXAMPLE.COM"


def question(pair: Pair, **changes: Any) -> Question:
    """Return what is asked before a failover of the zone sales, with some of it changed."""

    def connection(cluster: str) -> Connection:
        return Connection(
            host=pair.sites[cluster].nodes[0].management_address,
            user="svc-failover",
            password=PASSWORD,
            port=pair.port,
            ca_path=str(pair.certificate),
            timeout_seconds=30,
            ssh_port=pair.silent_port,
            ssh_user="nobody",
        )

    source = connection("boston")
    if "ssh_host" in changes:
        source = dataclasses.replace(source, ssh_host=changes.pop("ssh_host"))
    asked = Question(
        request=Request("boston", "newyork", access_zone="sales"),
        source=source,
        target=connection("newyork"),
        dns_servers=(pair.sites["boston"].service_addresses[0],),
        limits=Limits(expiry_days=0.5),
    )
    return dataclasses.replace(asked, **changes)


def ask(pair: Pair, **changes: Any) -> dict[str, Outcome]:
    """Ask all checks of a failover of the zone sales; `changes` are those of the question."""
    return {one.check.id: one for one in evaluate(gather(question(pair, **changes)), {})}


def unfulfilled(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Return the checks that are not fulfilled, without those that can't be here."""
    return {
        name: one.finding.status
        for name, one in outcomes.items()
        if one.finding.status != "ok" and name not in NOT_HERE
    }


@pytest.fixture
def healthy(pair: Pair, monkeypatch: pytest.MonkeyPatch, until: Callable[..., Any]) -> Pair:
    """A pair on which every check is fulfilled that can be here."""
    monkeypatch.setattr(names_asked, "DNS_PORT", pair.dns_port)
    write(pair, "newyork", "drills/sales/20260101.json", {"result": "succeeded", "finished": stamp(-3600)})
    old = time.time() - 600
    until(lambda: pair.files["newyork"].path("/ifs/data/sales/ledger.txt").exists())
    for files in pair.files.values():
        os.utime(files.path("/ifs/data/sales/ledger.txt"), (old, old))
    return pair


def write(pair: Pair, cluster: str, name: str, content: Any) -> None:
    path = pair.files[cluster].path("/ifs/.seamless_smb_failover") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + seconds))


@dataclasses.dataclass(frozen=True)
class Flip:
    """What is broken, how much it counts then, and words of the evidence. `also`: checks that can't be evaluated without it."""

    check: str
    break_it: Callable[[Pair], Any]
    severity: str
    words: str
    also: tuple[str, ...] = ()
    prepare: Callable[[Pair], Any] = lambda pair: None


def put(cluster: str, uri: str, /, **body: Any) -> Callable[[Pair], Any]:
    return lambda pair: pair.caller(cluster).write("PUT", uri, body)


def post(cluster: str, uri: str, /, **body: Any) -> Callable[[Pair], Any]:
    return lambda pair: pair.caller(cluster).write("POST", uri, body, 201)


def each(*steps: Callable[[Pair], Any]) -> Callable[[Pair], Any]:
    def run(pair: Pair) -> None:
        for step in steps:
            step(pair)

    return run


def both(step: Callable[[str], Callable[[Pair], Any]]) -> Callable[[Pair], Any]:
    return each(step("boston"), step("newyork"))


def permit(cluster: str, *entries: tuple[str, str]) -> Callable[[Pair], Any]:
    permissions = [{"permission_type": kind, "permission": what, "trustee": EVERYONE} for kind, what in entries]
    return put(cluster, f"{SHARES}/sales?zone=sales", permissions=permissions)


def opened(path: str, *permissions: str, locks: int = 0) -> Callable[[Pair], Any]:
    file = SmbOpenFile(7, path, "alice", locks, permissions or ("read",), "sales")
    return lambda pair: pair.nodes["boston"][1].open_files.append(file)


def session(**fields: Any) -> Callable[[Pair], Any]:
    values = {"session_id": 3, "computer": "198.51.100.9", "user": "alice", "open_files": 0, **fields}
    return lambda pair: pair.nodes["boston"][0].sessions.append(SmbSession(**values))


def without_write_on_shares(pair: Pair) -> None:
    role = pair.newyork.accounts.roles["SmbFailover"]
    role.privileges["ISI_PRIV_SMB"] = "r"


def long_runs(pair: Pair) -> None:
    for job in pair.boston.sync.reports:
        job.ended = job.started + 600


def last_success_days_ago(pair: Pair) -> None:
    policy = next(one for one in pair.boston.sync.policies.values() if one["name"] == "sales")
    policy["last_success"] -= 3 * 86400


def target_writable(pair: Pair) -> None:
    pair.newyork.sync.target_policies["sales"]["failover_failback_state"] = "writes_enabled"


def spn_lost(pair: Pair) -> None:
    machine = pair.boston.membership
    kept = [spn for spn in machine.domain.spns(machine.machine) if spn != "HOST/files.example.com"]
    machine.domain.register(machine.machine, kept)


def many_shares(pair: Pair) -> None:
    for number in range(121):
        for cluster in ("boston", "newyork"):
            post(cluster, f"{SHARES}?zone=sales", name=f"share{number}", path="/ifs/data/sales")(pair)


def lease(cluster: str, *, closed_seconds_ago: float = 0) -> Callable[[Pair], Any]:
    def run(pair: Pair) -> None:
        write(pair, cluster, "leases/sales/00000001.opened.json", {"run_id": "cafe", "opened": stamp(-900)})
        if closed_seconds_ago:
            record = {"run_id": "cafe", "closed": stamp(-closed_seconds_ago), "content": {"result": "succeeded"}}
            write(pair, cluster, "leases/sales/00000001.closed.json", record)

    return run


def lasting_share(cluster: str) -> Callable[[Pair], Any]:
    """OneFS lets only a new share be continuously available."""

    def run(pair: Pair) -> None:
        pair.caller(cluster).write("DELETE", f"{SHARES}/sales?zone=sales")
        body = {"name": "sales", "path": "/ifs/data/sales", "continuously_available": True}
        post(cluster, f"{SHARES}?zone=sales", **body)(pair)

    return run


def replicated_back(pair: Pair) -> None:
    body = {"name": "back", "action": "sync", "source_root_path": "/ifs/data/sales", "target_path": "/ifs/data/sales"}
    post("newyork", SYNC, target_host=pair.sites["boston"].nodes[0].management_address, **body)(pair)


def account(**fields: Any) -> Callable[[Pair], Any]:
    def run(pair: Pair) -> None:
        users = pair.newyork.accounts.users
        users["svc-failover"] = dataclasses.replace(users["svc-failover"], **fields)

    return run


def suspended_and_left(pair: Pair) -> None:
    """A node that was suspended while it was a member is so still when it becomes one again."""
    put("newyork", f"{POOL}/sales", ifaces=[{"lnn": 2, "iface": "ext-1"}])(pair)
    pair.caller("newyork").write("POST", f"{POOL}/sales/sc-suspend-nodes", {"lnn": [2]}, 200)
    put("newyork", f"{POOL}/sales", ifaces=[])(pair)


def link_dropped(pair: Pair) -> None:
    """A cluster looks at its links every now and then; what it has not seen it can't say."""
    pair.nodes["newyork"][0].dropped.add("ext-1")
    deadline = time.monotonic() + 10
    while True:
        found = pair.caller("newyork").get("/platform/7/network/interfaces")["interfaces"]
        if next(one["status"] for one in found if (one["lnn"], one["name"]) == (1, "ext-1")) != "up":
            return
        assert time.monotonic() < deadline, "the link that dropped was not seen"
        time.sleep(0.02)


def copy_shortened(pair: Pair) -> None:
    pair.files["newyork"].path("/ifs/data/sales/ledger.txt").write_text("f", encoding="utf-8")


def address_taken(pair: Pair) -> None:
    pair.nodes["newyork"][0].held["ext-2"].append("127.77.2.131")


FLIPS = (
    Flip("api_reachable", lambda p: setattr(p.nodes["newyork"][1], "powered", False), "block", "node 2 is down"),
    Flip("privileges_complete", without_write_on_shares, "block", "newyork: 'svc-failover' lacks ISI_PRIV_SMB (write)"),
    Flip("clocks_agree", lambda p: setattr(p.newyork.clock, "offset_seconds", 90), "warn", "newyork node 1: +"),
    Flip("clocks_agree", lambda p: setattr(p.newyork.clock, "offset_seconds", -400), "block", "newyork node 2: -"),
    Flip(
        "zone_equal",
        put("newyork", "/platform/3/zones/sales", auth_providers=["lsa-file-provider:System"]),
        "block",
        "lsa-local-provider:System, lsa-file-provider:System on boston",
    ),
    Flip("policies_ready", put("boston", f"{SYNC}/sales", enabled=False), "block", "is disabled"),
    Flip("target_read_only", target_writable, "block", "'writes_enabled', not 'writes_disabled'"),
    Flip("replication_fresh", last_success_days_ago, "block", "ended with success 3 d ago"),
    Flip("final_sync_short", long_runs, "warn", "'sales': 600 s"),
    Flip("failback_prepared", put("boston", f"{SYNC}/sales", accelerated_failback=False), "warn", "is not prepared"),
    Flip("one_direction", replicated_back, "block", "'back' of newyork replicates /ifs/data/sales"),
    Flip("pools_paired", link_dropped, "block", "Interface 1:ext-1"),
    Flip(
        "pools_paired", put("newyork", f"{POOL}/sales", sc_dns_zone_aliases=["igls-sales"]), "block", "has 'igls-sales'"
    ),
    Flip("pools_paired", suspended_and_left, "block", "SmartConnect hands out no address of node 2: suspended"),
    Flip("addresses_free", address_taken, "block", "127.77.2.131 is held by interface 1:ext-2"),
    Flip(
        "names_movable",
        put("newyork", f"{POOL}/finance", sc_dns_zone="files.example.com"),
        "block",
        "'files.example.com' is a name of groupnet0.subnet1.finance",
    ),
    Flip("short_ttl", put("boston", f"{POOL}/sales", sc_ttl=300), "warn", "sales.example.com lives 300 s"),
    Flip(
        "spns_registered",
        spn_lost,
        "block",
        "HOST/files.example.com is not registered for BOSTON$",
        prepare=both(lambda c: put(c, "/platform/3/zones/sales", auth_providers=[AD])),
    ),
    Flip("domain_healthy", lambda p: setattr(p.newyork.membership, "status", "offline"), "block", "is offline"),
    Flip("shares_equal", permit("newyork", ("allow", "read")), "warn", "newyork allows SID:S-1-1-0 (Everyone) read"),
    Flip(
        "shares_equal",
        lambda p: p.caller("newyork").write("DELETE", f"{SHARES}/sales?zone=sales"),
        "block",
        "does not exist on newyork",
    ),
    Flip(
        "quotas_equal",
        post(
            "boston",
            "/platform/7/quota/quotas",
            path="/ifs/data/sales",
            type="directory",
            include_snapshots=False,
            enforced=True,
            thresholds={"hard": 10**9},
            thresholds_on="fslogicalsize",
        ),
        "warn",
        "quota 'directory hard 1000000000' of /ifs/data/sales is on boston alone",
    ),
    Flip("deny_is_quick", many_shares, "info", "122 shares, 61 s"),
    Flip(
        "no_deny_entries",
        permit("newyork", ("deny", "full"), ("allow", "full")),
        "block",
        "Share 'sales' of newyork denies Everyone full",
    ),
    Flip(
        "no_other_orchestrator",
        put("newyork", f"{POOL}/sales", sc_dns_zone_aliases=["igls-ignore-sales"]),
        "block",
        "'igls-ignore-sales'",
    ),
    Flip(
        "sessions_readable",
        lambda p: p.boston.inject(Fault("boston", "GET", "/openfiles", status=500, count=0)),
        "block",
        "boston node 2",
        also=("nothing_open_for_writing",),
    ),
    Flip(
        "nothing_open_for_writing",
        opened("/ifs/data/sales/plan.xlsx", "read", "write", locks=2),
        "warn",
        "red: /ifs/data/sales/plan.xlsx by alice on node 2 (2 locks)",
    ),
    Flip("clients_modern", session(user="guest", guest_login=True), "warn", "guest: 198.51.100.9"),
    Flip("clients_modern", session(user="EXAMPLE\\Guest"), "warn", "guest: 198.51.100.9 (EXAMPLE\\Guest"),
    Flip("clients_modern", session(client_type="SMB2_02"), "warn", "old dialect: 198.51.100.9"),
    Flip(
        "no_lasting_opens",
        opened("/ifs/data/sales/base.db"),
        "warn",
        "1 files are open on the continuously available share 'sales'",
        prepare=both(lasting_share),
    ),
    Flip("clients_notice_soon", session(client_type="Linux CIFS"), "info", "calls itself 'Linux CIFS'"),
    Flip(
        "only_smb",
        lambda p: p.boston.other_services.exports.update(sales=[{"id": 4, "paths": ["/ifs/data/sales/nfs"]}]),
        "block",
        "NFS export 4 of access zone 'sales' leads to /ifs/data/sales/nfs",
    ),
    Flip(
        "target_healthy",
        lambda p: p.newyork.other_services.events.append(
            {"id": "7", "severity": "critical", "resolved": False, "ignore": False, "causes": [["x", "a drive failed"]]}
        ),
        "block",
        "critical event 7: a drive failed",
    ),
    Flip(
        "licenses_valid",
        lambda p: p.newyork.licenses.set_status("SyncIQ", "Expired"),
        "block",
        "newyork: SyncIQ: Expired",
    ),
    Flip(
        "rehearsed_lately",
        lambda p: write(p, "newyork", "drills/sales/20260101.json", {"result": "succeeded", "finished": stamp(-4e6)}),
        "warn",
        "46 d ago",
    ),
    Flip(
        "account_expiry",
        account(password_expiry=int(time.time()) + 3600),
        "warn",
        "the password of 'svc-failover' ends in 0 days",
    ),
    Flip("account_expiry", account(locked=True), "warn", "the account 'svc-failover' is locked"),
    Flip("last_switch_settled", lease("boston", closed_seconds_ago=200), "warn", "ended 3 min ago"),
    Flip("lease_free", lease("boston"), "block", "run cafe holds the lease since"),
    Flip("copies_agree", copy_shortened, "block", "/ifs/data/sales/ledger.txt has 1 bytes on newyork and 6 on boston"),
    Flip(
        "replication_path_stays",
        put("boston", f"{SYNC}/sales", target_host="files.example.com"),
        "block",
        "replicates to files.example.com, a name that moves",
    ),
    Flip(
        "ways_in_fenced",
        post("boston", f"{SHARES}?zone=System", name="everything", path="/ifs/data"),
        "block",
        "Share 'everything' of access zone 'System' (/ifs/data) reaches /ifs/data/sales",
    ),
)


@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: f"{flip.check}-{flip.severity}")
def test_a_check_is_flipped_alone(healthy: Pair, flip: Flip, until: Callable[..., Any]) -> None:
    flip.prepare(healthy)
    flip.break_it(healthy)
    until(lambda: all(cluster.network.is_settled() for cluster in healthy.clusters.values()))
    outcomes = ask(healthy)
    assert unfulfilled(outcomes) == {flip.check: "failed", **dict.fromkeys(flip.also, "unknown")}
    found = outcomes[flip.check].as_dict()
    assert found["severity"] == flip.severity
    assert flip.words in "\n".join(found["evidence"])
    assert found["remedy"]


def test_the_healthy_pair(healthy: Pair) -> None:
    assert unfulfilled(ask(healthy)) == {}


def test_every_check_is_flipped_somewhere() -> None:
    here = {flip.check for flip in FLIPS} | {"management_stays", "versions_supported"}
    assert here | NOT_HERE | {"no_alias_in_chain"} == set(BY_ID)


def test_a_way_of_this_run_through_a_pool_that_moves(healthy: Pair) -> None:
    outcomes = ask(healthy, ssh_host="127.77.1.132")
    assert unfulfilled(outcomes) == {"management_stays": "failed"}
    assert "This run reaches boston at '127.77.1.132'" in outcomes["management_stays"].finding.evidence[0]


def test_a_takeover_needs_one_subnet(healthy: Pair) -> None:
    outcomes = ask(healthy, request=Request("boston", "newyork", access_zone="sales", method="ip_takeover"))
    assert unfulfilled(outcomes) == {"addresses_free": "failed"}
    assert "do not fit the subnet of groupnet0.subnet1.sales" in "\n".join(outcomes["addresses_free"].finding.evidence)


def test_an_older_target(
    tmp_path: pathlib.Path, server_certificate: tuple[pathlib.Path, pathlib.Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = Pair(tmp_path, *server_certificate, first_octet=77, releases={"newyork": RELEASES["9.5.0.0"]})
    monkeypatch.setattr(names_asked, "DNS_PORT", pair.dns_port)
    pair.start()
    try:
        found = ask(pair)["versions_supported"].as_dict()
    finally:
        pair.stop()
    assert (found["status"], found["severity"]) == ("failed", "warn")
    assert "older than the source's" in found["evidence"][0]
    assert "newyork: OneFS 9.5.0.0" in "\n".join(found["evidence"])


def test_a_certificate_that_ends_soon(healthy: Pair) -> None:
    outcomes = ask(healthy, limits=Limits(expiry_days=2))
    assert unfulfilled(outcomes) == {"account_expiry": "failed"}
    assert "the certificate of the platform API ends in 1 days" in outcomes["account_expiry"].finding.evidence[0]


def test_a_target_that_has_little_room(healthy: Pair) -> None:
    outcomes = ask(healthy, limits=Limits(expiry_days=0.5, free_percent=101))
    assert unfulfilled(outcomes) == {"target_healthy": "failed"}
    found = outcomes["target_healthy"].as_dict()
    assert found["severity"] == "warn" and "GB are free" in found["evidence"][0]


def test_a_target_that_is_full(healthy: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StatisticsApi, "_space", lambda _self: (10**12, 0, 10**12))
    found = ask(healthy)["target_healthy"].as_dict()
    assert (found["status"], found["severity"], found["evidence"][0]) == ("failed", "block", "newyork: /ifs is full")


@pytest.mark.parametrize("ready", ["domain mark", "was a target before"])
def test_a_source_that_was_prepared_in_another_way(healthy: Pair, ready: str) -> None:
    put("boston", f"{SYNC}/sales", accelerated_failback=False)(healthy)
    if ready == "domain mark":
        healthy.boston.sync.policies["sales"]["source_domain_marked"] = True
    else:
        partner = healthy.newyork.sync.target_policies["sales"]
        healthy.boston.sync.target_policies["sales_mirror"] = {**partner, "name": "sales_mirror"}
    outcomes = ask(healthy)
    assert unfulfilled(outcomes) == {}
    assert ready in outcomes["failback_prepared"].finding.evidence[0]


def test_a_dead_source_is_not_asked(healthy: Pair) -> None:
    healthy.boston.stop()
    outcomes = ask(healthy, with_source=False)
    assert unfulfilled(outcomes) == {}
    assert len(outcomes) == 11
    assert healthy.boston.calls(time.time() - 0.5) == []


def test_the_target_is_not_asked_who_uses_it(healthy: Pair) -> None:
    file = SmbOpenFile(9, "/ifs/data/sales/plan.docx", "alice", 0, ("read",))
    for name in ("boston", "newyork"):
        for node in healthy.nodes[name]:
            node.open_files.append(file)
    facts = gather(question(healthy))
    assert [len(found) for found in facts.source.open_files.values()] == [1] * len(facts.source.nodes)
    # Each of its nodes is reached all the same.
    assert set(facts.target.nodes) == set(facts.source.nodes)
    assert not any(facts.target.open_files.values())
    assert facts.target.sockets is NOT_ASKED
    assert facts.source.sockets is not NOT_ASKED


def test_a_cluster_that_does_not_answer_leaves_no_check_out(healthy: Pair) -> None:
    count = len(ask(healthy))
    healthy.boston.stop()
    outcomes = ask(healthy)
    assert len(outcomes) == count
    assert outcomes["api_reachable"].finding.status == "failed"
    assert outcomes["shares_equal"].finding.status == "unknown"
    assert "no answer from https://127.77.1.21" in outcomes["shares_equal"].finding.evidence[0]
    assert not [name for name, one in outcomes.items() if one.finding.status != "ok" and not one.as_dict()["remedy"]]


def test_hints_pair_pools_of_other_names_and_are_no_names_of_clients(healthy: Pair) -> None:
    put("boston", f"{POOL}/sales", sc_dns_zone_aliases=["files.example.com", "igls-sales-boston.example.com"])(healthy)
    put("newyork", f"{POOL}/sales", name="dr", sc_dns_zone_aliases=["igls-sales-newyork.example.com"])(healthy)
    outcomes = ask(healthy)
    assert unfulfilled(outcomes) == {}
    evidence = "\n".join(outcomes["pools_paired"].finding.evidence)
    assert (
        "groupnet0.subnet1.sales of boston -> groupnet0.subnet1.dr of newyork "
        "(hints igls-sales-boston.example.com and igls-sales-newyork.example.com)" in evidence
    )
    assert outcomes["names_movable"].finding.evidence == (
        "groupnet0.subnet1.sales: sales.example.com, files.example.com",
    )
