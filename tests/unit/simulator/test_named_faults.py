# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault that strikes a cluster's own services bites from the moment it is injected until it is cleared."""

from __future__ import annotations

import datetime
import email.utils
import pathlib
import socket
import ssl
import urllib.parse
from collections.abc import Callable
from typing import Any

import dns.exception
import dns.rcode
import pytest
import requests
from onefs_sim import pki, stale_certificates
from onefs_sim.cluster_faults import ClusterFaults
from onefs_sim.fault_catalogue import CATALOGUE, KINDS, listing
from onefs_sim.fault_switchboard import Effect, FaultSwitchboard

POOL = "/platform/16/network/groupnets/groupnet0/subnets/subnet1/pools/sales"
JOBS = "/platform/7/sync/jobs"
JOURNAL = "/namespace/ifs/.seamless_smb_failover"
CONTAINER = {"x-isi-ifs-target-type": "container"}
OBJECT = {"x-isi-ifs-target-type": "object"}


@pytest.fixture
def faults(pair: Any, tmp_path: pathlib.Path) -> FaultSwitchboard:
    authority = pki.make_ca(tmp_path)

    def certificate(name: str, variant: str) -> tuple[pathlib.Path, pathlib.Path]:
        addresses = [node.management_address for node in pair.sites[name].nodes]
        return stale_certificates.make(tmp_path / variant, authority, variant, name, addresses, [name])

    return FaultSwitchboard(list(pair.clusters), ClusterFaults(pair.clusters, certificate).beginnings())


def test_call(pair: Any, faults: FaultSwitchboard) -> None:
    faults.inject("boston", "call", {"path": "cluster/config", "status": 503, "count": 0, "body": "<html>"})
    caller = pair.caller("boston")
    assert caller.call("GET", "/platform/3/cluster/config").text == "<html>"
    assert pair.caller("newyork").call("GET", "/platform/3/cluster/config").status_code == 200
    assert [(one["seen"], one["hit"]) for one in faults.listing()] == [(1, 1)]
    faults.clear()
    assert caller.call("GET", "/platform/3/cluster/config").status_code == 200


@pytest.mark.parametrize(
    ("variant", "words"),
    [("expired", "expired"), ("other-ca", "signature|self-signed|issuer"), ("other-name", "mismatch|doesn't match")],
)
def test_stale_tls(pair: Any, faults: FaultSwitchboard, tmp_path: pathlib.Path, variant: str, words: str) -> None:
    trusting = ssl.create_default_context(cafile=str(pair.certificate))
    trusting.load_verify_locations(tmp_path / "ca.pem")
    base = urllib.parse.urlsplit(pair.caller("boston").base)

    def greet() -> None:
        address = (base.hostname, base.port)
        with socket.create_connection(address, 5) as plain, trusting.wrap_socket(plain, server_hostname=address[0]):
            pass

    greet()
    faults.inject("boston", "stale-tls", {"variant": variant})
    with pytest.raises(ssl.SSLCertVerificationError, match=words):
        greet()
    faults.clear()
    greet()


def test_who_is_connected_meets_the_stale_certificate_too(pair: Any, faults: FaultSwitchboard) -> None:
    caller = pair.caller("boston")
    caller.get("/platform/3/cluster/config")
    faults.inject("boston", "stale-tls", {})
    with pytest.raises(requests.exceptions.SSLError):
        caller.call("GET", "/platform/3/cluster/config")
    faults.clear()
    caller.get("/platform/3/cluster/config")


def test_network_apply_stuck(pair: Any, faults: FaultSwitchboard, until: Callable[..., Any]) -> None:
    held = pair.nodes["boston"][0].held["ext-1"]
    faults.inject("boston", "network-apply-stuck", {})
    pair.caller("boston").write("PUT", POOL, {"ifaces": []})
    until(lambda: faults.listing()[0]["hit"])
    assert "127.77.1.131" in held
    faults.clear()
    until(lambda: "127.77.1.131" not in held)


def test_network_apply_slow_can_be_cleared_before_its_time(
    pair: Any, faults: FaultSwitchboard, until: Callable[..., Any]
) -> None:
    held = pair.nodes["boston"][0].held["ext-1"]
    faults.inject("boston", "network-apply-slow", {"seconds": 600.0})
    pair.caller("boston").write("PUT", POOL, {"ifaces": []})
    until(lambda: faults.listing()[0]["hit"])
    assert "127.77.1.131" in held
    faults.clear()
    until(lambda: "127.77.1.131" not in held)
    faults.inject("boston", "network-apply-slow", {"seconds": 0.2})
    pair.caller("boston").write("PUT", POOL, {"ifaces": [{"lnn": 1, "iface": "ext-1"}]})
    until(lambda: "127.77.1.131" in held)


