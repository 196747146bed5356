# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster was busy with is written down: each call, command, job and network change, with its beginning and its end."""

from __future__ import annotations

import json
import os
import pathlib
import socket
import time
from collections.abc import Callable
from typing import Any

from onefs_sim.command_listener import CommandListener
from onefs_sim.work_record import WorkRecord

POOL = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/sales"


def test_a_call_a_network_change_and_a_job_are_noted(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    moment = time.monotonic()
    caller.write("PUT", POOL, {"description": "x", "ifaces": []})
    caller.write("POST", "/platform/7/sync/jobs", {"id": "sales"}, 201)
    until(lambda: {work["kind"] for work in pair.boston.work.since(moment)} >= {"call", "network", "job"})
    found = {work["kind"]: work for work in reversed(pair.boston.work.since(moment))}
    assert found["call"]["what"] == f"PUT {POOL}"
    assert found["call"]["fields"] == ["description", "ifaces"]
    assert found["job"]["what"] == "run sales"
    assert moment <= found["call"]["began"] <= found["network"]["began"] + 0.001
    delay_seconds = pair.boston.network.apply_delay_seconds
    assert found["network"]["ended"] - found["network"]["began"] >= delay_seconds > 0
    assert pair.newyork.work.since(time.monotonic()) == []


def test_a_command_on_all_nodes_is_noted(tmp_path: pathlib.Path, until: Callable[..., Any]) -> None:
    (tmp_path / "run").mkdir()
    record = WorkRecord()
    listener = CommandListener(tmp_path, record)
    listener.start()
    try:
        moment = time.monotonic()
        tell(tmp_path, b"no message")
        tell(tmp_path, json.dumps({"what": "isi_for_array netstat -anW -p tcp", "began": moment}).encode())
        until(lambda: record.since(moment))
    finally:
        listener.stop()
    (work,) = record.since(moment)
    assert (work["kind"], work["what"], work["began"]) == ("command", "isi_for_array netstat -anW -p tcp", moment)
    assert moment <= work["ended"] <= time.monotonic()


def tell(root: pathlib.Path, message: bytes) -> None:
    """Send what a program on the node would; the path may be longer than an address of a socket."""
    folder = os.open(root / "run", os.O_PATH)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(f"/proc/self/fd/{folder}/onefs-sim-work.sock")
            sender.send(message)
    finally:
        os.close(folder)
