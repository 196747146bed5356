# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster lists of services that the pair does not run, by Dell's SDK: NFS, S3, events."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.mark.parametrize(("call", "listed"), [("list_nfs_exports", "exports"), ("list_s3_buckets", "buckets")])
def test_each_zone_lists_its_own(sdk: Any, call: str, listed: str) -> None:
    listing = getattr(sdk.api("ProtocolsApi"), call)
    for zone in ("System", "sales"):
        assert getattr(listing(zone=zone), listed) == []
    with pytest.raises(sdk.refusal) as caught:
        listing(zone="nowhere")
    assert caught.value.status == 400
    assert json.loads(caught.value.body)["errors"][0]["field"] == "zone"


def test_no_event_is_open(sdk: Any) -> None:
    assert sdk.api("EventApi").get_event_eventgroup_occurrences(resolved=False).eventgroups == []
