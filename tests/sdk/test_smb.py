# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dell's SDK and SMB: shares, settings, sessions and open files, of two releases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

ZONE = "sales"


def protocols(sdk: Any) -> Any:
    return sdk.api("ProtocolsApi")


def refusal(sdk: Any, call: Callable[[], Any]) -> tuple[int, str, str]:
    with pytest.raises(sdk.refusal) as caught:
        call()
    error = json.loads(caught.value.body)["errors"][0]
    return caught.value.status, error["code"], error.get("field", "")


def create(sdk: Any, name: str, path: str = "/ifs/data/sales/sdk", **fields: Any) -> Any:
    params = sdk.model("SmbShareCreateParams", name=name, path=path, create_path=True, **fields)
    return protocols(sdk).create_smb_share(params, zone=ZONE)


def read(sdk: Any, name: str, zone: str = ZONE) -> Any:
    return protocols(sdk).get_smb_share(name, zone=zone).shares[0]


@pytest.fixture
def share(sdk: Any) -> Iterator[str]:
    assert create(sdk, "sdk", continuously_available=True, description="first").id == "sdk"
    yield "sdk"
    for zone in (ZONE, "System"):
        for one in protocols(sdk).list_smb_shares(zone=zone).shares:
            if one.name.startswith("sdk"):
                protocols(sdk).delete_smb_share(one.name, zone=zone)


def test_a_share_lives(sdk: Any, share: str) -> None:
    made = read(sdk, share)
    assert (made.continuously_available, made.description, made.ca_timeout) == (True, "first", 120)
    api = protocols(sdk)
    api.update_smb_share(sdk.model("SmbShare", description="second", ca_timeout=60), share, zone=ZONE)
    assert (read(sdk, share).description, read(sdk, share).ca_timeout) == ("second", 60)
    api.update_smb_share(sdk.model("SmbShare", name="sdk-other"), share, zone=ZONE)
    assert refusal(sdk, lambda: read(sdk, share))[:2] == (404, "AEC_NOT_FOUND")
    api.update_smb_share(sdk.model("SmbShare", zone="System"), "sdk-other", zone=ZONE)
    assert read(sdk, "sdk-other", "System").zid == 1
    api.delete_smb_share("sdk-other", zone="System")


def test_permissions_are_replaced_as_a_whole(sdk: Any, share: str) -> None:
    persona = sdk.model("AuthAccessAccessItemFileGroup", name="alice", type="user")
    entry = sdk.model("SmbSharePermission", permission="read", permission_type="allow", trustee=persona)
    protocols(sdk).update_smb_share(sdk.model("SmbShare", permissions=[entry]), share, zone=ZONE)
    assert [(one.permission, one.trustee.name) for one in read(sdk, share).permissions] == [("read", "alice")]


def test_what_of_a_share_is_refused(sdk: Any, share: str) -> None:
    api, bad = protocols(sdk), (400, "AEC_BAD_REQUEST")
    assert refusal(sdk, lambda: create(sdk, "sdk"))[:2] == (409, "AEC_CONFLICT")
    assert refusal(sdk, lambda: create(sdk, "SDK"))[:2] == (409, "AEC_CONFLICT")
    assert refusal(sdk, lambda: create(sdk, "sdk/x")) == (*bad, "name")
    assert refusal(sdk, lambda: create(sdk, "sdk-x", "/ifs/data/finance")) == (*bad, "path")
    assert refusal(sdk, lambda: api.list_smb_shares(zone="nowhere"))[:2] == (404, "AEC_NOT_FOUND")
    acl = sdk.model("SmbShare", host_acl=["deny:ALL", "allow:192.0.2.1"])
    assert refusal(sdk, lambda: api.update_smb_share(acl, share, zone=ZONE)) == (*bad, "host_acl")


def test_lists_and_summary(sdk: Any, share: str) -> None:
    api = protocols(sdk)
    first = api.list_smb_shares(zone=ZONE, limit=1)
    rest = api.list_smb_shares(resume=first.resume)
    assert {one.name for one in (*first.shares, *rest.shares)} == {"sales", "sdk"} or sdk.cluster == "newyork"
    assert api.get_smb_shares_summary(zone=ZONE).summary.count == len(api.list_smb_shares(zone=ZONE).shares)


def test_every_share_of_a_zone_at_once(sdk: Any) -> None:
    """The destructive form: it must work, so that a tool that never calls it can be told from one that does."""
    params = sdk.model("SmbShareCreateParams", name="sdk-all", path="/ifs/data/sdk-all", create_path=True)
    protocols(sdk).create_smb_share(params, zone="System")
    protocols(sdk).delete_smb_shares(zone="System")
    assert protocols(sdk).list_smb_shares(zone="System").shares == []


def test_settings(sdk: Any) -> None:
    api = protocols(sdk)
    assert api.get_smb_settings_global().settings.service is True
    api.update_smb_settings_global(sdk.model("SmbSettingsGlobalSettings", server_string="sdk"))
    try:
        assert api.get_smb_settings_global().settings.server_string == "sdk"
        assert api.get_smb_settings_global(scope="default").settings.server_string == "PowerScale Server"
    finally:
        api.update_smb_settings_global(sdk.model("SmbSettingsGlobalSettings", server_string="PowerScale Server"))
    model = sdk.model("SmbSettingsShareSettings", ca_timeout=30)
    api.update_smb_settings_share(model, zone="finance")
    assert api.get_smb_settings_share(zone="finance").settings.ca_timeout == 30
    assert api.get_smb_settings_share(zone=ZONE).settings.ca_timeout == 120
    api.update_smb_settings_zone(sdk.model("SmbSettingsZoneSettings", support_multichannel=False), zone="finance")
    assert api.get_smb_settings_zone(zone="finance").settings.support_multichannel is False
    assert api.get_smb_settings_zone(zone=ZONE).settings.support_multichannel is True


def test_sessions_and_open_files_of_an_idle_cluster(sdk: Any) -> None:
    api = protocols(sdk)
    assert [(node.lnn, node.sessions) for node in api.get_smb_sessions(lnn="all").nodes] == [(1, []), (2, [])]
    assert api.get_smb_openfiles().openfiles == []
    assert sdk.api("LocalApi").get_protocols_smb_sessions().sessions == []
    assert refusal(sdk, lambda: api.delete_smb_session("12345"))[:2] == (404, "AEC_NOT_FOUND")
    assert refusal(sdk, lambda: api.delete_smb_openfile("12345"))[:2] == (404, "AEC_NOT_FOUND")
    close = api.delete_smb_sessions_computer_user
    assert refusal(sdk, lambda: close("alice", "198.51.100.250"))[:2] == (404, "AEC_NOT_FOUND")
