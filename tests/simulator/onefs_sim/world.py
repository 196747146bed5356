# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts and links: network namespaces on one switch, and root file systems of their own for those that need them.

All of it lives in the mount, network and process namespaces of the supervisor and is gone when that ends.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import pathlib
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

NETNS = pathlib.Path("/run/netns")
UTSNS = pathlib.Path("/run/utsns")
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS = 0x8913
IFF_RUNNING = 0x40
SWITCH = "switch"

T = TypeVar("T")
_libc = ctypes.CDLL(None, use_errno=True)


class WorldError(RuntimeError):
    """A part of the world could not be built."""


def run(argv: Sequence[str], stdin: str | None = None) -> str:
    """Run a command to its end; its words are in the error when it fails."""
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(list(argv), input=stdin, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise WorldError(f"{' '.join(argv)}: exit code {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def in_namespace(name: str, work: Callable[[], T]) -> T:
    """Call `work` inside a network namespace. A thread of its own goes there: the others stay where they are."""
    outcome: list[T] = []
    trouble: list[BaseException] = []

    def enter() -> None:
        try:
            with open(NETNS / name, encoding="utf-8") as handle:
                if _libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), f"setns to {name}")
            outcome.append(work())
        except BaseException as error:
            trouble.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    if trouble:
        raise trouble[0]
    return outcome[0]


def prepare() -> None:
    """Make the mount namespace private, and give it a /proc and a /run of its own."""
    run(["mount", "--make-rprivate", "/"])
    run(["mount", "-t", "proc", "proc", "/proc"])
    run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"])
    NETNS.mkdir()
    UTSNS.mkdir()
    run(["ip", "link", "set", "lo", "up"])


def add_switch() -> None:
    """Make the switch that joins all hosts."""
    run(["ip", "netns", "add", SWITCH])
    run(["ip", "-n", SWITCH, "link", "add", "br0", "type", "bridge", "stp_state", "0", "forward_delay", "0"])
    run(["ip", "-n", SWITCH, "link", "set", "br0", "up"])


def add_host(name: str, interfaces: Sequence[str]) -> None:
    """Make a host with interfaces on the switch, without addresses."""
    run(["ip", "netns", "add", name])
    run(["ip", "-n", name, "link", "set", "lo", "up"])
    sysctl = {
        # Taking the first address of a subnet off must not take the others along.
        "net/ipv4/conf/all/promote_secondaries": "1",
        # All interfaces are on one switch: only the one that has an address may answer for it.
        "net/ipv4/conf/all/arp_ignore": "1",
        "net/ipv4/conf/all/arp_announce": "2",
        "net/ipv4/conf/all/rp_filter": "0",
        "net/ipv4/conf/default/rp_filter": "0",
        "net/ipv6/conf/all/accept_dad": "0",
        "net/ipv6/conf/default/accept_dad": "0",
    }

    def tune() -> None:
        for key, value in sysctl.items():
            path = pathlib.Path("/proc/sys", key)
            if path.exists():
                path.write_text(value, encoding="ascii")

    in_namespace(name, tune)
    for interface in interfaces:
        add_link(name, interface)


def name_host(name: str) -> None:
    """Give a host a host name of its own, which all that runs in it sees."""
    (UTSNS / name).touch()
    run(["unshare", f"--uts={UTSNS / name}", "hostname", name])


def add_link(host: str, interface: str) -> None:
    """Plug an interface of a host into the switch."""
    port = port_name(host, interface)
    run(["ip", "-n", SWITCH, "link", "add", port, "type", "veth", "peer", "name", interface, "netns", host])
    run(["ip", "-n", SWITCH, "link", "set", port, "master", "br0", "up"])
    run(["ip", "-n", host, "link", "set", interface, "up"])


def port_name(host: str, interface: str) -> str:
    """Return the switch's name of the port that an interface of a host is plugged into; 15 characters at most."""
    return f"{host}.{interface}"[-15:].lstrip(".-")


def set_link(host: str, interface: str, up: bool) -> None:
    """Let the link of an interface drop at the switch, or come back: the host keeps its addresses."""
    run(["ip", "-n", SWITCH, "link", "set", port_name(host, interface), "up" if up else "down"])


def turn_offload_off(host: str, interface: str) -> None:
    """Let checksums be computed at once: a guest that reads raw frames would see unfinished ones."""
    run(["nsenter", f"--net={NETNS / host}", "ethtool", "-K", interface, "tx", "off"])


