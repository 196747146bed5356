# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samba's configuration by zone, and what its own list of sessions and files becomes."""

from __future__ import annotations

import pathlib

import pytest
from onefs_sim import samba
from onefs_sim.ports import Share

STATUS = {
    "sessions": {
        "1": {
            "session_id": "1",
            "server_id": {"pid": "77"},
            "username": "alice",
            "hostname": "ipv4:198.51.100.101:40000",
            "encryption": {"cipher": "-", "degree": "none"},
        }
    },
    "open_files": {
        "/ifs/data/sales/ledger": {
            "service_path": "/ifs/data/sales",
            "filename": "ledger",
            "opens": {"77/1": {"server_id": {"pid": "77"}, "share_file_id": "5", "access_mask": {"hex": "0x00000003"}}},
        }
    },
}


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
    assert samba._address(machine) == address


def test_sessions_carry_their_open_files() -> None:
    ((pid, session),) = samba.sessions(STATUS)
    assert pid == 77
    assert (session.computer, session.user, session.open_files) == ("198.51.100.101", "alice", 1)


def test_open_files_have_ifs_paths_and_permissions() -> None:
    ((pid, file),) = samba.open_files(STATUS)
    assert (pid, file.path, file.user, file.permissions) == (77, "/ifs/data/sales/ledger", "alice", ("read", "write"))


def test_an_idle_server_has_neither() -> None:
    assert samba.sessions({}) == [] and samba.open_files({}) == []


def test_an_address_leads_to_the_shares_of_its_zone(tmp_path: pathlib.Path) -> None:
    samba.serve_zone(tmp_path, "198.51.100.11", "sales")
    chosen = tmp_path / "srv/samba/zones/198.51.100.11.conf"
    assert chosen.read_text(encoding="utf-8") == "include = /srv/samba/zones/zone.sales\n"
    samba.serve_zone(tmp_path, "198.51.100.11", None)
    assert chosen.read_text(encoding="utf-8") == ""


def test_shares_are_written_with_what_clients_may_do(tmp_path: pathlib.Path) -> None:
    samba.write_zone(
        tmp_path,
        "sales",
        [
            Share("sales", "/ifs/data/sales"),
            Share("shut", "/ifs/data/shut", admits_clients=False, admits_writers=False),
        ],
    )
    text = (tmp_path / "srv/samba/zones/zone.sales").read_text(encoding="utf-8")
    opened, shut = text.split("[shut]")
    assert "[sales]" in opened and "read only = no" in opened and "available = yes" in opened
    assert "read only = yes" in shut and "available = no" in shut


def test_what_durable_handles_need_is_configured() -> None:
    for line in ("kernel oplocks = no", "kernel share modes = no", "posix locking = no", "durable handles = yes"):
        assert line in samba.TEMPLATE
