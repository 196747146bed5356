# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Samba on a node: its configuration, its accounts, and what it says of sessions and open files."""

from __future__ import annotations

import json
import pathlib
import shutil
from collections.abc import Mapping, Sequence

from . import world
from .ports import Share, SmbOpenFile, SmbSession

HOME = "/srv/samba"
CONFIGURATION = f"{HOME}/smb.conf"
FOLDERS = ("private", "lock", "state", "cache", "pid", "ncalrpc", "binddns", "usershares", "log", "zones")

# posix locking, kernel oplocks and kernel share modes off are what durable handles need (smb.conf(5), "durable handles").
# The last line makes the shares depend on the address that a client connected to: that is how a zone is found.
TEMPLATE = """\
[global]
  netbios name = {name}
  workgroup = SIMULATED
  server role = standalone server
  security = user
  passdb backend = tdbsam:{home}/private/passdb.tdb
  private dir = {home}/private
  lock directory = {home}/lock
  state directory = {home}/state
  cache directory = {home}/cache
  pid directory = {home}/pid
  ncalrpc dir = {home}/ncalrpc
  binddns dir = {home}/binddns
  usershare path = {home}/usershares
  usershare max shares = 0
  log file = {home}/log/smbd.log
  logging = file
  log level = 1
  smb ports = 445
  bind interfaces only = no
  disable netbios = yes
  dns proxy = no
  multicast dns register = no
  load printers = no
  printing = bsd
  printcap name = /dev/null
  disable spoolss = yes
  map to guest = never
  server min protocol = SMB2_10
  server multi channel support = no
  kernel oplocks = no
  kernel share modes = no
  posix locking = no
  durable handles = yes
  strict sync = yes
  aio read size = 0
  aio write size = 0
  rpc start on demand helpers = no
  include = {home}/zones/%i.conf
"""

# Bits of an SMB access mask.
READ_DATA, WRITE_DATA, APPEND_DATA = 0x1, 0x2, 0x4


def configure(root: pathlib.Path, name: str) -> None:
    """Write the configuration of a node's Samba."""
    for folder in FOLDERS:
        (root / HOME.lstrip("/") / folder).mkdir(parents=True, exist_ok=True)
    (root / HOME.lstrip("/") / "private").chmod(0o700)
    world.write(root, CONFIGURATION, TEMPLATE.format(name=name[:15].upper(), home=HOME))


def add_account(root: pathlib.Path, user: str, password: str) -> None:
    """Add an SMB account for a user that the node's passwd file has."""
    world.run(
        ["chroot", str(root), "smbpasswd", "-c", CONFIGURATION, "-a", "-s", user], stdin=f"{password}\n{password}\n"
    )


def copy_accounts(source: pathlib.Path, target: pathlib.Path) -> None:
    """Give a node the accounts of another: making them takes longer than anything else here."""
    for file in ("passdb.tdb", "secrets.tdb"):
        shutil.copy2(source / HOME.lstrip("/") / "private" / file, target / HOME.lstrip("/") / "private" / file)


def write_zone(root: pathlib.Path, zone: str, shares: Sequence[Share]) -> None:
    """Write the shares of one zone."""
    sections = [
        f"[{share.name}]\n  path = {share.ifs_path}\n"
        f"  read only = {'no' if share.admits_writers else 'yes'}\n"
        f"  browseable = {'yes' if share.browsable else 'no'}\n"
        f"  available = {'yes' if share.admits_clients else 'no'}\n"
        "  create mask = 0664\n"
        for share in shares
    ]
    world.write(root, f"{HOME}/zones/zone.{zone}", "\n".join(sections))


def serve_zone(root: pathlib.Path, address: str, zone: str | None) -> None:
    """Choose the zone whose shares clients find at an address."""
    include = f"include = {HOME}/zones/zone.{zone}\n" if zone else ""
    world.write(root, f"{HOME}/zones/{address}.conf", include)


def reload(host: str, root: pathlib.Path) -> None:
    """Let the server and those that serve clients read their configuration again."""
    world.run(world.command_in(host, root, ["smbcontrol", "-s", CONFIGURATION, "smbd", "reload-config"]))


def status(host: str, root: pathlib.Path) -> Mapping[str, object]:
    """Return what `smbstatus --json` says."""
    text = world.run(world.command_in(host, root, ["smbstatus", "-s", CONFIGURATION, "--json"]))
    answer = json.loads(text)
    return answer if isinstance(answer, dict) else {}


def sessions(answer: Mapping[str, object]) -> list[tuple[int, SmbSession]]:
    """Return the sessions with the process that serves each."""
    listed = answer.get("sessions")
    found = []
    open_by_pid: dict[int, int] = {}
    for file in open_files(answer):
        open_by_pid[file[0]] = open_by_pid.get(file[0], 0) + 1
    for session in listed.values() if isinstance(listed, dict) else ():
        pid = int(session["server_id"]["pid"])
        found.append(
            (
                pid,
                SmbSession(
                    session_id=int(session["session_id"]) % 2147483647,
                    computer=_address(str(session.get("hostname") or session.get("remote_machine") or "")),
                    user=str(session.get("username") or ""),
                    open_files=open_by_pid.get(pid, 0),
                    encryption=str((session.get("encryption") or {}).get("degree")) == "full",
                ),
            )
        )
    return found


def open_files(answer: Mapping[str, object]) -> list[tuple[int, SmbOpenFile]]:
    """Return the open files with the process that serves each; folders that are open are no files."""
    listed = answer.get("open_files")
    users = {}
    known = answer.get("sessions")
    for session in known.values() if isinstance(known, dict) else ():
        users[int(session["server_id"]["pid"])] = str(session.get("username") or "")
    found = []
    for file in listed.values() if isinstance(listed, dict) else ():
        path = str(pathlib.PurePosixPath(str(file["service_path"]), str(file["filename"])))
        for opened in file["opens"].values():
            pid = int(opened["server_id"]["pid"])
            mask = int(str(opened["access_mask"]["hex"]), 16)
            permissions = tuple(
                word for word, bits in (("read", READ_DATA), ("write", WRITE_DATA | APPEND_DATA)) if mask & bits
            )
            identity = int(str(opened.get("share_file_id") or 0), 0) + 100000 * pid
            found.append((pid, SmbOpenFile(identity % 2147483647, path, users.get(pid, ""), 0, permissions)))
    return found


def _address(machine: str) -> str:
    """Return the address out of ipv4:198.51.100.101:40000 or ipv6:[2001:db8::1]:40000."""
    if machine.startswith("ipv4:"):
        return machine.split(":")[1]
    if machine.startswith("ipv6:"):
        return machine[5:].rsplit(":", 1)[0].strip("[]")
    return machine
