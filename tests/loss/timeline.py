#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell from captured packets what a client waited for: a line for each thing that ends or prolongs a pause, and nothing else.

    tests/loss/timeline.py CAPTURE BEGAN SECONDS

BEGAN is when the pause began, in seconds since 1970 (`pause_began` in the results). Retransmissions, connections that are
tried, refused and made, questions to DNS, and addresses that are announced or asked for are what decides.
"""

from __future__ import annotations

import pathlib
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

SMB, DNS = 445, 53
FIN, SYN, RST, ACK = 1, 2, 4, 16


@dataclass(frozen=True)
class Packet:
    """A frame, and when it passed."""

    time: float
    frame: bytes


def read(data: bytes) -> Iterator[Packet]:
    """Return the packets of a capture as tcpdump writes it on machines of today."""
    offset = 24
    while offset + 16 <= len(data):
        seconds, microseconds, length = struct.unpack("<III", data[offset : offset + 12])
        frame = data[offset + 16 : offset + 16 + length]
        offset += 16 + length
        yield Packet(seconds + microseconds / 1e6, frame)


def describe(frame: bytes, sent: set[tuple[bytes, int]]) -> str:
    """Say what a frame means for a client that waits; nothing for one that means nothing. `sent` is what was sent before."""
    kind = frame[12:14]
    if kind == b"\x08\x06":
        return _arp(frame[14:])
    if kind != b"\x08\x00" or frame[14] >> 4 != 4:
        return ""
    ip = frame[14:]
    body = ip[(ip[0] & 15) * 4 :]
    ends = f"{socket.inet_ntoa(ip[12:16])} to {socket.inet_ntoa(ip[16:20])}"
    if ip[9] == 6 and len(body) >= 20:
        return _tcp(ip, body, ends, sent)
    if ip[9] == 17 and len(body) >= 8 and DNS in struct.unpack("!HH", body[:4]):
        return f"DNS {'answer' if struct.unpack('!H', body[:2])[0] == DNS else 'question'} {ends}"
    return ""


def _arp(body: bytes) -> str:
    if len(body) < 28:
        return ""
    sender, target = socket.inet_ntoa(body[14:18]), socket.inet_ntoa(body[24:28])
    if sender == target:
        return f"ARP {sender} is announced"
    return f"ARP {sender} asks who has {target}" if body[7] == 1 else f"ARP {sender} answers {target}"


def _tcp(ip: bytes, body: bytes, ends: str, sent: set[tuple[bytes, int]]) -> str:
    source, destination, sequence = struct.unpack("!HHI", body[:8])
    if SMB not in (source, destination):
        return ""
    flags = body[13]
    length = struct.unpack("!H", ip[2:4])[0] - (ip[0] & 15) * 4 - (body[12] >> 4) * 4
    for flag, name in ((RST, "RST"), (SYN, "SYN"), (FIN, "FIN")):
        if flags & flag:
            return f"{name}{' ACK' if flags & ACK and flag == SYN else ''} {ends}"
    if destination == SMB and length:
        key = (ip[12:20] + body[:4], sequence)
        if key in sent:
            return f"retransmission {ends}"
        sent.add(key)
    return ""


def timeline(packets: Iterator[Packet], began: float, seconds: float) -> list[str]:
    """Return what happened from a moment on, one line for each thing, with the seconds since."""
    sent: set[tuple[bytes, int]] = set()
    lines = []
    for packet in packets:
        said = describe(packet.frame, sent)
        if said and began - 0.5 <= packet.time <= began + seconds:
            lines.append(f"{packet.time - began:8.3f} s  {said}")
    return lines


if __name__ == "__main__":
    capture = pathlib.Path(sys.argv[1]).read_bytes()
    print("\n".join(timeline(read(capture), float(sys.argv[2]), float(sys.argv[3]))))