def test_network_apply_lost(pair: Any, faults: FaultSwitchboard, until: Callable[..., Any]) -> None:
    held = pair.nodes["boston"][0].held["ext-1"]
    faults.inject("boston", "network-apply-lost", {"count": 0})
    pair.caller("boston").write("PUT", POOL, {"ifaces": []})
    until(pair.boston.network.is_settled)
    assert "127.77.1.131" in held
    faults.clear()
    until(lambda: "127.77.1.131" not in held)


@pytest.mark.parametrize(("fault", "state"), [("job-failed", "failed"), ("job-needs-attention", "needs_attention")])
def test_a_job_ends_badly(
    pair: Any, faults: FaultSwitchboard, until: Callable[..., Any], fault: str, state: str
) -> None:
    caller = pair.caller("boston")

    def run() -> str:
        caller.write("POST", JOBS, {"id": "sales"}, 201)
        until(lambda: pair.boston.sync.running_job("sales") is None)
        return str(caller.get("/platform/7/sync/policies/sales")["policies"][0]["last_job_state"])

    faults.inject("boston", fault, {"policy": "sales", "action": "run", "message": "odd", "count": 0})
    assert run() == state
    (report,) = caller.get("/platform/7/sync/reports?policy_name=sales&limit=1")["reports"]
    assert (report["state"], report["errors"]) == (state, ["odd"])
    faults.clear()
    if state == "needs_attention":
        caller.write("PUT", "/platform/7/sync/policies/sales", {"conflicted": False})
    assert run() == "finished"


