# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make on the target a copy of its replica that serves by itself, and remove every part of it again.

Private to the collection. What is made is written down on the target before it is made, and is found again by its name: a run
that was killed is cleaned up by the next one. Nothing that serves, and no policy, is touched.
"""

from __future__ import annotations

import hashlib
import json
import time
import typing as t

from .._onefs.addresses import AddressRange, expand
from .._onefs.connection import Connection
from .._onefs.errors import BadOption, LeaseLost, OnefsError, PapiError
from .._onefs.papi import PapiSession
from .._onefs.pools import POOL, addresses_up, as_ifaces, pool_path, read_pools, split_pool_id
from .._onefs.progress import Progress
from .._onefs.snapshots import (
    delete_snapshot,
    delete_writable_copy,
    make_writable_copy,
    snapshot_paths,
    take_snapshot,
    writable_copies,
)
from .._onefs.synciq import read_policies, read_target_policies
from .._onefs.waiting import wait_until
from . import controller
from .facts import SHARES, ZONES, target_argument_spec
from .sandbox_plan import (
    PREFIX,
    Sandbox,
    copied_path,
    differences,
    frozen_path,
    is_own_snapshot,
    leftovers,
    own_parts,
    parse_range,
    plan_sandbox,
    share_body,
)
from .service_check import answering

JOURNAL = "/ifs/.seamless_smb_failover/rehearsals"
POLL_SECONDS = 0.2
# Should nobody ever clean up, the snapshots at least go by themselves.
EXPIRES_AFTER_SECONDS = 7 * 24 * 3600
# Of a zone, who may log in and as whom; its name and folder are the copy's own.
ZONE_FIELDS = ("auth_providers", "groupnet", "map_untrusted", "user_mapping_rules")

ARGUMENT_SPEC: dict[str, t.Any] = {
    **target_argument_spec(),
    "state": {"type": "str", "required": True, "choices": ["present", "withdrawn", "absent"]},
    "access_zone": {"type": "str", "required": True},
    "paths": {"type": "list", "elements": "str", "required": True},
    "subnet": {"type": "str", "required": True},
    "pool_range": {"type": "str", "default": ""},
    "members": {"type": "list", "elements": "str", "default": []},
    "controller": {"type": "dict", "default": {}},
    "take_over": {"type": "bool", "default": False},
    "deadline_seconds": {"type": "int", "default": 120},
}
RULES: dict[str, t.Any] = {"required_if": [["state", "present", ["pool_range", "members"]]]}


class SandboxTrouble(OnefsError):
    """A part of the copy could not be made, or is still there after it was removed."""


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Make the copy, or remove it and prove that nothing of it is left."""
    split_pool_id(f"{params['subnet']}.{PREFIX}")
    sandbox = plan_sandbox(params["access_zone"], params["paths"], params["subnet"])
    with PapiSession(Connection.from_params(params["target"])) as papi:
        work = _Work(papi, sandbox, params, progress)
        if params["state"] == "present":
            return work.make(check_mode)
        if params["state"] == "withdrawn":
            return work.withdraw(check_mode)
        return work.remove(check_mode)


