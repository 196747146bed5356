# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each cluster says which release it is, in the words that Dell's clients parse."""

from __future__ import annotations

from typing import Any

PAPI = {"boston": "16", "newyork": "23"}


def test_cluster_config(sdk: Any) -> None:
    config = sdk.api("ClusterApi").get_cluster_config()
    assert config.name == sdk.cluster
    number = sdk.package.removeprefix("v").replace("_", ".")
    assert config.onefs_version.release == f"v{number}.0"
    assert [device.lnn for device in config.devices] == [1, 2]


def test_two_api_versions_of_one_object_answer_side_by_side(sdk: Any) -> None:
    """The same pool by an old client and by a new one: `fec` is what 9.7 renamed `loadbalance`."""
    pools = sdk.api("NetworkApi").get_network_pools().pools
    assert {pool.aggregation_mode for pool in pools} == {"fec" if sdk.cluster == "boston" else "loadbalance"}
