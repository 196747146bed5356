# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names are taken off one side before the other gets them, and a second time there is nothing to do."""

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.names import NamePair, decide
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import Names

SERVING = Names("sales.example.com", ("files.example.com", "old.example.com"))
PARKED = Names("", ())
PAIR = NamePair("g.s.sales", "g.s.sales", SERVING, PARKED)


@pytest.mark.parametrize(("owner", "first"), [("target", "source"), ("source", "target")])
def test_taken_off_before_given(owner, first):
    now = (SERVING, PARKED) if owner == "target" else (PARKED, SERVING)
    changes = decide(owner, [PAIR], {"g.s.sales": now[0]}, {"g.s.sales": now[1]})
    assert [change.side for change in changes] == [first, owner]
    assert changes[0].after == PARKED
    assert changes[1].after == SERVING


@pytest.mark.parametrize("owner", ["source", "target"])
def test_second_time_nothing(owner):
    now = (SERVING, PARKED) if owner == "source" else (PARKED, SERVING)
    assert decide(owner, [PAIR], {"g.s.sales": now[0]}, {"g.s.sales": now[1]}) == []


def test_half_done_is_finished():
    changes = decide("target", [PAIR], {"g.s.sales": PARKED}, {"g.s.sales": PARKED})
    assert [(change.side, change.after) for change in changes] == [("target", SERVING)]


def test_order_of_aliases_does_not_matter():
    swapped = Names(SERVING.zone, tuple(reversed(SERVING.aliases)))
    assert decide("source", [PAIR], {"g.s.sales": swapped}, {"g.s.sales": PARKED}) == []


def test_hints_stay_with_their_own_pool():
    serving = Names("sales.example.com", ("files.example.com",), ("igls-sales-boston",))
    parked = Names("", (), ("igls-sales-newyork",))
    pair = NamePair("g.s.sales", "g.s.dr", serving, parked)
    changes = decide("target", [pair], {"g.s.sales": serving}, {"g.s.dr": parked})
    assert [(change.side, change.after) for change in changes] == [
        ("source", Names("", (), ("igls-sales-boston",))),
        ("target", Names("sales.example.com", ("files.example.com",), ("igls-sales-newyork",))),
    ]
    now = {"g.s.sales": changes[0].after}, {"g.s.dr": changes[1].after}
    assert decide("target", [pair], *now) == []


def test_a_hint_that_is_gone_is_not_given_back():
    serving = Names("sales.example.com", (), ("igls-sales",))
    (taken,) = decide(
        "target", [NamePair("p", "p", serving, PARKED)], {"p": Names("sales.example.com", ())}, {"p": serving}
    )[:1]
    assert taken.after == Names("", (), ())
