# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each place that makes an error says what was tried, what came back and what to do next, and a test provokes it.

Which test, is in ``tests/error_catalogue/provoked.json``; ``pytest --record-errors`` adds what the tests of that run provoke.
"""

from __future__ import annotations

import re

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import (
    _NEXT_STEP,
    BadOption,
    MissingLibrary,
    OnefsError,
    PapiError,
)
from error_catalogue.page import PATH, page
from error_catalogue.parts import Parts, take_apart
from error_catalogue.recording import PASSED_ON, catalogue, recording
from error_catalogue.sites import ROOT, ErrorClass, Site, error_classes, sites

SITES = sites()
CLASSES = [one for one in error_classes() if one.for_operator]
#: Their constructor makes the message out of parts; what it makes is looked at where a test provokes it.
MADE_BY_THE_CLASS = frozenset(one.name for one in CLASSES if one.template) | {"PlanRefused", "FailbackRefused"}
#: These pass on what another error said, and add to it.
ADDS_TO_ANOTHER = frozenset(
    {
        "plugins/module_utils/_failover/session_check.py: run: NotReached",
        "plugins/module_utils/_failover/sudoers_rule.py: _wait_rendered: NotReached",
    }
)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.key)
def test_each_place_says_what_was_tried_what_came_back_and_what_to_do(site: Site) -> None:
    if site.error in PASSED_ON | MADE_BY_THE_CLASS or site.key in ADDS_TO_ANOTHER:
        return
    missing = take_apart(site.template).missing()
    assert not missing, f"{site.path}:{site.first_line} does not say {missing}: {site.template}"


def test_each_place_is_provoked_by_a_test() -> None:
    provoked = catalogue()
    keys = {site.key for site in SITES}
    left = sorted(keys - set(provoked))
    assert not left, "no test provokes these; write one, and run it with --record-errors:\n" + "\n".join(left)
    gone = sorted((set(provoked) | ADDS_TO_ANOTHER) - keys)
    assert not gone, "the catalogue has places that are gone:\n" + "\n".join(gone)


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.name)
def test_each_class_says_what_it_means_and_is_provoked(one: ErrorClass) -> None:
    assert one.meaning
    made = {site.key for site in SITES if site.error == one.name}
    # A base of others alone is made nowhere.
    derived = [other for other in CLASSES if f"({one.name})" in (ROOT / other.path).read_text(encoding="utf-8")]
    assert made & set(catalogue()) or (derived and not made), f"no test provokes {one.name}"


@pytest.mark.parametrize("test", sorted(set(catalogue().values())))
def test_the_test_that_provokes_is_there(test: str) -> None:
    path, _colons, name = test.partition("::")
    written = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^    ?def {name.split('::')[-1]}\(|^def {name}\(", written, re.MULTILINE), test


@pytest.mark.parametrize("status", [*_NEXT_STEP, 418, 500])
def test_whatever_the_platform_api_answers_there_is_something_to_do(status: int) -> None:
    hostile = "no\x1b[2J such\r\nok: [localhost]\u202e"
    error = PapiError(status, "AEC_X", hostile, "GET", "/platform/1/x", "192.0.2.1")
    parts = take_apart(error.message)
    assert parts.tried == "GET /platform/1/x on 192.0.2.1"
    assert parts.came_back.startswith(f"the cluster answered {status} AEC_X") and parts.to_do
    assert error.message.isprintable()


def test_a_package_that_is_missing_is_named_with_the_command_that_brings_it() -> None:
    parts = take_apart(MissingLibrary("Planning", "jmespath").message)
    assert parts == Parts(
        "Planning",
        "the Python package 'jmespath' is not installed on the controller.",
        "Install it there with 'pip install jmespath'.",
    )


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ("Reading x on y: it is none. Check z.", []),
        ("Reading x on y: it is none.", ["to_do"]),
        ("It is none. Check z.", ["tried"]),
        ("Reading x: look at y.", ["came_back"]),
        ("", ["tried", "came_back", "to_do"]),
    ],
)
def test_a_part_that_is_missing_is_seen(message: str, missing: list[str]) -> None:
    found = take_apart(message)
    assert found.missing() == missing or (missing == ["came_back"] and "to_do" in found.missing())


def test_only_what_the_collection_makes_is_recorded() -> None:
    with recording(OnefsError) as made:
        assert BadOption("made by a test") is not None
        assert made == []


def test_the_page_is_what_the_code_says() -> None:
    assert (ROOT / PATH).read_text(encoding="utf-8") == page(), "run tools/error-docs"
