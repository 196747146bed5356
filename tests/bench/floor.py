# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: what no failover can do without, and nothing else.

No proof that the source is silent, no check, no journal, no way back, no service principal names; each call as soon as the one
before allows it. Nobody should move live data like this. There are two floors:

`floor` takes the addresses off the source, waits until they are gone, replicates what was written last, allows writes on the target,
and gives the target names and addresses. No failover that keeps what was acknowledged can be shorter.

`flip` has replicated and allowed writes before, while clients went on writing to the source, and only flips the addresses. It loses
what was written in between; it shows what of a pause the network and the client take by themselves.

In `smartconnect` a client whose server fell silent waits for its own time-out. So both let the old addresses answer with RST, from
an access zone without shares, and ask for that in the same moment as for the target's addresses, without seeing that these came. The
sessions are ended before, while something else is waited for: a connection outlives its address, and would be served again when that returns.
"""

from __future__ import annotations

import pathlib
import time
from collections.abc import Callable, Iterable
from typing import Any

import requests
from inside import inside
from running_pair import RunningPair

POLL_SECONDS = 0.01
DEADLINE_SECONDS = 180.0
CALL_SECONDS = 60.0
FLOOR, FLIP = "floor", "flip"
KINDS = (FLOOR, FLIP)
NETWORK = "/platform/12/network"
#: The zone without shares, named as the collection's own: one is enough.
TOMBSTONE = "seamless-tombstone"

Document = dict[str, Any]


class NotDone(RuntimeError):
    """A cluster refused something, or did not come to a state in time."""


class Session:
    """A log-in to one cluster."""

    def __init__(self, name: str, papi: Document) -> None:
        self.name = name
        self._url = papi["url"]
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.verify = papi["ca_file"]
        self._http.headers["Referer"] = self._url
        login = {"username": papi["user"], "password": papi["password"], "services": ["platform"]}
        self.call("POST", "/session/1/session", login)
        self._http.headers["X-CSRF-Token"] = self._http.cookies["isicsrf"]

    def call(self, method: str, path: str, body: Document | None = None) -> Document:
        """Make one call; returns what the answer holds."""
        answer = self._http.request(method, self._url + path, json=body, timeout=CALL_SECONDS)
        if not answer.ok:
            raise NotDone(f"{self.name}: {method} {path}: {answer.status_code} {answer.text[:500]}")
        found: Document = answer.json() if answer.content else {}
        return found

    def log_out(self) -> None:
        self.call("DELETE", "/session/1/session")
        self._http.close()

    def first(self, path: str, key: str) -> Document:
        """Return the first entry of a list, or nothing of it."""
        return next(iter(self.call("GET", path)[key]), {})

    def pools(self, zone: str) -> list[Document]:
        found: list[Document] = self.call("GET", f"{NETWORK}/pools?access_zone={zone}")["pools"]
        return found

    def ensure_tombstone(self) -> None:
        """See that there is a zone without shares."""
        if TOMBSTONE not in {zone["name"] for zone in self.call("GET", "/platform/3/zones")["zones"]}:
            path = f"/ifs/.seamless_smb_failover/{TOMBSTONE}"
            self.call("POST", "/platform/3/zones", {"name": TOMBSTONE, "path": path, "create_path": True})

    def put(self, pool: Document, fields: Document) -> None:
        """Change a pool."""
        path = f"{NETWORK}/groupnets/{pool['groupnet']}/subnets/{pool['subnet']}/pools/{pool['name']}"
        self.call("PUT", path, fields)

    def addresses_of(self, pools: Iterable[Document]) -> set[str]:
        """Return the addresses of pools that nodes hold now."""
        wanted = {pool["id"] for pool in pools}
        interfaces = self.call("GET", "/platform/14/network/interfaces?cache=no-cache&limit=10000")["interfaces"]
        return {
            address
            for interface in interfaces
            for owner in interface["owners"]
            if owner["id"] in wanted
            for address in owner["ip_addrs"]
        }


def wait(what: str, reached: Callable[[], bool]) -> None:
    """Ask for a state until it is there; an answer takes longer than the break before the next question."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise NotDone(f"waited {DEADLINE_SECONDS:.0f} s for {what}")
        time.sleep(POLL_SECONDS)


