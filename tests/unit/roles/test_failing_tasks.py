# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each task of roles and playbooks that fails on purpose is run by Ansible until it fails, and its message looked at."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest
import yaml
from error_catalogue.parts import take_apart
from error_catalogue.sites import ROOT, FailingTask, failing_tasks
from unit.conftest import IMPORT_ROOT

FAILURE = "POST /platform/7/sync/jobs on 192.0.2.11: the cluster answered 409 AEC_CONFLICT. Look at what it names, and run again."
# What a cluster may call its things, or a record on it may say: it clears the screen, and writes a line that looks like one of Ansible's.
HOSTILE = "sales\x1b[2J\u202e\nok: [localhost]"
EARLIER = {
    "found": True,
    "run_id": "20261123T120000-ab12",
    "controller": {"host": "elsewhere", "boot_id": "0", "pid": 1, "started": 1},
    "controller_description": "anna@elsewhere (process 1)",
    "controller_question": "See on elsewhere whether process 1 runs.",
    "opened": "2026-11-23 12:00",
    "generation": 3,
    "note": {},
    "journal": {"source": HOSTILE, "target": HOSTILE, "unplanned": {}},
}
MARK = {"cluster": HOSTILE, "access_zone": HOSTILE, "plan": {"target": HOSTILE}, "state": "quarantined"}
SEEN = {"made": HOSTILE, "total": 3, "sha256": HOSTILE}
REHEARSAL = {
    **{name: EARLIER[name] for name in ("controller", "controller_description", "controller_question", "opened")},
    "run_id": "0123abcd",
    "access_zone": HOSTILE,
    "cluster": "newyork",
}
ROLE: dict[str, Any] = yaml.safe_load((ROOT / "roles/failover/vars/main.yml").read_text(encoding="utf-8"))
#: A table of variables with which each of these tasks runs, whatever its conditions are.
COMMON: dict[str, Any] = {
    # As the role itself shows what a cluster says.
    **{name: ROLE[name] for name in ("__failover_dead", "__failover_zone")},
    "ansible_failed_result": {"lease_lost": True},
    "failover_source": "boston",
    "failover_target": "newyork",
    "failover_access_zone": "sales",
    "failover_confirm": "finance",
    "failover_discard": "finance",
    "failover_outside_fence_tasks": "",
    "failover_reprotect": False,
    "failover_readiness_fail_on": "block",
    "failover_rehearsal_level": 1,
    "failover_take_over": False,
    "__failover_checks": False,
    "__failover_confirmed": "finance",
    "__failover_discard_begun": False,
    "__failover_divergence": {"total": 4, "sha256": "77aa"},
    "__failover_earlier": {**EARLIER, "rehearsal": REHEARSAL},
    "__failover_earlier_position": {"target_up": []},
    "__failover_ends": {"sales": {"end": "rolled back"}, "finance": {"end": "served by the target"}},
    "__failover_failed_step": "Allow writes on newyork",
    "__failover_failure": FAILURE,
    "__failover_goes_on": True,
    "__failover_known": {"access_zone": HOSTILE},
    "__failover_lease": {},
    "__failover_lost": ["target_shares"],
    "__failover_mark": {
        "found": True,
        "mark": MARK,
    },
    "__failover_message": FAILURE,
    "__failover_open_paths": [f"/ifs/data/{HOSTILE}"],
    "__failover_plan": {
        "needed": False,
        "summary": [f"newyork serves '{HOSTILE}' already."],
        "plan": {"access_zone": HOSTILE},
    },
    "__failover_position": {"target_up": []},
    "__failover_serves": "source",
    "__failover_serving_words": "boston serves.",
    "__failover_stands": ["dual_delegation"],
    "__failover_to_turn": ["sales"],
    "__failover_took_over_and_died": False,
    "__failover_unplanned": False,
    "service_expected": "target",
    "prerequisites_admin_password": "",
    "prerequisites_admin_user": "root",
    "prerequisites_role": "SeamlessSmbFailover",
    "rehearsal_robot_zone": "robots",
    "rehearsal_user": "robot",
    "__rehearsal_failure": FAILURE,
    "__rehearsal_foreign": [f"{HOSTILE} at 192.0.2.1"],
    "__rehearsal_gave_way": True,
    "__rehearsal_message": FAILURE,
    "__rehearsal_open": {**EARLIER, "found": True, "rehearsal": REHEARSAL},
    "__rehearsal_removed": {"failed": True, "msg": FAILURE},
    "__rehearsal_robot": {"acknowledged": 12, "lost": 0, "last_error": ""},
    "__rehearsal_succeeded": False,
    "awx_setup_clusters": {"boston": {}},
    "awx_setup_image": "",
    "awx_setup_project_url": "",
    "__awx_setup_open_secrets": ["onefs_password of boston"],
    **dict.fromkeys(("rehearsal_subnet", "rehearsal_pool_range", "rehearsal_members", "rehearsal_password"), ""),
    **dict.fromkeys(("rehearsal_source", "rehearsal_target", "rehearsal_robot_share"), ""),
}
#: Where one of these has to be otherwise.
OTHERWISE: dict[str, dict[str, Any]] = {
    "roles/failover/tasks/end_earlier_run.yml: Stop: a check can't undo what was begun": {"__failover_checks": True},
    "roles/failover/tasks/quarantine.yml: Stop: another cluster was given up": {"failover_source": "newyork"},
    "roles/failover/tasks/plan.yml: Stop: a cluster that was given up for dead has to be quarantined first": {
        "__failover_mark": {"found": True, "mark": {**MARK, "state": "waiting"}}
    },
    "roles/failover/tasks/quarantine.yml: Stop: what only {{ failover_source }} has is not what the list says any more": {
        "__failover_mark": {"found": True, "mark": {**MARK, "list": SEEN}}
    },
}
# What Ansible remembers of a failure wins over the table, so a task that asks for that is run before any has failed.
TASKS = sorted(failing_tasks(), key=lambda task: "ansible_failed_result" not in str(task.task.get("when")))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Run every task once; return its name and message as Ansible shows them."""
    folder = tmp_path_factory.mktemp("failing")
    answer = folder / "told.json"
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "tasks": [
            {"ansible.builtin.set_fact": {"__told": {}}},
            *(tried(number, task) for number, task in enumerate(TASKS)),
            {"ansible.builtin.copy": {"content": "{{ __told | to_json }}", "dest": str(answer), "mode": "0600"}},
        ],
    }
    playbook = folder / "failing.yml"
    playbook.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    done = subprocess.run(
        [
            str(pathlib.Path(sys.executable).parent / "ansible-playbook"),
            "-i",
            "localhost,",
            "-c",
            "local",
            str(playbook),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(IMPORT_ROOT),
            "ANSIBLE_HOME": str(folder),
            "ANSIBLE_NOCOLOR": "1",
        },
    )
    assert answer.exists(), done.stdout[-3000:] + done.stderr
    read = json.loads(answer.read_text(encoding="utf-8"))
    return {TASKS[int(number)].key: one for number, one in read.items()}


def tried(number: int, task: FailingTask) -> dict[str, Any]:
    """Return a block that runs one task as it is written, with its own conditions, and keeps what it says."""
    kept = {"name": "{{ ansible_failed_task.name }}", "msg": "{{ ansible_failed_result.msg }}"}
    # What a task computes from others is given to it.
    own = {name: value for name, value in (task.task.get("vars") or {}).items() if name not in COMMON}
    runs = {name: value for name, value in task.task.items() if name != "vars"}
    return {
        "vars": {**COMMON, **OTHERWISE.get(task.key, {})},
        "block": [{**runs, "vars": own}],
        "rescue": [
            {
                "ansible.builtin.set_fact": {"__told": "{{ __told | combine({__key: __kept}) }}"},
                "vars": {"__key": str(number), "__kept": kept},
            }
        ],
    }


def test_what_the_table_makes_otherwise_is_there() -> None:
    assert set(OTHERWISE) <= {task.key for task in TASKS}
    assert len(TASKS) == len({task.key for task in TASKS}) > 30


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.key)
def test_a_task_that_fails_says_what_stands_and_what_to_do(told: dict[str, dict[str, str]], task: FailingTask) -> None:
    assert task.key in told, "no condition of this task came true: give its variables in this file"
    parts = take_apart(told[task.key]["msg"], told[task.key]["name"])
    assert not parts.missing(), parts
    assert "{{" not in f"{parts}"
    # Two paragraphs of our own at the most; what a cluster says begins no line of the log.
    shown = "".join(told[task.key].values()).split("\n")
    assert len(shown) <= 2 and all(line.isprintable() for line in shown), told[task.key]
    assert not any(line.startswith("ok: ") for line in shown)
    assert (ROOT / task.path).is_file()
