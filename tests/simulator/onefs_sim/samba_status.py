# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Samba says of its sessions and open files, in one look, joined with what the kernel says of their sockets."""

from __future__ import annotations

import json
import os
import pathlib
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from . import samba, world
from .ports import SmbOpenFile, SmbSession
from .process_stat import stat_fields

# The lowest three bits of an SMB access mask are those of a file's permissions in NetFileEnum, which OneFS shows.
PERMISSIONS = (("read", 0x1), ("write", 0x2), ("create", 0x4))
GUEST = "nobody"


@dataclass(frozen=True)
class Connection:
    """One TCP connection of an SMB client."""

    server_address: str
    idle_seconds: int


@dataclass(frozen=True)
class OpenHandle:
    """One open file, with what Samba must be told to close it."""

    file: SmbOpenFile
    pid: int
    unique_id: int
    device: int
    inode: int
    share_file_id: int


def read(host: str, root: pathlib.Path) -> Mapping[str, Any]:
    """Return what `smbstatus` says, byte-range locks with the rest."""
    text = world.run(world.command_in(host, root, ["smbstatus", "-s", samba.CONFIGURATION, "--json", "-B"]))
    answer = json.loads(text)
    return answer if isinstance(answer, dict) else {}


def connections(host: str) -> dict[str, Connection]:
    """Return the SMB connections of a node by the client's address and port."""
    return parse_connections(world.run(world.command_in(host, None, ["ss", "-tniH", "sport = :445"])))


def parse_connections(text: str) -> dict[str, Connection]:
    """Read the output of `ss -tniH`: a line of addresses, then a line of what the kernel knows of the connection."""
    found: dict[str, Connection] = {}
    peer = server = ""
    for line in text.splitlines():
        if not line[:1].isspace():
            words = line.split()
            server, peer = words[3].rpartition(":")[0].strip("[]"), words[4]
            server = server.removeprefix("::ffff:")
            peer = peer.replace("[::ffff:", "").replace("[", "").replace("]", "")
            continue
        received = re.search(r"\blastrcv:(\d+)", line)
        found[peer] = Connection(server, int(received.group(1)) // 1000 if received else 0)
    return found


def seconds_since_start(pid: int) -> int:
    """Return how long a process has run: Samba has one for each connection."""
    try:
        ticks = int(stat_fields(pid)[19])
    except (OSError, IndexError):
        return 0
    return max(0, int(time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")))


def sessions(
    answer: Mapping[str, Any], sockets: Mapping[str, Connection], zones: Mapping[str, str | None]
) -> list[tuple[int, SmbSession]]:
    """Return the sessions with the process that serves each; `zones`: access zone by the node's addresses."""
    opened = Counter((handle.pid, handle.file.user) for handle in handles(answer))
    found = []
    for session in _values(answer, "sessions"):
        pid = int(session["server_id"]["pid"])
        user = str(session.get("username") or "")
        machine = str(session.get("hostname") or session.get("remote_machine") or "")
        socket = sockets.get(_without_family(machine), Connection("", 0))
        found.append(
            (
                pid,
                SmbSession(
                    session_id=int(session["session_id"]) % 2147483647,
                    computer=client_address(machine),
                    user=user,
                    open_files=opened[pid, user],
                    active_seconds=seconds_since_start(pid),
                    idle_seconds=socket.idle_seconds,
                    server_address=socket.server_address,
                    guest_login=user == GUEST,
                    encryption=str((session.get("encryption") or {}).get("degree")) == "full",
                    zone=zones.get(socket.server_address) or "System",
                    client_type=str(session.get("session_dialect") or "SMB2"),
                ),
            )
        )
    return found


def zones_by_pid(found: Iterable[tuple[int, SmbSession]]) -> dict[int, str]:
    """Return the access zone that each process serves."""
    return {pid: session.zone for pid, session in found}


def handles(answer: Mapping[str, Any], zones: Mapping[int, str] = MappingProxyType({})) -> list[OpenHandle]:
    """Return what is open; `zones`: access zone by process."""
    users = {
        (int(one["server_id"]["pid"]), one.get("uid")): str(one.get("username") or "")
        for one in _values(answer, "sessions")
    }
    locks = _locks(answer)
    found = []
    for file in _values(answer, "open_files"):
        path = str(pathlib.PurePosixPath(str(file["service_path"]), str(file["filename"])))
        place = file.get("fileid") or {}
        for opened in file["opens"].values():
            pid = int(opened["server_id"]["pid"])
            mask = int(str(opened["access_mask"]["hex"]), 16)
            number = int(str(opened.get("share_file_id") or 0), 0)
            found.append(
                OpenHandle(
                    SmbOpenFile(
                        # As Samba numbers files for its own NetFileEnum: the process above, its number below.
                        file_id=((pid << 16) | (number & 0xFFFF)) & 0x7FFFFFFF,
                        path=path,
                        user=users.get((pid, opened.get("uid")), ""),
                        locks=locks[path, pid],
                        permissions=tuple(word for word, bit in PERMISSIONS if mask & bit),
                        zone=zones.get(pid, "System"),
                    ),
                    pid=pid,
                    unique_id=int(opened["server_id"].get("unique_id") or 0),
                    device=int(place.get("devid") or 0),
                    inode=int(place.get("inode") or 0),
                    share_file_id=number,
                )
            )
    return found


def _locks(answer: Mapping[str, Any]) -> Counter[tuple[str, int]]:
    """Count byte-range locks by file and process: Samba does not say which of a process's handles holds one."""
    found: Counter[tuple[str, int]] = Counter()
    for path, file in (answer.get("byte_range_locks") or {}).items():
        for lock in file["locks"]:
            found[path, int(lock["server_id"]["pid"])] += 1
    return found


def _values(answer: Mapping[str, Any], name: str) -> list[Any]:
    table = answer.get(name)
    return list(table.values()) if isinstance(table, dict) else []


def _without_family(machine: str) -> str:
    return machine.split(":", 1)[1].replace("[", "").replace("]", "") if machine[:5] in ("ipv4:", "ipv6:") else machine


def client_address(machine: str) -> str:
    """Return the address out of ipv4:198.51.100.101:40000 or ipv6:[2001:db8::1]:40000."""
    if machine[:5] in ("ipv4:", "ipv6:"):
        return machine[5:].rpartition(":")[0].strip("[]")
    return machine
