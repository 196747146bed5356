# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which job of AWX a run is, told from the variables that AWX gives each job."""

from __future__ import annotations

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import controller
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.awx_job import describe, job_of

JOB = {"job_id": 4711, "job_template_name": "SMB failover", "workflow_job_id": 4709, "user_name": "alice"}
ENVIRONMENT = {"AWX_HOST": "https://awx.example.com/"}
PROCESS = {"user": "runner", "host": "automation-job-4711-x7k2p", "pid": 22}


def test_a_job_by_either_name_of_the_variables() -> None:
    for prefix in ("awx", "tower"):
        job = job_of({f"{prefix}_{key}": value for key, value in JOB.items()}, ENVIRONMENT)
        assert job == {
            "job_id": "4711",
            "job_template_name": "SMB failover",
            "workflow_job_id": "4709",
            "user_name": "alice",
            "address": "https://awx.example.com/#/jobs/playbook/4711",
        }


def test_no_job_where_nobody_says_its_number() -> None:
    assert job_of({"awx_user_name": "alice"}, ENVIRONMENT) == {}
    assert describe({}) == ""


def test_an_address_that_is_none_is_left_out() -> None:
    assert "address" not in job_of({"awx_job_id": 1}, {"AWX_HOST": "javascript:alert(1)"})


def test_whoever_is_asked_reads_the_job_and_where_to_look() -> None:
    recorded = {**PROCESS, "awx": job_of({f"awx_{key}": value for key, value in JOB.items()}, ENVIRONMENT)}
    assert controller.describe(recorded) == (
        "AWX job 4711 'SMB failover' of workflow job 4709, started by alice, https://awx.example.com/#/jobs/playbook/4711 "
        "(runner@automation-job-4711-x7k2p (process 22))"
    )
    assert controller.how_to_tell(recorded).startswith("Look at job 4711 in AWX")
    assert controller.how_to_tell(PROCESS) == ""


def test_what_a_cluster_s_file_claims_stays_on_one_line() -> None:
    hostile = {**PROCESS, "awx": {"job_id": "1\n\x1b[2JTASK ok", "user_name": "x" * 1000}}
    said = controller.describe(hostile) + controller.how_to_tell(hostile)
    assert said.isprintable()
    assert len(said) < 500
    assert controller.describe({**PROCESS, "awx": "no dictionary"}) == "runner@automation-job-4711-x7k2p (process 22)"