def test_a_stalled_job_goes_on_when_it_may(pair: Any, faults: FaultSwitchboard, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    faults.inject("boston", "job-stalled", {"policy": "sales"})
    caller.write("POST", JOBS, {"id": "sales"}, 201)
    until(lambda: faults.listing()[0]["hit"])
    until(lambda: caller.call("GET", f"{JOBS}/sales").status_code == 200)
    assert caller.get(f"{JOBS}/sales")["jobs"][0]["state"] == "running"
    faults.clear()
    until(lambda: pair.boston.sync.running_job("sales") is None)
    assert caller.get("/platform/7/sync/policies/sales")["policies"][0]["last_job_state"] == "finished"


def test_other_jobs_are_left_alone(pair: Any, faults: FaultSwitchboard, until: Callable[..., Any]) -> None:
    faults.inject("boston", "job-failed", {"policy": "sal", "count": 0})
    faults.inject("boston", "job-failed", {"action": "resync_prep", "count": 0})
    caller = pair.caller("boston")
    caller.write("POST", JOBS, {"id": "sales"}, 201)
    until(lambda: pair.boston.sync.running_job("sales") is None)
    assert caller.get("/platform/7/sync/policies/sales")["policies"][0]["last_job_state"] == "finished"


def test_journal_disk_full(pair: Any, faults: FaultSwitchboard) -> None:
    caller = pair.caller("boston")

    def put(path: str, headers: dict[str, str], body: bytes = b"") -> int:
        return int(caller.http.put(caller.base + path, headers=headers, data=body, timeout=10).status_code)

    assert put(JOURNAL, CONTAINER) == 200
    assert put(f"{JOURNAL}/old", OBJECT, b"old") == 200
    faults.inject("boston", "journal-disk-full", {})
    answer = caller.call("PUT", f"{JOURNAL}/new", headers=OBJECT)
    assert answer.status_code == 507
    assert answer.json()["errors"][0]["message"].endswith("No space left on device.")
    assert put(f"{JOURNAL}/old?overwrite=true", OBJECT, b"new") == 507
    assert put(f"{JOURNAL}/folder", CONTAINER) == 507
    assert put("/namespace/ifs/.seamless_smb_failover_beside", CONTAINER) == 200
    assert caller.call("GET", f"{JOURNAL}/old").text == "old"
    assert caller.call("DELETE", f"{JOURNAL}/old").status_code == 204
    faults.clear()
    assert put(f"{JOURNAL}/new", OBJECT, b"new") == 200


def test_a_full_target_fails_the_sync(pair: Any, faults: FaultSwitchboard, until: Callable[..., Any]) -> None:
    faults.inject("newyork", "journal-disk-full", {"path": "/ifs/data"})
    caller = pair.caller("boston")
    caller.write("POST", JOBS, {"id": "sales"}, 201)
    until(lambda: pair.boston.sync.running_job("sales") is None)
    assert caller.get("/platform/7/sync/policies/sales")["policies"][0]["last_job_state"] == "failed"


def test_dns_silent(pair: Any, faults: FaultSwitchboard) -> None:
    faults.inject("boston", "dns-silent", {})
    with pytest.raises(dns.exception.Timeout):
        pair.ask("boston", "sales.example.com", timeout=0.3)
    with pytest.raises(EOFError):
        pair.ask("boston", "sales.example.com", tcp=True)
    assert pair.ask("newyork", "sales.example.com").rcode() == dns.rcode.REFUSED
    faults.clear()
    assert pair.ask("boston", "sales.example.com").answer


@pytest.mark.parametrize("tcp", [False, True])
def test_dns_servfail(pair: Any, faults: FaultSwitchboard, tcp: bool) -> None:
    faults.inject("boston", "dns-servfail", {})
    assert pair.ask("boston", "sales.example.com", tcp=tcp).rcode() == dns.rcode.SERVFAIL
    faults.clear()
    assert pair.ask("boston", "sales.example.com", tcp=tcp).rcode() == dns.rcode.NOERROR


def test_dns_stale(pair: Any, faults: FaultSwitchboard, until: Callable[..., Any]) -> None:
    faults.inject("boston", "dns-stale", {})
    pair.caller("boston").write("PUT", POOL, {"sc_dns_zone": "moved.example.com", "ifaces": []})
    until(lambda: "moved.example.com" in pair.boston.network.applied.pool_by_name)
    answers = {pair.ask("boston", "sales.example.com").answer[0][0].address for _ in range(4)}
    assert answers == {"127.77.1.131", "127.77.1.132"}
    assert pair.ask("boston", "moved.example.com").rcode() == dns.rcode.REFUSED
    faults.clear()
    assert pair.ask("boston", "sales.example.com").rcode() == dns.rcode.REFUSED


def test_clock_skew(pair: Any, faults: FaultSwitchboard) -> None:
    caller = pair.caller("boston")

    def ahead_seconds() -> float:
        date = caller.call("GET", "/platform/latest").headers["Date"]
        now = datetime.datetime.now(datetime.UTC)
        return (email.utils.parsedate_to_datetime(date) - now).total_seconds()

    faults.inject("boston", "clock-skew", {"seconds": -86400})
    faults.inject("boston", "clock-skew", {"seconds": 3600})
    assert abs(ahead_seconds() + 82800) < 60
    faults.clear()
    assert abs(ahead_seconds()) < 60


def test_clear_by_place_and_twice(faults: FaultSwitchboard) -> None:
    for place in ("boston", "newyork"):
        faults.inject(place, "dns-silent", {})
    assert [one["place"] for one in faults.clear("boston")] == ["boston"]
    assert [one["place"] for one in faults.listing()] == ["newyork"]
    assert len(faults.clear()) == 1
    assert faults.clear() == []


def test_what_cannot_be_ended_does_not_keep_the_others() -> None:
    state = {"broken": True, "ended": []}

    def begin(place: str, _options: Any) -> Effect:
        def undo() -> None:
            if place == "boston" and state["broken"]:
                raise RuntimeError("stuck")
            state["ended"].append(place)

        return Effect(undo)

    board = FaultSwitchboard(["boston", "newyork"], {"dns-silent": begin})
    for place in ("newyork", "boston"):
        board.inject(place, "dns-silent", {})
    with pytest.raises(RuntimeError, match="dns-silent at boston: stuck"):
        board.clear()
    assert (state["ended"], [one["place"] for one in board.listing()]) == (["newyork"], ["boston"])
    state["broken"] = False
    assert [one["place"] for one in board.clear()] == ["boston"]


@pytest.mark.parametrize(
    ("place", "fault", "options", "words"),
    [
        ("chicago", "dns-silent", {}, "no 'chicago'; it has: boston, newyork"),
        ("boston", "meteor", {}, "no fault 'meteor'"),
        ("boston", "dns-silent", {"seconds": 3}, "no option 'seconds'; it has: none"),
        ("boston", "clock-skew", {}, "needs the option 'seconds'"),
        ("boston", "clock-skew", {"seconds": "soon"}, "seconds must be of type float"),
        ("boston", "stale-tls", {"variant": "blue"}, "variant is one of expired, other-ca, other-name"),
        ("boston", "call", {"path": "x", "method": "BREW", "status": 418}, "no method"),
        ("boston", "call", {"path": "x"}, "at least one of"),
        ("boston", "node-down", {"node": 1}, "cannot be injected into this pair"),
        ("boston", "journal-disk-full", {"path": "/etc"}, "not below /ifs"),
    ],
)
def test_bad_orders_are_refused(
    faults: FaultSwitchboard, place: str, fault: str, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        faults.inject(place, fault, options)
    assert faults.listing() == []


def test_the_catalogue_has_a_line_for_each_fault() -> None:
    assert len(CATALOGUE) == len(KINDS) == len(listing())
    for entry in listing():
        assert entry["text"] and entry["places"]
        assert all(option["text"] for option in entry["options"])
