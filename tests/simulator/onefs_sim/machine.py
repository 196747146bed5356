# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pair needs of the machine: programs, and the right to make namespaces. What is missing is said plainly."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
from collections.abc import Callable

# Program: the Debian package that has it.
NEEDED = {
    "ethtool": "ethtool",
    "ip": "iproute2",
    "named": "bind9",
    "nsenter": "util-linux",
    "openssl": "openssl",
    "rsync": "rsync",
    "smbcontrol": "samba-common-bin",
    "smbd": "samba",
    "smbpasswd": "samba-common-bin",
    "smbstatus": "samba",
    "ss": "iproute2",
    "sshd": "openssh-server",
    "sudo": "sudo",
    "unshare": "util-linux",
    "visudo": "sudo",
}
# Commands of nodes are run by the system's own Python, as they run outside the project's environment.
NODE_PYTHON = "/usr/bin/python3"


class Refused(RuntimeError):
    """What was asked can't be done; the message says what is missing."""


def search_path() -> str:
    """Return where programs are looked for: servers are in sbin, which a plain user's PATH does not name."""
    return os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


def _which(program: str) -> str | None:
    return shutil.which(program, path=search_path())


def missing(which: Callable[[str], str | None] = _which) -> dict[str, str]:
    """Return the programs that are not here, with their packages."""
    absent = {program: package for program, package in NEEDED.items() if not which(program)}
    if not which(NODE_PYTHON):
        absent[NODE_PYTHON] = "python3"
    return absent


def check() -> None:
    """Refuse a machine on which no pair can come up."""
    absent = missing()
    if absent:
        named = ", ".join(f"{program} (package {package})" for program, package in absent.items())
        packages = " ".join(sorted(set(absent.values())))
        raise Refused(f"the simulated pair needs programs that this machine lacks: {named}; apt-get install {packages}")
    if os.geteuid() != 0:
        raise Refused(
            "the simulated pair is built as root of its own namespaces, and this user is not root: sudo and sshd on the nodes"
            " work only where root owns their files, which a user namespace hides; run the same command as root, or in a"
            " container that may make namespaces (docker run --privileged)"
        )
    probe = subprocess.run([*unshare(), "true"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if probe.returncode:
        raise Refused(
            f"tried to make namespaces ('{' '.join(unshare())} true'); the kernel answered: {probe.stderr.strip()};"
            " in a container, allow it mount, network and process namespaces (docker run --privileged)"
        )
    filesystems = pathlib.Path("/proc/filesystems").read_text(encoding="ascii").split()
    if (
        "overlay" not in filesystems
        and subprocess.run(["modprobe", "overlay"], check=False, capture_output=True).returncode
    ):
        raise Refused(
            "nodes have overlay file systems, which this kernel lacks; load the module 'overlay' and try again"
        )


def unshare() -> list[str]:
    """Return the beginning of the command that makes the namespaces of a pair; what it runs is their first process."""
    return ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"]
