# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real OpenSSH and sudo on a node, with the accounts that OneFS has and the sudoers file where OneFS keeps it."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Mapping

from . import world

COMMANDS = pathlib.Path(__file__).with_name("node_commands")
ISI_PARTS = "usr/lib/onefs-sim/isi_cli"
ACCOUNTS = {"alice": 5001, "svc-failover": 5002, "eyeglass": 5003}
SSHD_CONFIGURATION = "/etc/ssh/sim_sshd_config"
SSHD_PID_FILE = "/run/sshd.pid"
SUDOERS_ENTRY = "/etc/sudoers"
RENDERED = "/usr/local/etc/sudoers"
DEFAULT = "/etc/mcp/default/sudoers"
OVERRIDE = "/etc/mcp/override/sudoers"
SUDOERS = """\
## Rendered by isi_mcp. Edit with isi_visudo.
Defaults !requiretty
root ALL=(ALL) ALL
%wheel ALL=(ALL) ALL
"""
# bash reads ~/.bashrc under sshd unless SHLVL says that it is not the first shell.
SSHD = """\
Port 22
ListenAddress {address}
HostKey /etc/ssh/sim_host_key
AuthorizedKeysFile /etc/ssh/sim_keys/%u
PidFile {pid_file}
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
UseDNS no
MaxStartups 100
MaxSessions 50
SetEnv SHLVL=2
"""


def install(
    root: pathlib.Path,
    address: str,
    hosts: Mapping[str, str],
    host_key: pathlib.Path,
    keys: Mapping[str, pathlib.Path],
    passwords: Mapping[str, str],
) -> None:
    """Write accounts, keys, sudoers and the commands of a node into its root file system."""
    world.write(root, "/etc/passwd", _passwd())
    world.write(root, "/etc/shadow", _shadow(passwords), 0o600)
    world.write(root, "/etc/group", "root:x:0:\nwheel:x:10:\nnogroup:x:65534:\nusers:x:100:\n")
    lines = ["127.0.0.1 localhost", *(f"{where} {name}" for name, where in hosts.items())]
    world.write(root, "/etc/hosts", "\n".join(lines) + "\n")
    for home in ("/var/sim-root", *(f"/ifs/home/{user}" for user in ACCOUNTS)):
        (root / home.lstrip("/")).mkdir(parents=True, exist_ok=True)
    shutil.copy2(host_key, root / "etc/ssh/sim_host_key")
    (root / "etc/ssh/sim_host_key").chmod(0o600)
    for user, key in keys.items():
        world.write(root, f"/etc/ssh/sim_keys/{user}", key.with_suffix(".pub").read_text(encoding="ascii"))
    world.write(root, SSHD_CONFIGURATION, SSHD.format(address=address, pid_file=SSHD_PID_FILE))
    (root / "run/sshd").mkdir(exist_ok=True)
    world.write(root, SUDOERS_ENTRY, f"@include {RENDERED}\n", 0o440)
    world.write(root, DEFAULT, SUDOERS, 0o440)
    world.write(root, RENDERED, SUDOERS, 0o440)
    (root / "etc/mcp/override").mkdir(parents=True, exist_ok=True)
    _install_commands(root)


def _install_commands(root: pathlib.Path) -> None:
    for command in COMMANDS.iterdir():
        if command.is_file():
            # Sources differ on where isi_for_array is; a rule of sudo may name either.
            for folder in ("usr/bin", "usr/sbin") if command.name == "isi_for_array" else ("usr/bin",):
                shutil.copy2(command, root / folder / command.name)
                (root / folder / command.name).chmod(0o755)
    shutil.copytree(
        COMMANDS / "isi_cli", root / ISI_PARTS, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )


def _passwd() -> str:
    lines = [
        "root:x:0:0:root:/var/sim-root:/bin/sh",
        "sshd:x:22:65534::/run/sshd:/usr/sbin/nologin",
        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
    ]
    return (
        "\n".join([*lines, *(f"{user}:x:{uid}:100::/ifs/home/{user}:/bin/sh" for user, uid in ACCOUNTS.items())]) + "\n"
    )


def _shadow(passwords: Mapping[str, str]) -> str:
    lines = []
    for user in ("root", "sshd", "nobody", *ACCOUNTS):
        password = passwords.get(user)
        hashed = world.run(["openssl", "passwd", "-6", "-stdin"], stdin=password + "\n").strip() if password else "*"
        lines.append(f"{user}:{hashed}:19000:0:99999:7:::")
    return "\n".join(lines) + "\n"
