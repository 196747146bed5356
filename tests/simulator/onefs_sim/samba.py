# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Samba on a node: its configuration, its accounts, and which zone's shares clients find at an address."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import world
from .ports import Share
from .samba_shares import share_section

if TYPE_CHECKING:
    from .samba_status import OpenHandle

HOME = "/srv/samba"
CONFIGURATION = f"{HOME}/smb.conf"
#: The one that has Samba's modules; what runs the simulator may be another.
SYSTEM_PYTHON = "/usr/bin/python3"
CLOSE_FILE = pathlib.Path(__file__).with_name("samba_close_file.py")
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
    sections = [share_section(share) for share in shares]
    world.write(root, f"{HOME}/zones/zone.{zone}", "\n".join(sections))


def serve_zone(root: pathlib.Path, address: str, zone: str | None) -> None:
    """Choose the zone whose shares clients find at an address."""
    include = f"include = {HOME}/zones/zone.{zone}\n" if zone else ""
    world.write(root, f"{HOME}/zones/{address}.conf", include)


def reload(host: str, root: pathlib.Path) -> None:
    """Let the server and those that serve clients read their configuration again."""
    world.run(world.command_in(host, root, ["smbcontrol", "-s", CONFIGURATION, "smbd", "reload-config"]))


def close_file(host: str, root: pathlib.Path, handle: OpenHandle) -> None:
    """Have the process that holds a file close it; its client's other files and session live on.

    Samba's own command for this needs its RPC servers, which the nodes go without; the message is the same.
    """
    numbers = (handle.pid, handle.unique_id, handle.device, handle.inode, handle.share_file_id)
    argv = [SYSTEM_PYTHON, "-", CONFIGURATION, *(str(number) for number in numbers)]
    world.run(world.command_in(host, root, argv), stdin=CLOSE_FILE.read_text(encoding="utf-8"))
