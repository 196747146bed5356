# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rehearsal makes on the target, by name: decided before anything is made, and known again after a crash.

Private to the collection; pure functions.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._onefs.addresses import AddressRange
from .._onefs.errors import BadOption
from .lease import folder_name
from .plan import is_below

#: Everything that a rehearsal makes is called so, which is how the next one knows what a killed one left.
PREFIX = "seamless-rehearsal"
# OneFS takes no longer name for a pool.
LONGEST_POOL_NAME = 32

# What decides who may do what on a share; the rest is the same by default or of no matter to a client that comes for a moment.
SHARE_FIELDS = (
    "access_based_enumeration",
    "browsable",
    "create_permissions",
    "directory_create_mask",
    "directory_create_mode",
    "file_create_mask",
    "file_create_mode",
    "host_acl",
    "impersonate_guest",
    "impersonate_user",
    "ntfs_acl_support",
    "permissions",
    "run_as_root",
    "smb3_encryption_enabled",
)


@dataclass(frozen=True)
class Copy:
    """A replicated folder of the target, the snapshot of it, and the writable copy of that."""

    path: str
    snapshot: str
    copy_path: str


@dataclass(frozen=True)
class Sandbox:
    """All that is made, in this order; removed in the other."""

    folder: str
    copies: tuple[Copy, ...]
    zone: str
    pool: str
    subnet: str

    @property
    def pool_id(self) -> str:
        """Return the pool's id."""
        return f"{self.subnet}.{self.pool}"


def plan_sandbox(access_zone: str, paths: t.Sequence[str], subnet: str) -> Sandbox:
    """Name what is made for the replicated paths of an access zone; paths below others come with those."""
    own = f"{PREFIX}-{folder_name(access_zone)}"
    tops = sorted({path for path in paths if not any(path != other and is_below(path, other) for other in paths)})
    folder = f"/ifs/{own}"
    return Sandbox(
        folder=folder,
        copies=tuple(Copy(path, f"{own}-{n}", f"{folder}/{n}") for n, path in enumerate(tops)),
        zone=own,
        pool=own[:LONGEST_POOL_NAME],
        subnet=subnet,
    )


def copied_path(sandbox: Sandbox, path: str) -> str | None:
    """Return where the copy of a path is, None where it is not replicated."""
    for copy in sandbox.copies:
        if is_below(path, copy.path):
            return copy.copy_path + path[len(copy.path) :]
    return None


def frozen_path(sandbox: Sandbox, path: str) -> str | None:
    """Return where a path is in the snapshot, which replication can't change meanwhile."""
    for copy in sandbox.copies:
        if is_below(path, copy.path):
            return f"{copy.path}/.snapshot/{copy.snapshot}{path[len(copy.path) :]}"
    return None


def share_body(share: t.Mapping[str, t.Any], path: str) -> dict[str, t.Any]:
    """Return what makes a share as another one, at another path."""
    kept = {name: share[name] for name in SHARE_FIELDS if share.get(name) is not None}
    return {**kept, "name": str(share["name"]), "path": path, "description": f"{PREFIX}: a copy, for a moment"}


def parse_range(text: str) -> AddressRange:
    """Read ``192.0.2.10-192.0.2.11``, or one address."""
    low, _dash, high = (part.strip() for part in text.partition("-"))
    if not low:
        raise BadOption(
            "Planning a rehearsal with a copy: it needs addresses that nothing else uses, and none were given. Give rehearsal_pool_range, such "
            "as 192.0.2.10-192.0.2.11."
        )
    return AddressRange(low, high or low)


def leftovers(configuration: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
    """Return what bears the name of a rehearsal in a configuration."""
    return sorted(f"{kind} {name}" for kind, found in configuration.items() for name in found if PREFIX in name)


def own_parts(sandbox: Sandbox, configuration: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
    """Return what is of this very rehearsal, and not of one of a zone whose name begins alike."""
    belongs: dict[str, t.Callable[[str], bool]] = {
        "access zone": lambda name: name == sandbox.zone,
        "share": lambda name: name.startswith(f"{sandbox.zone}/"),
        "pool": lambda name: name.rsplit(".", 1)[-1] == sandbox.pool,
        "snapshot": lambda name: is_own_snapshot(sandbox, name),
        "writable snapshot": lambda name: name.startswith(f"{sandbox.folder}/"),
    }
    return sorted(
        f"{kind} {name}" for kind, test in belongs.items() for name in configuration.get(kind, ()) if test(name)
    )


def is_own_snapshot(sandbox: Sandbox, name: str) -> bool:
    """Tell whether a snapshot is one of this rehearsal, however many paths an earlier run had."""
    head, _dash, number = name.rpartition("-")
    return head == sandbox.zone and number.isdigit()


def differences(
    before: t.Mapping[str, t.Mapping[str, t.Any]], after: t.Mapping[str, t.Mapping[str, t.Any]]
) -> list[str]:
    """Return what is not as it was: added, gone or changed."""
    found = []
    for kind in sorted({*before, *after}):
        old, new = before.get(kind, {}), after.get(kind, {})
        found += [f"{kind} {name}: added" for name in sorted(new.keys() - old.keys())]
        found += [f"{kind} {name}: gone" for name in sorted(old.keys() - new.keys())]
        found += [f"{kind} {name}: changed" for name in sorted(old.keys() & new.keys()) if old[name] != new[name]]
    return found
