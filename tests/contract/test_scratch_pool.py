# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failover writes, tried on a pool of the tests' own. Runs only where ONEFS_SCRATCH names a place for it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dns.message
import dns.query
import dns.rcode
import pytest
from contract_cluster import Caller, Scratch, check_error

DEADLINE_SECONDS = 120


@dataclass(frozen=True)
class Pool:
    """A pool that the tests made, and will remove."""

    caller: Caller
    scratch: Scratch
    name: str
    interface: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/platform/{self.caller.newest(16)}{self.scratch.pools}/{self.name}"

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = self.caller.get(self.path)["pools"][0]
        return found

    def change(self, fields: dict[str, Any]) -> None:
        answer = self.caller.call("PUT", self.path, fields)
        assert answer.status_code == 204, answer.text

    def refused(self, fields: dict[str, Any], status: int, code: str) -> None:
        before = self.read()
        check_error(self.caller.call("PUT", self.path, fields), status, code)
        assert self.read() == before

    def addresses(self) -> list[str]:
        """Addresses of this pool that are up now, as the nodes themselves say."""
        pool_id = f"{self.scratch.groupnet}.{self.scratch.subnet}.{self.name}"
        uri = f"/platform/{self.caller.newest(21)}/network/interfaces?owner={pool_id}&cache=no-cache"
        owners = [owner for interface in self.caller.get(uri)["interfaces"] for owner in interface["owners"]]
        return sorted(address for owner in owners if owner.get("id") == pool_id for address in owner["ip_addrs"])

    def wait_for(self, wanted: list[str]) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (seen := self.addresses()) != wanted:
            assert time.monotonic() < deadline, f"wanted {wanted}, still {seen}"
            time.sleep(0.1)


@pytest.fixture
def pool(caller: Caller, scratch: Scratch) -> Iterator[Pool]:
    """An empty pool in the scratch range, removed whatever happens."""
    uri = f"/platform/{caller.newest(21)}/network/interfaces"
    interfaces = [one for one in caller.get(uri)["interfaces"] if one["status"] == "up" and one["lnn"]]
    subnet = f"{scratch.groupnet}.{scratch.subnet}"
    used = [one for one in interfaces if any(owner.get("id", "").startswith(subnet + ".") for owner in one["owners"])]
    name = f"contract-{uuid.uuid4().hex[:8]}"
    made = Pool(
        caller, scratch, name, {"lnn": (used or interfaces)[0]["lnn"], "iface": (used or interfaces)[0]["name"]}
    )
    body = {"name": name, "ranges": [{"low": scratch.low, "high": scratch.high}], "alloc_method": "dynamic"}
    answer = caller.call("POST", f"/platform/{caller.newest(16)}{scratch.pools}", body)
    assert answer.status_code == 201, answer.text
    try:
        yield made
    finally:
        gone = caller.call("DELETE", made.path)
        assert gone.status_code == 204, f"the pool {made.name} could not be removed: {gone.text}"


def test_put_keeps_what_it_does_not_name(pool: Pool) -> None:
    before = pool.read()
    pool.change({"description": "contract"})
    assert pool.read() == {**before, "description": "contract"}


def test_put_replaces_a_list_whole(pool: Pool, scratch: Scratch) -> None:
    pool.change({"sc_subnet": scratch.subnet, "sc_dns_zone": f"{pool.name}.example.com"})
    pool.change({"sc_dns_zone_aliases": [f"a.{pool.name}.example.com", f"b.{pool.name}.example.com"]})
    pool.change({"sc_dns_zone_aliases": [f"c.{pool.name}.example.com"]})
    assert pool.read()["sc_dns_zone_aliases"] == [f"c.{pool.name}.example.com"]


def test_member_brings_addresses_up_and_an_empty_list_takes_them_down(pool: Pool, scratch: Scratch) -> None:
    """The fence and the take-over in small. Neither is done when the PUT is answered."""
    pool.change({"ranges": [{"low": scratch.low, "high": scratch.low}]})
    pool.change({"ifaces": [pool.interface]})
    pool.wait_for([scratch.low])
    pool.change({"ifaces": []})
    assert pool.read()["ifaces"] == []
    pool.wait_for([])


