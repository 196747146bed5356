# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What readiness says: weights, waivers, hostile words made harmless, and a page of documentation that is current."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import Request
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness import guide
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.check import (
    BLOCK,
    FAILED,
    OK,
    UNKNOWN,
    WARN,
    Check,
    Finding,
    Unread,
    known,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.facts import Cluster, Facts
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.outcome import (
    Outcome,
    standing,
    table,
    waivers_from,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.registry import CHECKS
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption

ROOT = pathlib.Path(__file__).resolve().parents[5]
FACTS = Facts(
    Request("boston", "newyork"),
    0.0,
    Cluster("boston", "b"),
    Cluster("newyork", "n"),
    Unread("nobody asked for a zone"),
)


def outcome(finding: Finding, severity: str = BLOCK, waiver: str = "") -> Outcome:
    return Outcome(Check(7, "sample", "Is it so?", severity, lambda facts: finding, "Make it so."), finding, waiver)


def test_a_missing_fact_makes_a_check_unknown_and_counts() -> None:
    check = Check(7, "sample", "Is it so?", BLOCK, lambda facts: Finding(OK, (known(facts.scope).zone,)), "Make it so.")
    found = check.evaluate(FACTS)
    assert (found.status, found.evidence) == (UNKNOWN, ("Could not be evaluated: nobody asked for a zone",))
    assert standing([Outcome(check, found)], BLOCK) == ["sample"]


def test_without_any_fact_no_rule_fails_by_itself() -> None:
    statuses = {check.id: check.evaluate(FACTS).status for check in CHECKS}
    assert {name for name, status in statuses.items() if status == OK} == set()


def test_a_finding_may_weigh_less_than_its_check() -> None:
    one = outcome(Finding(FAILED, ("nearly",), WARN))
    assert standing([one], BLOCK) == []
    assert standing([one], WARN) == ["sample"]


def test_a_waiver_takes_the_weight_and_leaves_the_words() -> None:
    one = outcome(Finding(FAILED, ("the reason",)), waiver="tested yesterday")
    assert standing([one], BLOCK) == []
    shown = "\n".join(table([one]))
    assert "waived: tested yesterday" in shown
    assert "the reason" in shown
    assert one.as_dict()["waiver_reason"] == "tested yesterday"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ([{"id": "lease_free"}], "no reason is given"),
        (["lease_free"], "no reason is given"),
        ([{"id": "everything", "reason": "hurry"}], "there is none of this id"),
        ([{"reason": "hurry"}], "there is none of this id"),
    ],
)
def test_a_waiver_that_is_refused(option: list[object], words: str) -> None:
    with pytest.raises(BadOption, match=words):
        waivers_from(option)


def test_a_waiver_of_a_survey() -> None:
    assert waivers_from(["lease_free: the pod is gone: see INC-7"]) == {"lease_free": "the pod is gone: see INC-7"}


def test_words_of_a_client_do_not_reach_the_terminal_raw() -> None:
    one = outcome(Finding(FAILED, ("file \x1b[2J\nok  block",)))
    assert one.as_dict()["evidence"] == ["file \\x1b[2J\\nok  block"]
    assert "\x1b" not in "\n".join(table([one]))


def test_the_table_is_aligned_and_can_leave_out_what_is_fulfilled() -> None:
    outcomes = [outcome(Finding(OK, ("seen",))), outcome(Finding(FAILED, ("bad",)))]
    assert sum(line.startswith(" 7") for line in table(outcomes)) == 2
    assert sum(line.startswith(" 7") for line in table(outcomes, only_unfulfilled=True)) == 1
    assert table(outcomes)[-1].startswith("Not ready: 1 of 2 checks are fulfilled, 1 block")


def test_numbers_and_ids_are_stable() -> None:
    assert [check.number for check in CHECKS] == list(range(1, 45))
    assert len({check.id for check in CHECKS}) == 44


def test_the_page_is_current() -> None:
    written = (ROOT / "docs/readiness.md").read_text(encoding="utf-8")
    assert written == guide.page(), "run tools/readiness-docs"
