# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists are read from what a survey, a command line or an inventory gives."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.seamless.smb_failover.plugins.filter.survey_list import survey_list


@pytest.mark.parametrize(
    "value", ["a.b.c\nd.e.f\n", "a.b.c,d.e.f", " a.b.c , \r\n d.e.f", '["a.b.c", "d.e.f"]', ["a.b.c", "d.e.f", ""]]
)
def test_the_same_two_names(value: Any) -> None:
    assert survey_list(value) == ["a.b.c", "d.e.f"]


@pytest.mark.parametrize("value", ["", " \n", None, [], [None, " "], "[]"])
def test_a_question_that_nobody_answered(value: Any) -> None:
    assert survey_list(value) == []


def test_a_reason_keeps_its_commas() -> None:
    assert survey_list("ttl: told, twice\nclocks: known", commas=False) == ["ttl: told, twice", "clocks: known"]


def test_dictionaries_stay_what_they_are() -> None:
    assert survey_list('{"id": "ttl", "reason": "told"}') == [{"id": "ttl", "reason": "told"}]


@pytest.mark.parametrize(
    ("value", "words"), [('["a"', "starts like JSON, but is none"), (7, "neither text nor a list")]
)
def test_what_is_no_list(value: Any, words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        survey_list(value)
