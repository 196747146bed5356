# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated cluster needs of the world that it lives in: nodes with real addresses, and a real file system."""

from __future__ import annotations

import pathlib
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class SharePermission:
    """One entry of a share's ordered list. `trustee`: a SID, or a name as the node's accounts have it (@ before groups)."""

    trustee: str
    permission: str
    allows: bool


@dataclass(frozen=True)
class Share:
    """An SMB share as the SMB server of a node has to offer it; the path is an /ifs path."""

    name: str
    ifs_path: str
    description: str = ""
    browsable: bool = True
    continuously_available: bool = False
    #: Who may do what; nobody whom the list does not name.
    permissions: tuple[SharePermission, ...] = ()
    #: Clauses such as allow:192.0.2.0/24 and deny:ALL.
    host_acl: tuple[str, ...] = ()
    #: Who acts as root, named as in permissions.
    run_as_root: tuple[str, ...] = ()
    smb3_encryption: bool = False
    access_based_enumeration: bool = False
    oplocks: bool = True


@dataclass(frozen=True)
class SmbSession:
    """One SMB session of one node. `session_id` is what PAPI shows and takes, unique within its node."""

    session_id: int
    computer: str
    user: str
    open_files: int
    active_seconds: int = 0
    idle_seconds: int = 0
    server_address: str = ""
    guest_login: bool = False
    encryption: bool = False
    #: The access zone of the address that the client came to.
    zone: str = "System"
    client_type: str = "SMB3_11"


@dataclass(frozen=True)
class SmbOpenFile:
    """One open file of one node; `path` is an /ifs path, `permissions` out of read, write, create."""

    file_id: int
    path: str
    user: str
    locks: int = 0
    permissions: tuple[str, ...] = ("read",)
    zone: str = "System"


class NodePort(Protocol):
    """A node: a network namespace with an SMB server in it."""

    lnn: int
    name: str
    #: False while the node is dead.
    powered: bool

    def links(self) -> dict[str, bool]:
        """Whether each interface has a carrier, as the kernel has it now."""

    def network_bytes(self) -> float:
        """Bytes that came and went on the node's interfaces so far."""

    def processor_seconds(self) -> float:
        """Processor time that what runs on the node has used so far."""

    def open_socket(self, family: int, kind: int) -> socket.socket:
        """Make a socket that belongs to the node's network namespace, neither bound nor connected."""

    def add_address(self, interface: str, address: str, prefixlen: int) -> None:
        """Bring the address up on the interface and announce it (gratuitous ARP). No error when it is up already."""

    def remove_address(self, interface: str, address: str, prefixlen: int) -> None:
        """Take the address down; its sockets live on, as on OneFS. No error when it is down already."""

    def addresses(self) -> dict[str, list[str]]:
        """Addresses (without prefix) by interface, as the kernel has them now."""

    def serve_zone(self, address: str, zone: str | None) -> None:
        """Choose the access zone whose shares SMB clients find at that address; None: no shares."""

    def write_shares(self, shares_by_zone: Mapping[str, Sequence[Share]]) -> None:
        """Replace what each access zone shares, all zones at once."""

    def smb_sessions(self) -> Sequence[SmbSession]: ...

    def smb_open_files(self) -> Sequence[SmbOpenFile]: ...

    def close_smb_session(self, session_id: int) -> None:
        """End that session. Raises LookupError when there is none with that id."""

    def close_smb_open_file(self, file_id: int) -> None:
        """Close that file in the SMB server. Raises LookupError when there is none with that id."""


class FilesPort(Protocol):
    """The /ifs of one cluster, shared by all its nodes."""

    def path(self, ifs_path: str) -> pathlib.Path:
        """The real, always writable path behind an /ifs path: what OneFS itself uses below any protection."""

    def set_read_only(self, ifs_path: str, read_only: bool) -> None:
        """Make a folder read-only (or writable again) for everyone on every node. OSError(EBUSY): a writer holds it."""
