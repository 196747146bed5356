# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo tells what the playbook does, and nothing that it leaves out."""

from __future__ import annotations

import runpy

import pytest
from unit.documents.blocks import ROOT

RUN = """
TASK [seamless.smb_failover.failover : Stop: not ready] ************
skipping: [localhost]

TASK [seamless.smb_failover.failover : Fence: take the interfaces off boston] ***
------------------------------------------------------------------------
CLIENTS WAIT FROM HERE, until newyork is online.
changed: [localhost]

TASK [seamless.smb_failover.failover : Readiness and plan] ***
included: plan.yml for localhost
fatal: [localhost]: FAILED!
"""


def test_a_step_that_is_skipped_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    story = runpy.run_path(str(ROOT / "tests/demo/run.py"))["Story"]()
    for line in RUN.splitlines():
        story.step(line)
    told = [line.partition(" s  ")[2] for line in capsys.readouterr().out.splitlines()]
    assert told == ["Fence: take the interfaces off boston", "fatal: [localhost]: FAILED!"]