class _Work:
    """One rehearsal on the target."""

    def __init__(self, papi: PapiSession, sandbox: Sandbox, params: t.Mapping[str, t.Any], progress: Progress) -> None:
        self.papi, self.sandbox, self.params, self.progress = papi, sandbox, params, progress
        self.journal = f"{JOURNAL}/{sandbox.zone}.json"
        self.parts: list[dict[str, t.Any]] = []

    # Making

    def make(self, check_mode: bool) -> dict[str, t.Any]:
        ranges = parse_range(self.params["pool_range"])
        before = configuration(self.papi)
        found = leftovers(before)
        if found:
            raise SandboxTrouble(
                f"Making a copy of access zone '{self.params['access_zone']}' on {self.papi.connection.host}: there is "
                f"{', '.join(found[:5])} of another rehearsal. Wait until it ends, or run the same rehearsal again; it cleans up what a "
                "killed one of the same access zone left."
            )
        shares = self._shares_to_make()
        addresses = self._free_addresses(ranges)
        result: dict[str, t.Any] = {
            "changed": True,
            "zone": self.sandbox.zone,
            "pool": self.sandbox.pool_id,
            "addresses": addresses,
        }
        result["shares"] = [{"name": share["name"], "frozen_path": share["frozen_path"]} for share in shares]
        if check_mode:
            return {**result, "parts": []}
        self._write_journal(before)
        try:
            self._timed("snapshot", self._snapshots)
            self._timed("copy", self._copies)
            self._timed("zone", self._zone)
            self._timed("shares", lambda: self._make_shares(shares))
            # Last, so that nobody reaches anything before all of it is there.
            self._timed("pool", lambda: self._pool(ranges, len(addresses)))
        except OnefsError as error:
            error.details["parts"] = self.parts
            raise
        up = addresses_up(self.papi, [self.sandbox.pool_id])[self.sandbox.pool_id]
        return {**result, "addresses": sorted(up), "parts": self.parts}

    def _shares_to_make(self) -> list[dict[str, t.Any]]:
        """Return the shares of the zone, each with where its copy is and where it is frozen."""
        zone = self.params["access_zone"]
        shares = []
        for share in self.papi.list(SHARES, "shares", zone=zone):
            path = str(share.get("path") or "").rstrip("/")
            copied, frozen = copied_path(self.sandbox, path), frozen_path(self.sandbox, path)
            if copied and frozen:
                shares.append({"name": str(share["name"]), "frozen_path": frozen, "body": share_body(share, copied)})
        if not shares:
            raise BadOption(
                f"Making a copy of access zone '{zone}' on {self.papi.connection.host}: none of its shares lies below "
                f"{', '.join(self.params['paths']) or 'a replicated folder'}. Look at the shares and the policies of the zone."
            )
        return shares

    def _free_addresses(self, ranges: AddressRange) -> list[str]:
        """Return the addresses that will be up; none may belong to a pool or answer already."""
        wanted = expand([ranges])
        taken = {
            address: pool.id for pool in read_pools(self.papi) for address in pool.addresses() if address in wanted
        }
        if taken:
            told = ", ".join(f"{address} of {pool}" for address, pool in sorted(taken.items()))
            raise BadOption(
                f"Making a copy on {self.papi.connection.host}, reached at {self.params['pool_range']}: {told} is in use. Give addresses in "
                "rehearsal_pool_range that nothing else uses."
            )
        answer = answering(wanted)
        if answer:
            raise BadOption(
                f"Making a copy on {self.papi.connection.host}, reached at {self.params['pool_range']}: somebody answers at "
                f"{', '.join(sorted(answer))}. Give addresses in rehearsal_pool_range that nothing else uses."
            )
        return wanted[: len(self.params["members"])]

    def _write_journal(self, before: t.Mapping[str, t.Any]) -> None:
        record = {"controller": self.params["controller"], "began": time.time(), "before": before}
        self.papi.make_folder(JOURNAL)
        try:
            self.papi.write_file(self.journal, json.dumps(record, sort_keys=True).encode(), overwrite=False)
        except PapiError as error:
            if error.status != 409:
                raise
            raise SandboxTrouble(
                f"Beginning a rehearsal on {self.papi.connection.host} ({self.journal}): another one began in this moment. Wait until it ends."
            ) from error

    def _snapshots(self) -> None:
        # The cluster's clock may differ by some seconds, which is nothing against a week.
        expires = int(time.time()) + EXPIRES_AFTER_SECONDS
        for copy in self.sandbox.copies:
            take_snapshot(self.papi, copy.snapshot, copy.path, expires)

    def _copies(self) -> None:
        self.papi.make_folder(self.sandbox.folder, mode="0755")
        for copy in self.sandbox.copies:
            make_writable_copy(self.papi, copy.snapshot, copy.copy_path)
        active = writable_copies(self.papi)
        paths = [copy.copy_path for copy in self.sandbox.copies]
        missing = [f"{path} is {active.get(path) or 'absent'}" for path in paths if active.get(path) != "active"]
        if missing:
            raise SandboxTrouble(
                f"Making writable copies on {self.papi.connection.host}: {', '.join(missing)}, not active. Look at "
                "'isi snapshot writable list' there, and run the same rehearsal again."
            )

    def _zone(self) -> None:
        known = next((z for z in self.papi.list(ZONES, "zones") if z.get("name") == self.params["access_zone"]), None)
        if known is None:
            raise BadOption(
                f"Making a copy of access zone '{self.params['access_zone']}' on {self.papi.connection.host}: there is no such zone. Check the name."
            )
        kept = {name: known[name] for name in ZONE_FIELDS if known.get(name)}
        self.papi.post(ZONES, {**kept, "name": self.sandbox.zone, "path": self.sandbox.folder})

    def _make_shares(self, shares: t.Sequence[t.Mapping[str, t.Any]]) -> None:
        # One after the other: the share database refuses writes side by side.
        for share in shares:
            self.papi.post(SHARES, share["body"], zone=self.sandbox.zone)

    def _pool(self, ranges: AddressRange, expected: int) -> None:
        groupnet, subnet, name = split_pool_id(self.sandbox.pool_id)
        body = {
            "name": name,
            "access_zone": self.sandbox.zone,
            "description": f"{PREFIX}: serves a copy for a moment",
            "alloc_method": "static",
            "ranges": [{"low": ranges.low, "high": ranges.high}],
            "ifaces": as_ifaces(self.params["members"]),
        }
        # A failover that has just ended this rehearsal may need these interfaces.
        self.papi.doubt_lease()
        self.papi.post(POOL.format(groupnet, subnet, "").rstrip("/"), body)
        self._wait(
            lambda: len(addresses_up(self.papi, [self.sandbox.pool_id])[self.sandbox.pool_id]) >= expected,
            f"{expected} addresses of {self.sandbox.pool_id} to come up",
        )

    # Getting out of the way

    def withdraw(self, check_mode: bool) -> dict[str, t.Any]:
        """Take the interfaces off the copy's pool: a failover may need them in that subnet, and the rest is in nobody's way."""
        members = {pool.id: pool.interfaces for pool in read_pools(self.papi) if pool.name == self.sandbox.pool}
        held = [pool_id for pool_id, found in members.items() if found]
        if held and not check_mode:
            self._timed("undo_pool", lambda: self._empty_pools(held))
        return {"changed": bool(held), "parts": self.parts}

    def _empty_pools(self, pool_ids: t.Iterable[str]) -> None:
        for pool_id in pool_ids:
            self.papi.put(pool_path(pool_id), {"ifaces": []}, repeatable=True)
            self._wait_until_down(pool_id)

    # Removing

    def remove(self, check_mode: bool) -> dict[str, t.Any]:
        journal = self._read_journal()
        now = configuration(self.papi)
        if journal is None and not self._own(now) and not self._folder_is_there():
            return {"changed": False, "parts": [], "leftovers": [], "changed_meanwhile": []}
        recorded = (journal or {}).get("controller") or {}
        foreign = recorded and recorded != self.params["controller"]
        if foreign and not self.params["take_over"] and not controller.is_gone(recorded):
            raise SandboxTrouble(
                f"Rehearsing with access zone '{self.params['access_zone']}': a rehearsal by {controller.describe(recorded)} is on its way, or was "
                "killed where that can't be told from here. Wait until it ends, or run again with -e failover_take_over=true."
            )
        if check_mode:
            return {"changed": True, "parts": [], "leftovers": self._own(now), "changed_meanwhile": []}
        trouble = []
        for name, part in (
            ("undo_pool", self._remove_pool),
            ("undo_shares", self._remove_shares),
            ("undo_zone", self._remove_zone),
            ("undo_copy", self._remove_copies),
            ("undo_snapshot", self._remove_snapshots),
        ):
            try:
                self._timed(name, part)
            except LeaseLost as error:
                error.details["parts"] = self.parts
                raise
            except OnefsError as error:
                # What can go goes all the same; what is left is told at the end.
                trouble.append(error.message)
        after = configuration(self.papi)
        left = self._own(after) + ([f"folder {self.sandbox.folder}"] if self._folder_is_there() else [])
        meanwhile = differences((journal or {}).get("before") or after, after)
        details = {"parts": self.parts, "leftovers": left, "changed_meanwhile": meanwhile}
        if left or trouble:
            raise SandboxTrouble(
                f"Removing the copy of access zone '{self.params['access_zone']}' from {self.papi.connection.host}: "
                f"{'; '.join(trouble) or 'no call failed'}. Left: {', '.join(left) or 'nothing'}. Run the same rehearsal again; it begins by "
                "removing what is left.",
                details,
            )
        if journal is not None or self._read_journal() is not None:
            self.papi.delete_file(self.journal)
        return {"changed": True, **details}

    def _own(self, found: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
        return own_parts(self.sandbox, found)

    def _remove_pool(self) -> None:
        for pool_id in self._pools():
            # Members first: a pool that is deleted while clients are connected leaves its addresses a moment longer.
            self._empty_pools([pool_id])
            self.papi.delete(pool_path(pool_id))
        self._gone(self._pools)

    def _pools(self) -> list[str]:
        return [pool.id for pool in read_pools(self.papi) if pool.name == self.sandbox.pool]

    def _wait_until_down(self, pool_id: str) -> None:
        self._wait(lambda: not addresses_up(self.papi, [pool_id])[pool_id], f"the addresses of {pool_id} to go")

    def _remove_shares(self) -> None:
        for share in self._shares():
            self.papi.delete(f"{SHARES}/{share}", zone=self.sandbox.zone)
        self._gone(self._shares)

    def _shares(self) -> list[str]:
        if self.sandbox.zone not in self._zones():
            return []
        return [str(share["name"]) for share in self.papi.list(SHARES, "shares", zone=self.sandbox.zone)]

    def _remove_zone(self) -> None:
        if self.sandbox.zone in self._zones():
            self.papi.delete(f"{ZONES}/{self.sandbox.zone}")
        self._gone(lambda: [zone for zone in self._zones() if zone == self.sandbox.zone])

    def _zones(self) -> list[str]:
        return [str(zone["name"]) for zone in self.papi.list(ZONES, "zones")]

    def _remove_copies(self) -> None:
        for path, state in self._own_copies().items():
            if state == "active":
                delete_writable_copy(self.papi, path)
        # The snapshot is held until the copy of it is reclaimed.
        self._gone(lambda: sorted(self._own_copies()))
        if self._folder_is_there():
            self.papi.delete_file(self.sandbox.folder)

    def _own_copies(self) -> dict[str, str]:
        below = f"{self.sandbox.folder}/"
        return {path: state for path, state in writable_copies(self.papi).items() if path.startswith(below)}

    def _remove_snapshots(self) -> None:
        for name in self._own_snapshots():
            delete_snapshot(self.papi, name)
        self._gone(self._own_snapshots)

    def _own_snapshots(self) -> list[str]:
        return [name for name in snapshot_paths(self.papi) if is_own_snapshot(self.sandbox, name)]

    def _folder_is_there(self) -> bool:
        try:
            self.papi.list_folder(self.sandbox.folder)
        except PapiError as error:
            if error.status == 404:
                return False
            raise
        return True

    def _read_journal(self) -> dict[str, t.Any] | None:
        try:
            record = json.loads(self.papi.read_file(self.journal))
        except PapiError as error:
            if error.status == 404:
                return None
            raise
        except ValueError:
            # The controller died while it wrote; nothing was made under this journal yet.
            return {}
        return record if isinstance(record, dict) else {}

    def _gone(self, left: t.Callable[[], list[str]]) -> None:
        self._wait(lambda: not left(), "what was removed to be gone")

    def _wait(self, reached: t.Callable[[], bool], what: str) -> None:
        host = self.papi.connection.host
        deadline = float(self.params["deadline_seconds"])
        wait_until(reached, deadline, POLL_SECONDS, self.progress, lambda: f"{host}: {what}")

    def _timed(self, name: str, part: t.Callable[[], None]) -> None:
        started, clock = time.time(), time.monotonic()
        try:
            part()
        finally:
            seconds = round(time.monotonic() - clock, 3)
            self.parts.append(
                {"name": name, "result": {"started": round(started, 3), "seconds": seconds, "changed": True}}
            )
        self.progress(f"{self.papi.connection.host}: {name.replace('_', ' ')} after {seconds:.2f} s")


def configuration(papi: PapiSession) -> dict[str, dict[str, str]]:
    """Return what is configured on a cluster, as far as a rehearsal could leave traces in it: a hash of each part, by kind and name."""
    zones = {str(zone["name"]): zone for zone in papi.list(ZONES, "zones")}
    found: dict[str, dict[str, t.Any]] = {
        "access zone": zones,
        "share": {
            f"{zone}/{share['name']}": share for zone in zones for share in papi.list(SHARES, "shares", zone=zone)
        },
        "pool": {pool.id: _configured(pool.raw) for pool in read_pools(papi)},
        "snapshot": snapshot_paths(papi),
        "writable snapshot": writable_copies(papi),
        "policy": {one.name: [one.source_root_path, one.target_path, one.enabled] for one in read_policies(papi)},
        "target policy": {one.name: one.target_path for one in read_target_policies(papi)},
    }
    return {kind: {name: _digest(value) for name, value in parts.items()} for kind, parts in found.items()}


def _configured(pool: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a pool without what a cluster tells of its state."""
    return {name: value for name, value in pool.items() if "status" not in name}


def _digest(value: t.Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]
