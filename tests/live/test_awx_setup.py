# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real modules of awx.awx create everything, on a server that speaks their part of AWX's API; a second run changes nothing.

No AWX was at hand. What AWX itself would refuse is in the rules below tests/awx/, which were written after its source.
"""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from awx.controller import Controller
from awx.credential_rules import HIDDEN, inject
from awx.playbook_rules import playbooks
from awx.setup_run import COLLECTIONS, ROOT, ansible_environment, load_tools, set_up
from awx.survey_rules import refused_survey

SECRETS = {"password": "geheim-1", "ssh_key": "geheim-2", "smb_password": "geheim-3"}
VARIABLES: dict[str, Any] = {
    "awx_setup_clusters": {
        "boston": {"onefs_host": "boston-mgmt.example.com"},
        "newyork": {"onefs_host": "newyork-mgmt.example.com"},
    },
    "awx_setup_inventory_variables": {"failover_dns_servers": ["192.0.2.53"]},
    "awx_setup_project_url": "https://git.example.com/storage/smb_failover.git",
    "awx_setup_project_branch": "0.2.0",
    "awx_setup_image": "registry.example.com/smb-failover:0.2.0",
    "awx_setup_credential_inputs": {"user": "svc-failover", **SECRETS},
}
TASKS = sorted((ROOT / "roles/awx_setup/tasks").glob("*.yml"))


class Loader(yaml.SafeLoader):
    """Reads Ansible's own tag as the text that it is."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


@pytest.fixture(scope="module")
def controller() -> Iterator[Controller]:
    load_tools()
    with Controller(ROOT) as running:
        done = set_up(running, VARIABLES)
        assert done.returncode == 0, done.stdout + done.stderr
        for secret in SECRETS.values():
            assert secret not in done.stdout
        yield running


@pytest.mark.faults
def test_a_second_run_changes_nothing(controller: Controller) -> None:
    before = json.dumps([controller.objects, sorted(map(str, controller.links.items()))], sort_keys=True)
    controller.changes.clear()
    done = set_up(controller, VARIABLES)
    assert re.search(r"changed=0 .*failed=0", done.stdout), done.stdout
    assert controller.changes == []
    assert json.dumps([controller.objects, sorted(map(str, controller.links.items()))], sort_keys=True) == before


@pytest.mark.faults
def test_what_somebody_changed_by_hand_is_put_right(controller: Controller) -> None:
    template = controller.named("job_templates", "SMB failover: failover")
    template["survey_spec"]["spec"].pop()
    template["playbook"] = "playbooks/failback.yml"
    done = set_up(controller, VARIABLES)
    assert re.search(r"changed=1 .*failed=0", done.stdout), done.stdout
    assert controller.named("job_templates", "SMB failover: failover")["playbook"] == "playbooks/failover.yml"


@pytest.mark.faults
def test_check_mode_on_an_empty_awx_writes_nothing() -> None:
    load_tools()
    with Controller(ROOT) as empty:
        set_up(empty, VARIABLES, "--check")
        assert empty.changes == []


def test_the_workflow_asks_before_it_moves_anything(controller: Controller) -> None:
    nodes = {one["identifier"]: one for one in controller.objects["workflow_job_template_nodes"].values()}
    follows = {
        name: {
            link: controller.linked("workflow_job_template_nodes", node["id"], f"{link}_nodes")
            for link in ("success", "failure", "always")
        }
        for name, node in nodes.items()
    }
    assert follows == {
        "readiness": {"success": ["approval"], "failure": [], "always": []},
        "approval": {"success": ["failover"], "failure": [], "always": []},
        "failover": {"success": [], "failure": [], "always": ["verify"]},
        "verify": {"success": [], "failure": [], "always": []},
    }
    (approval,) = controller.objects["workflow_approval_templates"].values()
    assert nodes["approval"]["unified_job_template"] == approval["id"]
    assert approval["timeout"] == 3600
    templates = {one["id"]: one["name"] for one in controller.objects["job_templates"].values()}
    assert templates[nodes["failover"]["unified_job_template"]] == "SMB failover: failover"
    assert nodes["verify"]["extra_data"] == {"service_expected": "target"}


def test_what_the_workflow_asks_reaches_the_failover(controller: Controller) -> None:
    asked = {
        question["variable"]
        for question in controller.named("workflow_job_templates", "SMB failover: with approval")["survey_spec"]["spec"]
    }
    taken: set[str] = set()
    for name in ("readiness", "failover", "who serves"):
        survey = controller.named("job_templates", f"SMB failover: {name}")["survey_spec"]
        taken |= {question["variable"] for question in survey["spec"]}
    assert asked <= taken


def test_each_template_runs_a_playbook_that_awx_offers_and_has_the_account(controller: Controller) -> None:
    offered = playbooks(ROOT)
    for template in controller.objects["job_templates"].values():
        assert template["playbook"] in offered
        assert controller.linked("job_templates", template["id"], "credentials") == ["SMB failover accounts"]
        assert template["ask_variables_on_launch"] is False
    named = {template["playbook"] for template in controller.objects["job_templates"].values()}
    own = {f"playbooks/{path.name}" for path in (ROOT / "playbooks").glob("*.yml")}
    # One takes several zones, one would set up AWX from within AWX, and one reads files that a job of AWX does not keep.
    without = ("failover_zones", "awx_setup", "verify_report")
    assert own - named == {f"playbooks/{name}.yml" for name in without}


def test_each_question_is_about_a_variable_that_the_playbook_knows(controller: Controller) -> None:
    known: set[str] = set()
    for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            known |= set(entry["options"])
    for path in (ROOT / "playbooks").glob("*.yml"):
        known |= set(re.findall(r"(?:readiness|service)_[a-z_]+", path.read_text(encoding="utf-8")))
    for template in controller.objects["job_templates"].values():
        for question in template["survey_spec"]["spec"]:
            assert question["variable"] in known, (template["name"], question["variable"])
            assert question["type"] != "password"


