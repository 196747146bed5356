# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A timeline of captured packets has what a waiting client hears and sends, and nothing else."""

from __future__ import annotations

import socket
import struct

from loss.timeline import ACK, FIN, RST, SYN, read, timeline

CLIENT, SERVER, NEW, RESOLVER = "198.51.100.102", "198.51.100.11", "198.51.100.21", "198.51.100.53"
BEGAN = 1000.0


def ethernet(kind: int, body: bytes) -> bytes:
    return bytes(12) + struct.pack("!H", kind) + body


def ip(source: str, destination: str, protocol: int, body: bytes) -> bytes:
    ends = socket.inet_aton(source) + socket.inet_aton(destination)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0) + ends
    return ethernet(0x0800, head + body)


def tcp(source: str, destination: str, flags: int, sequence: int = 1, data: bytes = b"", port: int = 445) -> bytes:
    ports = (50000, port) if source == CLIENT else (port, 50000)
    return ip(source, destination, 6, struct.pack("!HHIIBBHHH", *ports, sequence, 0, 5 << 4, flags, 0, 0, 0) + data)


def arp(operation: int, sender: str, target: str) -> bytes:
    head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation)
    return ethernet(0x0806, head + bytes(6) + socket.inet_aton(sender) + bytes(6) + socket.inet_aton(target))


def capture(*frames: tuple[float, bytes]) -> bytes:
    """Return a capture as tcpdump writes it; times are seconds after the pause began."""
    records = b""
    for seconds, frame in frames:
        moment = BEGAN + seconds
        records += struct.pack("<IIII", int(moment), round(moment % 1 * 1e6), len(frame), len(frame)) + frame
    return bytes(24) + records


def told(*frames: tuple[float, bytes]) -> list[str]:
    return [line.split(" s  ", 1)[1] for line in timeline(read(capture(*frames)), BEGAN, 60.0)]


def test_a_wait_for_a_new_owner_is_told_step_by_step() -> None:
    segment = tcp(CLIENT, SERVER, ACK, 7, b"write")
    assert told(
        (-1.0, segment),
        (0.2, segment),
        (3.0, arp(1, SERVER, SERVER)),
        (3.1, arp(1, CLIENT, SERVER)),
        (3.2, arp(2, SERVER, CLIENT)),
        (6.2, segment),
        (6.3, tcp(SERVER, CLIENT, RST)),
        (6.4, ip(CLIENT, RESOLVER, 17, struct.pack("!HHHH", 40000, 53, 8, 0))),
        (6.5, ip(RESOLVER, CLIENT, 17, struct.pack("!HHHH", 53, 40000, 8, 0))),
        (6.6, tcp(CLIENT, NEW, SYN)),
        (6.7, tcp(NEW, CLIENT, SYN | ACK)),
        (7.0, tcp(NEW, CLIENT, FIN | ACK)),
    ) == [
        f"retransmission {CLIENT} to {SERVER}",
        f"ARP {SERVER} is announced",
        f"ARP {CLIENT} asks who has {SERVER}",
        f"ARP {SERVER} answers {CLIENT}",
        f"retransmission {CLIENT} to {SERVER}",
        f"RST {SERVER} to {CLIENT}",
        f"DNS question {CLIENT} to {RESOLVER}",
        f"DNS answer {RESOLVER} to {CLIENT}",
        f"SYN {CLIENT} to {NEW}",
        f"SYN ACK {NEW} to {CLIENT}",
        f"FIN {NEW} to {CLIENT}",
    ]


def test_new_data_acknowledgements_and_other_services_are_no_news() -> None:
    assert (
        told(
            (0.1, tcp(CLIENT, SERVER, ACK, 1, b"first")),
            (0.2, tcp(CLIENT, SERVER, ACK, 6, b"second")),
            (0.3, tcp(SERVER, CLIENT, ACK, 9, b"answer")),
            (0.4, tcp(CLIENT, SERVER, SYN, port=22)),
            (0.5, ethernet(0x86DD, bytes(40))),
            (99.0, tcp(SERVER, CLIENT, RST)),
        )
        == []
    )
