# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a connection are documented in four places, as literals, which ansible-test demands: they say the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.seamless.smb_failover.plugins.doc_fragments import cluster_pair, connection


def options(text: str) -> dict[str, Any]:
    """Return the documented options, a reference to another option of the same connection without the path to it."""
    found: dict[str, Any] = yaml.safe_load(re.sub(r"O\((source|target|connection)\.", "O(", text))["options"]
    return found


ALONE = options(connection.ModuleDocFragment.DOCUMENTATION)
REFERENCE = ALONE.pop("connection")["suboptions"]
PAIR = options(cluster_pair.ModuleDocFragment.DOCUMENTATION)


@pytest.mark.parametrize(
    "suboptions",
    [
        PAIR["source"]["suboptions"],
        PAIR["target"]["suboptions"],
        options(cluster_pair.ModuleDocFragment.SOURCE)["source"]["suboptions"],
    ],
    ids=["source", "target", "source alone"],
)
def test_a_connection_within_an_option_is_documented_as_the_others_are(suboptions: dict[str, Any]) -> None:
    assert suboptions == REFERENCE


def test_options_one_by_one_differ_only_in_that_none_is_required() -> None:
    assert {name: {**one, "required": None} for name, one in ALONE.items()} == {
        name: {**one, "required": None} for name, one in REFERENCE.items()
    }
    assert not any(one.get("required") for one in ALONE.values())
