# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster is dead only when two places that hear others hear nothing of it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.death_proof import (
    NotProvenDead,
    judge,
    spoken,
    witness_from,
)

SIGN = {"kind": "smb", "address": "198.51.100.11", "port": 445, "answer": "accepts connections"}


def report(name: str, **changes: t.Any) -> dict[str, t.Any]:
    seen = {
        "vantage_point": name,
        "machine": name,
        "heard": ["192.0.2.21"],
        "rounds": 3,
        "probed": 9,
        "signs": [],
        "unable": [],
        "trouble": "",
    }
    return {**seen, **changes}


def judged(*reports: t.Mapping[str, t.Any]) -> list[str]:
    return [witness.name for witness in judge("boston", [witness_from(one) for one in reports])]


def test_two_that_hear_nothing_prove_it() -> None:
    assert judged(report("controller"), report("newyork")) == ["controller", "newyork"]


def test_one_that_sees_it_is_enough_to_refuse() -> None:
    with pytest.raises(NotProvenDead, match="from probe1: smb at 198.51.100.11 accepts connections.*planned failover"):
        judged(report("controller"), report("newyork"), report("probe1", signs=[SIGN]))


def test_a_sign_counts_even_where_silence_would_not() -> None:
    with pytest.raises(NotProvenDead, match="from probe1"):
        judged(report("controller"), report("newyork"), report("probe1", signs=[SIGN], heard=[]))


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (report("newyork", machine="controller"), r"only 1 vantage point \(controller\)"),
        (report("newyork", heard=[]), "newyork hears nobody else either"),
        (report("newyork", probed=0), "newyork knew no address to try"),
        (report("newyork", unable=[{**SIGN, "answer": "Operation not permitted"}]), "newyork could not try smb"),
        ({"item": "probe1", "unreachable": True, "msg": "Failed to connect to the host"}, "probe1 Failed to connect"),
        ({"item": "probe1", "msg": "no Python"}, "probe1 no Python"),
    ],
)
def test_silence_that_means_nothing_does_not_count(second: dict[str, t.Any], why: str) -> None:
    with pytest.raises(NotProvenDead, match=why):
        judged(report("controller"), second)


def test_nobody_looked() -> None:
    with pytest.raises(NotProvenDead, match=r"only 0 vantage points \(none\)"):
        judged()


def test_signs_of_one_kind_are_told_together() -> None:
    other = {**SIGN, "address": "198.51.100.12"}
    assert spoken([SIGN, other]) == ("smb at 198.51.100.11, 198.51.100.12 accepts connections",)