def test_a_job_gets_the_account_and_nobody_is_shown_a_secret(controller: Controller, tmp_path: pathlib.Path) -> None:
    kind = controller.named("credential_types", "OneFS clusters for SMB failover")
    got = inject(kind["inputs"], kind["injectors"], VARIABLES["awx_setup_credential_inputs"], str(tmp_path))
    assert got.environment["ONEFS_PASSWORD"] == "geheim-1"
    assert got.files[got.environment["ONEFS_SSH_KEY_FILE"]] == "geheim-2\n"
    assert got.environment["ONEFS_CA_FILE"] == got.environment["ONEFS_DOMAIN_PASSWORD"] == ""
    assert got.shown["ONEFS_PASSWORD"] == got.shown["ONEFS_SMB_PASSWORD"] == HIDDEN
    assert not [value for value in got.shown.values() if "geheim" in value]
    assert "extra_vars" not in kind["injectors"]


def test_the_inventory_reads_what_the_credential_put_there(controller: Controller, tmp_path: pathlib.Path) -> None:
    hosts = {one["name"]: json.loads(one["variables"]) for one in controller.objects["hosts"].values()}
    group = controller.named("groups", "onefs")
    inventory = {
        "all": {"vars": json.loads(controller.named("inventories", "SMB failover")["variables"])},
        "onefs": {
            "hosts": controller.linked("groups", group["id"], "hosts"),
            "vars": json.loads(group["variables"]),
        },
        "_meta": {"hostvars": hosts},
    }
    script = tmp_path / "hosts"
    script.write_text(f"#!/usr/bin/env python3\nprint('''{json.dumps(inventory)}''')\n", encoding="utf-8")
    script.chmod(0o700)
    kind = controller.named("credential_types", "OneFS clusters for SMB failover")
    hostile = {"user": "svc", "password": "a{{ 7 * 7 }}'b", "smb_user": "reader"}
    environment = inject(kind["inputs"], kind["injectors"], hostile, str(tmp_path)).environment
    shown = "{{ [hostvars | seamless.smb_failover.cluster_connection('newyork'), failover_flush_user, rehearsal_password] }}"
    command = ["ansible", "localhost", "-i", str(script), "-m", "ansible.builtin.debug", "-a", f"msg={shown}"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**ansible_environment(), **environment}
    )
    connection, user, password = json.loads(done.stdout.partition("=>")[2])["msg"]
    assert connection == {
        "onefs_host": "newyork-mgmt.example.com",
        "onefs_user": "svc",
        "onefs_password": "a{{ 7 * 7 }}'b",
    }
    assert (user, password) == ("reader", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"awx_setup_clusters": {"boston": {}}}, "names 1 clusters; a failover needs two"),
        ({"awx_setup_inventory_variables": {"onefs_password": "x"}}, "onefs_password would be shown"),
        ({"awx_setup_image": ""}, "awx_setup_image (the execution environment) have no default"),
    ],
)
def test_what_can_not_be_set_up(change: dict[str, Any], words: str) -> None:
    load_tools()
    with Controller(ROOT) as empty:
        done = set_up(empty, {**VARIABLES, **change})
        assert done.returncode != 0
        assert words in " ".join((done.stdout + done.stderr).split())
        assert empty.changes == []


def module_spec(module: str) -> dict[str, Any]:
    """Return the argument spec that a module of awx.awx gives to Ansible."""
    program = (
        "import importlib, json, sys\n"
        f"sys.path[:0] = {list(map(str, COLLECTIONS))!r}\n"
        "from ansible_collections.awx.awx.plugins.module_utils import controller_api\n"
        "class Seen(Exception): pass\n"
        "def seen(self, argument_spec=None, **more):\n"
        "    print(json.dumps({**controller_api.ControllerModule.AUTH_ARGSPEC, **argument_spec}, default=str)); raise Seen\n"
        "controller_api.ControllerAPIModule.__init__ = seen\n"
        f"module = importlib.import_module('ansible_collections.awx.awx.plugins.modules.{module}')\n"
        "try: module.main()\n"
        "except Seen: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    spec: dict[str, Any] = json.loads(done.stdout)
    return spec


def test_each_task_gives_its_module_only_what_that_takes() -> None:
    load_tools()
    seen = set()
    for path in TASKS:
        for task in yaml.load(path.read_text(encoding="utf-8"), Loader):
            for action in (key for key in task if key.startswith("awx.awx.")):
                seen.add(action)
                spec = module_spec(action.rpartition(".")[2])
                given = task[action]
                assert set(given) <= set(spec), (path.name, task["name"])
                assert {name for name, one in spec.items() if one.get("required")} <= set(given)
                for name, value in given.items():
                    if spec[name].get("choices") and "{{" not in str(value):
                        assert value in spec[name]["choices"], (task["name"], name)
    assert len(seen) == 11


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "choice"}, "unknown type"),
        ({"required": "yes"}, "no required"),
        ({"default": 5}, "default of another type"),
        ({"max": "5"}, "no whole number"),
        ({"type": "multiplechoice"}, "no choices"),
        ({"type": "multiplechoice", "choices": ["a"], "default": "b"}, "none of its choices"),
    ],
)
def test_a_survey_that_awx_would_refuse(change: dict[str, Any], words: str) -> None:
    question = {"question_name": "Name", "variable": "name", "type": "text", "required": True, **change}
    assert words in refused_survey({"name": "", "description": "", "spec": [question]})
