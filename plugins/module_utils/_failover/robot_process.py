# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts and stops the synthetic client of a drill, as a process of its own that goes on while the drill's tasks run.

Private to the collection. The process ends by itself when the controller of the drill is gone. What it is told comes by its
standard input, so that no list of processes shows a password.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import time
import typing as t
import uuid

from .._onefs.errors import OnefsError
from .._onefs.progress import Progress
from .._onefs.waiting import wait_until
from .controller import is_gone, this_controller
from .robot_client import END_SECONDS, PREFIX, RobotClient
from .robot_log import Mark, parse, summarise

LOG, STOP = "robot.jsonl", "stop"
POLL_SECONDS = 0.1
PROGRAM = """\
import importlib, json, sys
told = json.load(sys.stdin)
sys.path[:] = told["path"]
importlib.import_module(told["module"]).main(told)
"""

ARGUMENT_SPEC: dict[str, t.Any] = {
    "state": {"type": "str", "required": True, "choices": ["started", "stopped"]},
    "folder": {"type": "path", "required": True},
    "name": {"type": "str", "default": ""},
    "share": {"type": "str", "default": ""},
    "user": {"type": "str", "default": ""},
    "password": {"type": "str", "default": "", "no_log": True},
    "dns_servers": {"type": "list", "elements": "str", "default": []},
    "marks": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"name": {"type": "str", "required": True}, "at": {"type": "float", "required": True}},
    },
    "deadline_seconds": {"type": "int", "default": 30},
}
RULES: dict[str, t.Any] = {"required_if": [["state", "started", ["name", "share", "user", "password"]]]}


class RobotTrouble(OnefsError):
    """The synthetic client did not start to write, or did not end."""


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Start the client and wait until it writes; or stop it, and say what it saw."""
    folder = pathlib.Path(params["folder"])
    if params["state"] == "started":
        if not check_mode:
            _start(params, folder, progress)
        return {"changed": True}
    if not (folder / LOG).exists():
        return {"changed": False, **summarise([], [])}
    changed = not _ended(folder)
    if changed and not check_mode:
        (folder / STOP).touch()
        _wait(
            lambda: _ended(folder),
            END_SECONDS + params["deadline_seconds"],
            progress,
            "the synthetic client to end",
            folder,
        )
    marks = [Mark(str(mark["name"]), float(mark["at"])) for mark in params["marks"] or ()]
    return {"changed": changed, **summarise(_events(folder), marks)}


def _start(params: t.Mapping[str, t.Any], folder: pathlib.Path, progress: Progress) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = {
        # Ansible finds collections by itself; a process of its own needs the folder that they lie in.
        "path": [str(pathlib.Path(__file__).parents[6]), *sys.path],
        "module": __name__,
        "controller": this_controller(),
        "folder": str(folder.resolve()),
        "file": f"{PREFIX}{uuid.uuid4().hex[:12]}.ledger",
        **{option: params[option] for option in ("name", "share", "user", "password", "dns_servers")},
    }
    with open(folder / "robot.err", "ab") as trouble:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=trouble,
            start_new_session=True,
        )
        if process.stdin is not None:
            process.stdin.write(json.dumps(told).encode())
            process.stdin.close()

    def writes() -> bool:
        if process.poll() is not None:
            said = (folder / "robot.err").read_text(encoding="utf-8", errors="replace").strip()[-500:]
            raise RobotTrouble(
                f"Starting the synthetic client for share '{params['share']}' of {params['name']}: it ended at once with "
                f"{process.returncode} ({said.rstrip('. ') or 'it said nothing'}). Mend what it names, and run again."
            )
        return any(event.get("event") == "acknowledged" for event in _events(folder))

    try:
        _wait(
            writes, params["deadline_seconds"], progress, f"the synthetic client to write to {params['name']}", folder
        )
    except OnefsError:
        (folder / STOP).touch()
        raise


def _wait(reached: t.Callable[[], bool], seconds: float, progress: Progress, what: str, folder: pathlib.Path) -> None:
    wait_until(
        reached,
        deadline_seconds=float(seconds),
        interval_seconds=POLL_SECONDS,
        progress=progress,
        describe=lambda: what + _in_brackets(summarise(_events(folder), [])["last_error"]),
    )


def _in_brackets(trouble: str) -> str:
    return f" ({trouble.rstrip('. ')})" if trouble else ""


def _ended(folder: pathlib.Path) -> bool:
    return any(event.get("event") == "ended" for event in _events(folder))


def _events(folder: pathlib.Path) -> list[dict[str, t.Any]]:
    try:
        return parse((folder / LOG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []


def main(told: t.Mapping[str, t.Any]) -> None:
    """Be the client; called in the process that was started."""
    folder = pathlib.Path(told["folder"])
    stop = folder / STOP
    os.chdir("/")
    looked_at = [time.monotonic(), 0.0]

    def stops() -> bool:
        # A thousand looks at /proc a minute are none too many; once a second is enough.
        if time.monotonic() - looked_at[0] >= 1.0:
            looked_at[0] = time.monotonic()
            looked_at[1] = float(is_gone(told["controller"]))
        return bool(looked_at[1]) or stop.exists() or not folder.exists()

    account = (told["user"], told["password"])
    RobotClient(told["name"], told["share"], account, told["dns_servers"], folder / LOG, stops, told["file"]).run()
