# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samba's configuration by zone, and what its own list of sessions and files becomes."""

from __future__ import annotations

import pathlib

import pytest
from onefs_sim import samba, samba_shares, samba_status
from onefs_sim.ports import Share, SharePermission

SERVER = {"pid": "77", "unique_id": "9001"}
STATUS = {
    "sessions": {
        "1": {
            "session_id": "1",
            "server_id": SERVER,
            "uid": 5001,
            "username": "alice",
            "hostname": "ipv4:198.51.100.101:40000",
            "session_dialect": "SMB3_11",
            "encryption": {"cipher": "-", "degree": "none"},
        },
        "2": {
            "session_id": "2",
            "server_id": SERVER,
            "uid": 5002,
            "username": "bob",
            "hostname": "ipv4:198.51.100.101:40000",
            "session_dialect": "SMB3_11",
            "encryption": {"cipher": "AES-128-GCM", "degree": "full"},
        },
    },
    "open_files": {
        "/ifs/data/sales/ledger": {
            "service_path": "/ifs/data/sales",
            "filename": "ledger",
            "fileid": {"devid": 65024, "inode": 12, "extid": 0},
            "opens": {
                "77/1": {"server_id": SERVER, "uid": 5001, "share_file_id": "5", "access_mask": {"hex": "0x00000003"}}
            },
        }
    },
    "byte_range_locks": {
        "/ifs/data/sales/ledger": {"locks": [{"server_id": SERVER}, {"server_id": SERVER}]},
    },
}
SOCKETS = """\
ESTAB 0      0      198.51.100.11:445 198.51.100.101:40000
\t bbr wscale:10,10 rto:208 lastsnd:1808 lastrcv:61808 lastack:1764
ESTAB 0      0      [2001:db8::11]:445 [2001:db8::65]:40001
\t cubic rto:208 lastsnd:8
"""


@pytest.mark.parametrize(
    ("machine", "address"),
    [
        ("ipv4:198.51.100.101:40000", "198.51.100.101"),
        ("ipv6:[2001:db8::65]:40000", "2001:db8::65"),
        ("ipv6:2001:db8::65:40000", "2001:db8::65"),
        ("198.51.100.101", "198.51.100.101"),
    ],
)
def test_a_client_is_known_by_its_address(machine: str, address: str) -> None:
    assert samba_status.client_address(machine) == address


def test_a_connection_is_known_by_its_client() -> None:
    assert samba_status.parse_connections(SOCKETS) == {
        "198.51.100.101:40000": samba_status.Connection("198.51.100.11", 61),
        "2001:db8::65:40001": samba_status.Connection("2001:db8::11", 0),
    }


def test_two_sessions_of_one_connection_have_their_own_open_files_and_the_zone_of_its_address() -> None:
    found = samba_status.sessions(STATUS, samba_status.parse_connections(SOCKETS), {"198.51.100.11": "sales"})
    (first_pid, alice), (second_pid, bob) = found
    assert (first_pid, second_pid) == (77, 77)
    assert (alice.computer, alice.user, alice.open_files) == ("198.51.100.101", "alice", 1)
    assert (alice.zone, alice.idle_seconds, alice.encryption, alice.client_type) == ("sales", 61, False, "SMB3_11")
    assert (bob.open_files, bob.encryption) == (0, True)


def test_open_files_have_ifs_paths_permissions_and_locks() -> None:
    (handle,) = samba_status.handles(STATUS, {77: "sales"})
    file = handle.file
    assert (file.path, file.user, file.permissions, file.locks) == (
        "/ifs/data/sales/ledger",
        "alice",
        ("read", "write"),
        2,
    )
    assert (handle.pid, handle.unique_id, handle.device, handle.inode) == (77, 9001, 65024, 12)
    assert (file.file_id, file.zone) == ((77 << 16) | 5, "sales")


def test_an_idle_server_has_neither() -> None:
    assert samba_status.sessions({}, {}, {}) == [] and samba_status.handles({}) == []


def test_an_address_leads_to_the_shares_of_its_zone(tmp_path: pathlib.Path) -> None:
    samba.serve_zone(tmp_path, "198.51.100.11", "sales")
    chosen = tmp_path / "srv/samba/zones/198.51.100.11.conf"
    assert chosen.read_text(encoding="utf-8") == "include = /srv/samba/zones/zone.sales\n"
    samba.serve_zone(tmp_path, "198.51.100.11", None)
    assert chosen.read_text(encoding="utf-8") == ""


def permission(trustee: str, kind: str, allows: bool = True) -> SharePermission:
    return SharePermission(trustee, kind, allows)


ALL_WRITE = permission(samba_shares.EVERYONE, "full")
ALL_DENIED = permission(samba_shares.EVERYONE, "full", False)


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        ([ALL_WRITE], {"read only = no"}),
        ([], {"read only = yes", "valid users = S-1-0-0"}),
        ([ALL_DENIED, ALL_WRITE], {"read only = yes", "valid users = S-1-0-0"}),
        ([permission(samba_shares.EVERYONE, "read")], {"read only = yes"}),
        ([permission("alice", "change")], {"read only = yes", 'valid users = "alice"', 'write list = "alice"'}),
        ([ALL_WRITE, permission("alice", "full", False)], {"read only = no"}),
        ([permission("alice", "full", False), ALL_WRITE], {"read only = no", 'invalid users = "alice"'}),
        ([permission("@staff", "read"), ALL_WRITE], {"read only = no"}),
        (
            [permission("alice", "read"), permission("@staff", "full")],
            {"read only = yes", 'valid users = "@staff", "alice"', 'write list = "@staff"'},
        ),
        (
            [permission("S-1-5-21-1", "full"), ALL_DENIED],
            {"read only = yes", 'valid users = "S-1-5-21-1"', 'write list = "S-1-5-21-1"'},
        ),
    ],
)
def test_an_ordered_list_of_permissions(permissions: list[SharePermission], expected: set[str]) -> None:
    section = samba_shares.share_section(Share("sales", "/ifs/data/sales", permissions=tuple(permissions)))
    access = ("read only", "valid users", "invalid users", "write list", "read list")
    assert {line.strip() for line in section.splitlines() if line.strip().startswith(access)} == expected


def test_what_else_of_a_share_samba_knows(tmp_path: pathlib.Path) -> None:
    share = Share(
        "sales",
        "/ifs/data/sales",
        permissions=(ALL_WRITE,),
        host_acl=("allow:192.0.2.0/24", "deny:ALL"),
        run_as_root=("alice",),
        browsable=False,
    )
    samba.write_zone(tmp_path, "sales", [share])
    text = (tmp_path / "srv/samba/zones/zone.sales").read_text(encoding="utf-8")
    for line in ("hosts allow = 192.0.2.0/24", "hosts deny = ALL", 'admin users = "alice"', "browseable = no"):
        assert line in text


def test_what_durable_handles_need_is_configured() -> None:
    for line in ("kernel oplocks = no", "kernel share modes = no", "posix locking = no", "durable handles = yes"):
        assert line in samba.TEMPLATE