def add_address(host: str, interface: str, address: str, prefixlen: int, announced: bool = True) -> None:
    """Bring an address up; one that is up is left as it is. Neighbours that knew it elsewhere hear of it if it is announced."""
    extra = ["nodad"] if ":" in address else []
    # Looked at only where it does not work: a change of a hundred pools takes as long as its commands.
    try:
        run(["ip", "-n", host, "address", "add", f"{address}/{prefixlen}", "dev", interface, *extra])
    except WorldError:
        if address not in addresses(host).get(interface, []):
            raise
    if announced:
        announce(host, interface, address)


def remove_address(host: str, interface: str, address: str, prefixlen: int) -> None:
    """Take an address down; one that is down is left as it is."""
    try:
        run(["ip", "-n", host, "address", "del", f"{address}/{prefixlen}", "dev", interface])
    except WorldError:
        if address in addresses(host).get(interface, []):
            raise


def addresses(host: str) -> dict[str, list[str]]:
    """Return the addresses of a host by interface, without those that every interface has by itself."""
    found: dict[str, list[str]] = {}
    for line in run(["ip", "-n", host, "-o", "address", "show", "scope", "global"]).splitlines():
        words = line.split()
        found.setdefault(words[1].split("@")[0], []).append(words[3].split("/")[0])
    return found


def has_carrier(probe: socket.socket, interface: str) -> bool:
    """Return whether an interface's link is up; `probe` is any socket of its host."""
    request = struct.pack("16sh14x", interface.encode(), 0)
    flags = struct.unpack("16sh14x", fcntl.ioctl(probe.fileno(), SIOCGIFFLAGS, request))[1]
    return bool(flags & IFF_RUNNING)


def traffic(host: str) -> int:
    """Return the bytes that came and went on a host's interfaces so far, without what stayed inside."""

    def count() -> int:
        total = 0
        for line in pathlib.Path("/proc/thread-self/net/dev").read_text(encoding="ascii").splitlines()[2:]:
            name, _, counters = line.partition(":")
            if name.strip() != "lo":
                words = counters.split()
                total += int(words[0]) + int(words[8])
        return total

    return in_namespace(host, count)


def announce(host: str, interface: str, address: str) -> None:
    """Send a gratuitous ARP, so that neighbours forget whoever had the address before."""
    if ":" in address:
        return

    def send() -> None:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as raw:
            raw.bind((interface, 0))
            mac = raw.getsockname()[4]
            ip = socket.inet_aton(address)
            for operation, receiver in ((1, bytes(6)), (2, b"\xff" * 6)):
                arp = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + mac + ip + receiver + ip
                raw.send(b"\xff" * 6 + mac + b"\x08\x06" + arp)

    in_namespace(host, send)


def answers(host: str, address: str, port: int, seconds: float) -> bool:
    """Tell whether a server takes connections, seen from a host."""

    def connect() -> bool:
        try:
            with socket.create_connection((address, port), timeout=seconds):
                return True
        except OSError:
            return False

    return in_namespace(host, connect)


def add_root(folder: pathlib.Path, name: str, binds: Mapping[str, pathlib.Path]) -> pathlib.Path:
    """Give a host a root file system: the machine's own below, what is written above, in memory.

    `binds` maps paths inside it to folders outside, as /ifs of all nodes of a cluster is one folder.
    """
    base = folder / name
    for part in ("upper", "work", "root"):
        (base / part).mkdir(parents=True)
    root = base / "root"
    options = f"lowerdir=/,upperdir={base / 'upper'},workdir={base / 'work'}"
    run(["mount", "-t", "overlay", "-o", options, name, str(root)])
    for inside in ("proc", "dev"):
        run(["mount", "--rbind", f"/{inside}", str(root / inside)])
    for inside, outside in binds.items():
        target = root / inside.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        run(["mount", "--bind", str(outside), str(target)])
    (root / "run").mkdir(exist_ok=True)
    run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(root / "run")])
    return root


def command_in(host: str, root: pathlib.Path | None, argv: Sequence[str]) -> list[str]:
    """Return the command that runs `argv` in a host."""
    entered = ["nsenter", f"--net={NETNS / host}"]
    if (UTSNS / host).exists():
        entered.append(f"--uts={UTSNS / host}")
    return [*entered, "chroot", str(root), *argv] if root else [*entered, *argv]


def start(
    host: str, root: pathlib.Path | None, argv: Sequence[str], log: pathlib.Path, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a server in a host; what it says goes into a log."""
    with open(log, "ab") as stream:
        return subprocess.Popen(
            command_in(host, root, argv),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(env or {})},
            cwd="/",
        )


def write(root: pathlib.Path, path: str, text: str, mode: int = 0o644) -> None:
    """Write a file of a host's root file system in one piece."""
    target = root / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(target.name + ".new")
    new.write_text(text, encoding="utf-8")
    os.chmod(new, mode)
    os.replace(new, target)