def test_unknown_field_is_refused(pool: Pool) -> None:
    pool.refused({"nobody_knows": 1}, 400, "AEC_BAD_REQUEST")


def test_wrong_type_is_refused(pool: Pool) -> None:
    pool.refused({"sc_ttl": "soon"}, 400, "AEC_BAD_REQUEST")


@pytest.mark.assumption("unknown-interface")
def test_interface_that_no_node_has_is_refused(pool: Pool) -> None:
    pool.refused({"ifaces": [{"lnn": pool.interface["lnn"], "iface": "ext-99"}]}, 400, "AEC_BAD_REQUEST")


@pytest.mark.assumption("one-static-pool")
def test_interface_of_another_static_pool_of_the_subnet_is_refused(pool: Pool, caller: Caller) -> None:
    """Where it is not, the simulator is too strict: `onefs-sim up --one-static-pool no`."""
    others = caller.get(f"/platform/{caller.newest(16)}{pool.scratch.pools}")["pools"]
    used = [other for other in others if other["alloc_method"] == "static" and other["ifaces"]]
    if not used:
        pytest.skip("no static pool of the scratch subnet has an interface")
    pool.refused({"alloc_method": "static", "ifaces": used[0]["ifaces"][:1]}, 409, "AEC_CONFLICT")


@pytest.mark.assumption("empty-pool")
def test_name_of_a_pool_without_members_is_refused_by_smartconnect(pool: Pool, caller: Caller) -> None:
    subnet = caller.get(f"/platform/{caller.newest(7)}{pool.scratch.pools.rpartition('/')[0]}")["subnets"][0]
    if not subnet["sc_service_addrs"]:
        pytest.skip("the scratch subnet has no SmartConnect service address")
    query = dns.message.make_query(f"{pool.name}.example.com", "A")

    def wait_for(code: int) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            answer = dns.query.udp(query, subnet["sc_service_addrs"][0]["low"], timeout=5)
            if answer.rcode() == code:
                return
            assert time.monotonic() < deadline, answer.to_text()
            time.sleep(0.2)

    pool.change(
        {"sc_subnet": pool.scratch.subnet, "sc_dns_zone": f"{pool.name}.example.com", "ifaces": [pool.interface]}
    )
    wait_for(dns.rcode.NOERROR)
    pool.change({"ifaces": []})
    wait_for(dns.rcode.REFUSED)


@pytest.mark.assumption("unknown-zone")
def test_access_zone_that_is_not_there_is_refused(pool: Pool) -> None:
    pool.refused({"access_zone": "nobody-has-this-zone"}, 400, "AEC_BAD_REQUEST")


@pytest.mark.assumption("overlapping-ranges")
def test_overlap_with_another_pool_is_refused(pool: Pool, scratch: Scratch, caller: Caller) -> None:
    body = {"name": f"{pool.name}-2", "ranges": [{"low": scratch.low, "high": scratch.low}]}
    answer = caller.call("POST", f"/platform/{caller.newest(16)}{scratch.pools}", body)
    check_error(answer, 409, "AEC_CONFLICT")


@pytest.mark.assumption("range-outside-subnet")
def test_range_outside_the_subnet_is_refused(pool: Pool) -> None:
    pool.refused({"ranges": [{"low": "240.0.0.1", "high": "240.0.0.2"}]}, 400, "AEC_BAD_REQUEST")


def test_name_twice_is_refused(pool: Pool, scratch: Scratch, caller: Caller) -> None:
    answer = caller.call("POST", f"/platform/{caller.newest(16)}{scratch.pools}", {"name": pool.name})
    check_error(answer, 409, "AEC_CONFLICT")


def test_default_resets_a_field(pool: Pool) -> None:
    pool.change({"sc_ttl": 33})
    pool.change({"sc_ttl": "@DEFAULT"})
    assert pool.read()["sc_ttl"] == 0
