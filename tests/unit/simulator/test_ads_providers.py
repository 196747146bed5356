# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Active Directory provider: a name belongs to one machine account, and moves only when the other lets go."""

from __future__ import annotations

from typing import Any

import pytest

ADS = "/platform/14/auth/providers/ads"
PROVIDER = f"{ADS}/EXAMPLE.COM"
ADMINISTRATOR = {"user": "Administrator", "password": "Sim-Domain-1"}


def provider(pair: Any, cluster: str) -> Any:
    return pair.caller(cluster).get(PROVIDER)["ads"][0]


def test_smartconnect_names_are_registered_and_recommended(pair: Any) -> None:
    boston, newyork = provider(pair, "boston"), provider(pair, "newyork")
    assert {"HOST/sales.example.com", "HOST/sales", "HOST/files.example.com"} <= set(boston["spns"])
    assert set(boston["recommended_spns"]) == set(boston["spns"])
    assert newyork["spns"] == ["HOST/newyork.example.com", "HOST/newyork"]
    assert (boston["dup_spns"], newyork["dup_spns"]) == ([], [])
    assert "dup_spns" not in pair.caller("boston").get("/platform/7/auth/providers/ads/EXAMPLE.COM")["ads"][0]
    listed = pair.caller("boston").get(ADS)["ads"][0]
    assert (listed["id"], "spns" in listed) == ("EXAMPLE.COM", False)


def test_a_name_moves_when_the_source_lets_go(pair: Any) -> None:
    boston, newyork = pair.caller("boston"), pair.caller("newyork")
    name = "HOST/sales.example.com"
    wanted = [*provider(pair, "newyork")["spns"], name]
    refused = newyork.call("PUT", PROVIDER, {"spns": wanted, **ADMINISTRATOR})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "spns")
    assert name not in provider(pair, "newyork")["spns"]
    newyork.write("PUT", PROVIDER, {"extra_expected_spns": [name.upper()]})
    assert provider(pair, "newyork")["dup_spns"] == [name.upper()]
    kept = [one for one in provider(pair, "boston")["spns"] if one != name]
    boston.write("PUT", PROVIDER, {"spns": kept})
    newyork.write("PUT", PROVIDER, {"spns": wanted, **ADMINISTRATOR})
    assert name in provider(pair, "newyork")["spns"]
    assert provider(pair, "boston")["dup_spns"] == [name]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"spns": [], "user": "Administrator", "password": "wrong"}, 403),
        ({"spns": [], "user": "somebody", "password": "Sim-Domain-1"}, 403),
        ({"spns": "HOST/one"}, 400),
        ({"colour": "red"}, 400),
    ],
)
def test_what_is_refused(pair: Any, body: Any, status: int) -> None:
    before = provider(pair, "boston")
    assert pair.caller("boston").call("PUT", PROVIDER, body).status_code == status
    assert provider(pair, "boston") == before
    assert pair.caller("boston").call("GET", f"{ADS}/OTHER.COM").status_code == 404


def test_leave_and_join(pair: Any) -> None:
    caller = pair.caller("boston")
    body = {"name": "EXAMPLE.COM", **ADMINISTRATOR}
    assert caller.call("POST", ADS, body).status_code == 409
    caller.write("DELETE", PROVIDER)
    assert caller.get(ADS)["ads"] == []
    assert {one["type"] for one in caller.get("/platform/11/auth/providers/summary")["provider_instances"]} == {
        "local",
        "file",
    }
    assert caller.call("POST", ADS, body | {"password": "wrong"}).status_code == 403
    assert caller.call("POST", ADS, body | {"name": "OTHER.COM"}).status_code == 400
    caller.write("POST", ADS, body, 201)
    assert "HOST/sales" in provider(pair, "boston")["spns"]
    assert len(caller.get("/platform/11/auth/providers/summary")["provider_instances"]) == 3