class Floor:
    """Moves one zone of a pair there and back; knows what its pools hold while all is at home, from before the first move."""

    def __init__(self, pair: RunningPair, zone: str, home: str) -> None:
        self._state_dir = pathlib.Path(pair.status["state_dir"])
        self._papi = {name: cluster["papi"] for name, cluster in pair.status["clusters"].items()}
        self._zone = zone
        self._sessions: dict[str, Session] = {}
        with inside(self._state_dir, "controller"):
            self._log_in()
            self._pools = {name: session.pools(zone) for name, session in self._sessions.items()}
            for session in self._sessions.values():
                session.ensure_tombstone()
            self._log_out()
        self._served = {pool["id"]: pool for pool in self._pools[home]}

    def move(self, kind: str, source: str, target: str, method: str) -> None:
        """Move the zone; `settle` is to follow when the clients are back."""
        with inside(self._state_dir, "controller"):
            self._log_in()
            policy = self._policy(source)
            self._replicate(source, policy)
            if kind == FLIP:
                self._allow_writes(target, policy)
            newest = self._newest_run(source, policy)
            # Clients wait from here.
            self._leave(source)
            if kind == FLOOR:
                self._replicate(source, policy, newest, lambda: self._end_sessions(source))
                self._allow_writes(target, policy)
            self._arrive(target, method)
            if kind == FLIP:
                self._end_sessions(source)
            if method == "smartconnect":
                self._wake(source)
            pools = self._pools[target]
            wait(f"the addresses of {target} to come up", lambda: bool(self._sessions[target].addresses_of(pools)))

    def settle(self, source: str, target: str) -> None:
        """Take the old addresses away again, and turn the replication round; nobody waits for that."""
        with inside(self._state_dir, "controller"):
            there = self._sessions[source]
            pools = self._pools[source]
            for pool in pools:
                there.put(pool, {"ifaces": [], "ranges": pool["ranges"]})
            wait(f"the addresses of {source} to go away again", lambda: not there.addresses_of(pools))
            for pool in pools:
                there.put(pool, {"access_zone": self._zone})
            self._end_sessions(source)
            policy = self._policy(source)
            there.call("POST", "/platform/7/sync/jobs", {"id": policy, "action": "resync_prep"})
            self._wait_for_state(target, policy, "resync_policy_created")
            self._replicate(target, self._policy(target))
            self._log_out()

    def _log_in(self) -> None:
        self._sessions = {name: Session(name, papi) for name, papi in self._papi.items()}

    def _log_out(self) -> None:
        for session in self._sessions.values():
            session.log_out()
        self._sessions = {}

    def _leave(self, cluster: str) -> None:
        """Take names and addresses off, and wait until no node holds one."""
        session, pools = self._sessions[cluster], self._pools[cluster]
        for pool in pools:
            session.put(pool, {"ifaces": [], "sc_dns_zone": "", "sc_dns_zone_aliases": []})
        wait(f"the addresses of {cluster} to go away", lambda: not session.addresses_of(pools))

    def _arrive(self, target: str, method: str) -> None:
        """Give the target names and addresses; they are up a moment later."""
        session, pools = self._sessions[target], self._pools[target]
        for pool in pools:
            served = self._served[pool["id"]]
            fields = {name: served[name] for name in ("ifaces", "sc_dns_zone", "sc_dns_zone_aliases")}
            # Those that clients use go along in a takeover, and on the way home each cluster has its own again.
            session.put(pool, {**fields, "ranges": (served if method == "ip_takeover" else pool)["ranges"]})

    def _wake(self, cluster: str) -> None:
        """Let the addresses that went away answer without a share."""
        for pool in self._pools[cluster]:
            members = self._served[pool["id"]]["ifaces"]
            self._sessions[cluster].put(pool, {"access_zone": TOMBSTONE, "ifaces": members})

    def _policy(self, cluster: str) -> str:
        """Return the name of the policy that replicates from a cluster."""
        policies = self._sessions[cluster].call("GET", "/platform/7/sync/policies")["policies"]
        ours = [
            one["name"] for one in policies if one["enabled"] and one["source_root_path"].endswith(f"/{self._zone}")
        ]
        (name,) = ours
        return str(name)

    def _newest_run(self, cluster: str, policy: str) -> Document:
        path = f"/platform/7/sync/reports?policy_name={policy}&reports_per_policy=1"
        return self._sessions[cluster].first(path, "reports")

    def _replicate(
        self,
        cluster: str,
        policy: str,
        newest: Document | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Run a policy, and wait until the run is over; `newest` is the last one before it."""
        before = (self._newest_run(cluster, policy) if newest is None else newest).get("job_id")
        self._sessions[cluster].call("POST", "/platform/7/sync/jobs", {"id": policy})
        meanwhile()

        def over() -> bool:
            run = self._newest_run(cluster, policy)
            if run.get("job_id") == before or not run.get("end_time"):
                return False
            if run["state"] != "finished":
                raise NotDone(f"{cluster}: policy {policy} ended as '{run['state']}'")
            return True

        wait(f"policy {policy} of {cluster}", over)

    def _allow_writes(self, cluster: str, policy: str) -> None:
        self._sessions[cluster].call("POST", "/platform/7/sync/jobs", {"id": policy, "action": "allow_write"})
        self._wait_for_state(cluster, policy, "writes_enabled")

    def _wait_for_state(self, cluster: str, policy: str, state: str) -> None:
        path = f"/platform/1/sync/target/policies/{policy}"
        session = self._sessions[cluster]
        wait(
            f"policy {policy} of {cluster} to be {state}",
            lambda: session.first(path, "policies").get("failover_failback_state") == state,
        )

    def _end_sessions(self, cluster: str) -> None:
        """End what is left of sessions whose client has gone: SyncIQ makes no path read-only below an open file."""
        session = self._sessions[cluster]
        for node in session.call("GET", "/platform/11/protocols/smb/sessions?lnn=all&limit=100000")["nodes"]:
            for one in node["sessions"]:
                try:
                    session.call("DELETE", f"/platform/11/protocols/smb/sessions/{one['id']}?lnn={node['lnn']}")
                except NotDone as error:
                    # One that ended by itself meanwhile is as good.
                    if ": 404 " not in str(error):
                        raise
