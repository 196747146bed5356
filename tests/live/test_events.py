# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks, run by the real ansible-rulebook: an alert starts the workflow that asks for approval, and never a failover.

No AWX was at hand: what ansible-rulebook asks of one is answered by the server of tests/awx/controller.py, which refuses what AWX refuses.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from awx.controller import TOKEN, Controller
from awx.job import definitions
from awx.setup_run import AWX_BIN, ROOT, load_tools

RULEBOOKS = sorted((ROOT / "extensions/eda/rulebooks").glob("*.yml"))
VARIABLES = yaml.safe_load((ROOT / "extensions/eda/variables.example.yml").read_text(encoding="utf-8"))
WORKFLOW = "SMB failover: with approval"
WEBHOOK_TOKEN = "said-by-the-sender"


def alert(name: str, cluster: str, status: str = "firing", **more: Any) -> dict[str, Any]:
    """Return one alert as Alertmanager has it in its webhook's payload."""
    labels = {"alertname": name, "onefs_cluster": cluster, "severity": "critical"}
    return {"status": status, "labels": labels, "annotations": {}, "startsAt": "2026-01-31T22:04:05.1Z", **more}


def alertmanager(*alerts: dict[str, Any]) -> dict[str, Any]:
    """Return a payload of Alertmanager's webhook, version 4."""
    return {"version": "4", "groupKey": "{}", "status": "firing", "receiver": "failover", "alerts": list(alerts)}


def event(name: str, cluster: str, severity: str = "critical", **more: Any) -> dict[str, Any]:
    """Return an event as docs/events.md has it."""
    return {"event": name, "cluster": cluster, "severity": severity, **more}


DOWN = "OneFSClusterUnreachable"
CASES: dict[str, dict[str, list[Any]]] = {
    "alertmanager": {
        "idle": [
            alertmanager(alert(DOWN, "newyork"), alert("DiskAlmostFull", "boston"), alert(DOWN, "boston", "resolved")),
            alertmanager(alert("{{ 7 * 7 }}", "boston")),
            {"alerts": [], "status": "firing"},
            {"hello": "world"},
        ],
        "asks": [
            alertmanager(alert("DiskAlmostFull", "boston"), alert(DOWN, "boston")),
            alertmanager(alert(DOWN, "boston")),
            alertmanager(alert("OneFSSmbServiceDown", "boston")),
        ],
        "why": [f"Alert {DOWN} of boston fires since 2026-01-31T22:04:05.1Z"],
    },
    "generic": {
        "idle": [
            event("cluster_unreachable", "newyork"),
            event("cluster_unreachable", "boston", "warning"),
            event("disk_full", "boston"),
            {},
        ],
        "asks": [
            event("cluster_unreachable", "boston", since="{{ 7 * 7 }}" + "x" * 9000),
            event("smb_service_down", "boston"),
        ],
        "why": ["Event cluster_unreachable of boston since {{ 7 * 7 }}" + "x" * 29],
    },
}


def spec(names: list[str]) -> list[dict[str, Any]]:
    """Return the survey of the workflow as awx_setup makes it for two clusters."""
    questions = definitions()["__awx_setup_questions"]
    made = [{**questions[name], "variable": name} for name in names]
    for question in made:
        if isinstance(question.get("choices"), str):
            question["choices"] = ["boston", "newyork"]
    return made


@pytest.fixture(name="controller")
def controller_with_the_workflow() -> Iterator[Controller]:
    load_tools()
    with Controller(ROOT) as running:
        running.answer("POST", "/api/v2/organizations/", {"name": "Default"})
        where, how = (definitions()[f"__awx_setup_{name}"] for name in ("where", "how"))
        survey = {"name": "", "description": "", "spec": spec([*where, *how, "readiness_request"])}
        _code, made = running.answer("POST", "/api/v2/workflow_job_templates/", {"name": WORKFLOW, "organization": 1})
        code, said = running.answer("POST", f"{made['url']}survey_spec/", survey)
        assert code == 200, said
        yield running


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Rulebook:
    """One rulebook that runs while it is entered."""

    def __init__(self, path: pathlib.Path, controller: Controller, folder: pathlib.Path) -> None:
        self._port = free_port()
        variables = folder / "variables.yml"
        variables.write_text(yaml.safe_dump({**VARIABLES, "smb_failover_port": self._port}), encoding="utf-8")
        self._log = folder / "log"
        self._command = [
            *(str(AWX_BIN / "ansible-rulebook"), "--rulebook", str(path), "--vars", str(variables)),
            *("--env-vars", "smb_failover_token", "--controller-url", controller.url, "--print-events"),
        ]
        self._environment = {
            **os.environ,
            "PATH": f"{AWX_BIN}{os.pathsep}{os.environ['PATH']}",
            "EDA_CONTROLLER_TOKEN": TOKEN,
            "EDA_JOB_TEMPLATE_REFRESH_DELAY": "0.1",
            "smb_failover_token": WEBHOOK_TOKEN,
        }

    def __enter__(self) -> Rulebook:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return self
            time.sleep(0.2)
        self.__exit__()
        raise AssertionError(f"ansible-rulebook does not listen: {self.log()}")

    def __exit__(self, *exc_info: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def log(self) -> str:
        """Return what it has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def post(self, payload: Any, token: str = WEBHOOK_TOKEN) -> int:
        """Send an event, and return the answer's status."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/endpoint",
            data=json.dumps(payload).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            return error.code


@pytest.mark.parametrize(
    "path",
    [RULEBOOKS[0], *(pytest.param(path, marks=pytest.mark.faults) for path in RULEBOOKS[1:])],
    ids=lambda path: path.stem,
)
def test_an_alert_asks_for_approval_once(path: pathlib.Path, controller: Controller, tmp_path: pathlib.Path) -> None:
    case = CASES[path.stem]
    with Rulebook(path, controller, tmp_path) as rulebook:
        assert rulebook.post(case["asks"][0], token="wrong") == 401
        for payload in (*case["idle"], *case["asks"]):
            assert rulebook.post(payload) == 200
        deadline = time.monotonic() + 60
        while not controller.launched and time.monotonic() < deadline:
            time.sleep(0.2)
        # Those that were idle came first, so they have been judged; what comes after the first is to be held back.
        time.sleep(3)
    assert [job["extra_vars"].pop("readiness_request") for job in controller.launched] == case["why"], rulebook.log()
    assert [(job["kind"], job["template"], job["extra_vars"]) for job in controller.launched] == [
        (
            "workflow_job_templates",
            WORKFLOW,
            {"failover_source": "boston", "failover_target": "newyork", "failover_access_zone": "sales"},
        )
    ]


@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: path.stem)
def test_no_rule_can_do_anything_but_ask(path: pathlib.Path) -> None:
    for ruleset in yaml.safe_load(path.read_text(encoding="utf-8")):
        for rule in ruleset["rules"]:
            assert list(rule["action"]) == ["run_workflow_template"]
            assert rule["action"]["run_workflow_template"]["include_events"] is False
            answers = rule["action"]["run_workflow_template"]["job_args"]["extra_vars"]
            # What is moved, and where to, is never taken from an event.
            assert not [name for name, value in answers.items() if name.startswith("failover_") and "event" in value]
    workflow = definitions()["__awx_setup_workflow"]
    first, *_others = workflow["nodes"]
    assert (first["template"], first["success"], first["always"]) == ("readiness", [workflow["approval"]["id"]], [])
    assert [node["id"] for node in workflow["nodes"] if "failover" in node["success"] + node["always"]] == []
