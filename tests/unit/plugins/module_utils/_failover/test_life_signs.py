# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What answers, what refuses and what is silent, on real sockets; and the text that a node's Python is given."""

from __future__ import annotations

import contextlib
import inspect
import json
import socket
import subprocess
import sys
import threading
import typing as t

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import life_signs

LOOPBACK = "127.0.0.1"


@contextlib.contextmanager
def listening() -> t.Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


@contextlib.contextmanager
def dns(answers: bool) -> t.Iterator[tuple[int, list[bytes]]]:
    asked: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((LOOPBACK, 0))

        def serve() -> None:
            with contextlib.suppress(OSError):
                packet, peer = server.recvfrom(512)
                asked.append(packet)
                if answers:
                    server.sendto(packet[:2] + b"\x81\x85" + packet[4:], peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked


def closed_port() -> int:
    with listening() as port:
        return port


def question(probes: t.Sequence[t.Mapping[str, t.Any]], rounds: int = 1) -> dict[str, t.Any]:
    return {"probes": probes, "controls": [], "rounds": rounds, "timeout_seconds": 0.2, "pause_seconds": 0.0}


def probe(kind: str, port: int, name: str = "") -> dict[str, t.Any]:
    return {"kind": kind, "address": LOOPBACK, "port": port, "name": name}


def test_who_accepts_and_who_refuses_lives() -> None:
    with listening() as port:
        seen = life_signs.look(question([probe("api", port), probe("ssh", closed_port())], rounds=3))
    assert [sign["answer"] for sign in seen["signs"]] == ["accepts connections", "refuses connections"]
    assert (seen["rounds"], seen["probed"], seen["unable"]) == (1, 2, [])


def test_an_answer_to_a_question_of_dns_is_a_sign() -> None:
    with dns(answers=True) as (port, asked):
        seen = life_signs.look(question([probe("dns", port, "sales.example.com")]))
    assert seen["signs"][0]["answer"] == "answers DNS"
    assert b"\x05sales\x07example\x03com\x00\x00\x01\x00\x01" in asked[0]


def test_silence_is_asked_for_in_every_round() -> None:
    with dns(answers=False) as (port, _asked):
        seen = life_signs.look(question([probe("dns", port, "sales.example.com")], rounds=3))
    assert (seen["signs"], seen["unable"], seen["rounds"]) == ([], [], 3)


def test_controls_say_whether_this_place_hears_anybody() -> None:
    with listening() as port:
        asked = {**question([]), "controls": [probe("api", port)]}
        assert life_signs.look(asked)["heard"] == [LOOPBACK]


def test_the_text_runs_by_itself() -> None:
    with listening() as port:
        done = subprocess.run(
            [sys.executable, "-I", "-", json.dumps(question([probe("api", port)]))],
            input=inspect.getsource(life_signs),
            capture_output=True,
            text=True,
            check=True,
        )
    seen = json.loads(done.stdout)
    assert seen["signs"][0]["port"] == port
    assert seen["machine"] == life_signs.machine()
