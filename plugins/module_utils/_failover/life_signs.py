# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look from one machine for anything of a cluster that answers.

Private to the collection. Standard library only, and no import of a neighbour: the same text is run by the Python of a node
over SSH. A refusal counts as an answer: whoever refuses is alive.
"""

from __future__ import annotations

import concurrent.futures
import errno
import json
import os
import random
import socket
import struct
import sys
import time
import typing as t

if t.TYPE_CHECKING:
    # Kind, address, port, and the name that is asked for.
    Probe = tuple[str, str, int, str]

ANSWERED_BY_ERROR = {errno.ECONNREFUSED: "refuses connections", errno.ECONNRESET: "resets connections"}
# The network says that nobody is there, or nobody says anything.
SILENT = {errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EAGAIN, errno.EINPROGRESS}
MOST_AT_ONCE = 64


def look(question: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Try every address in each round; stop at the first round in which something answers.

    ``question`` has ``probes`` (each with kind, address, port and name), ``controls`` (the same, of what must be heard from here),
    ``rounds``, ``timeout_seconds`` and ``pause_seconds``.
    """
    probes = [_probe(one) for one in question["probes"]]
    timeout = float(question["timeout_seconds"])
    heard, _unable = _round([_probe(one) for one in question["controls"]], timeout)
    signs: list[dict[str, t.Any]] = []
    unable: list[dict[str, t.Any]] = []
    rounds = 0
    for number in range(int(question["rounds"])):
        if number:
            time.sleep(float(question["pause_seconds"]))
        rounds += 1
        signs, unable = _round(probes, timeout)
        if signs:
            break
    return {
        "machine": machine(),
        "heard": [sign["address"] for sign in heard],
        "rounds": rounds,
        "probed": len(probes),
        "signs": signs,
        "unable": unable,
    }


def _probe(one: t.Mapping[str, t.Any]) -> Probe:
    return str(one["kind"]), str(one["address"]), int(one["port"]), str(one.get("name") or "")


def machine() -> str:
    """Name this machine, so that one that looks twice is not taken for two witnesses."""
    words = [socket.gethostname()]
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as stream:
            words.append(stream.read().strip())
        # Two containers of one machine may stand in different networks.
        words.append(os.readlink("/proc/self/ns/net"))
    except OSError:
        pass
    return " ".join(words)


def _round(probes: t.Sequence[Probe], timeout: float) -> tuple[list[dict[str, t.Any]], list[dict[str, t.Any]]]:
    """Try all addresses side by side; returns what answered, and what could not be tried."""
    if not probes:
        return [], []
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, len(probes))) as workers:
        answers = list(workers.map(lambda probe: _try(probe, timeout), probes))
    signs = [_sign(probe, answer) for probe, (answer, _trouble) in zip(probes, answers) if answer]
    unable = [_sign(probe, trouble) for probe, (_answer, trouble) in zip(probes, answers) if trouble]
    return signs, unable


def _sign(probe: Probe, answer: str) -> dict[str, t.Any]:
    kind, address, port, _name = probe
    return {"kind": kind, "address": address, "port": port, "answer": answer}


def _try(probe: Probe, timeout: float) -> tuple[str, str]:
    """Return what one address answered, and what kept it from being tried."""
    kind, address, port, name = probe
    try:
        if kind == "dns":
            return ask_dns(address, port, name, timeout), ""
        socket.create_connection((address, port), timeout=timeout).close()
        return "accepts connections", ""
    except socket.gaierror:
        # The name of a dead cluster may have been answered by the cluster itself; its addresses are tried too.
        return "", ""
    except socket.timeout:
        return "", ""
    except OSError as error:
        if error.errno in ANSWERED_BY_ERROR:
            return ANSWERED_BY_ERROR[error.errno], ""
        return "", "" if error.errno in SILENT else str(error)


def ask_dns(address: str, port: int, name: str, timeout: float) -> str:
    """Ask for the A record of a name; any reply is an answer."""
    number = random.randrange(65536)
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.strip(".").split(".") if label)
    packet = struct.pack(">HHHHHH", number, 0, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as channel:
        channel.settimeout(timeout)
        channel.connect((address, port))
        channel.send(packet)
        channel.recv(4096)
    return "answers DNS"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(json.loads(sys.argv[1]))) + "\n")
