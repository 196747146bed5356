# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster itself by Dell's SDK: nodes, time, licences, zones, quotas, snapshots, statistics, files."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest


def test_nodes_and_time(sdk: Any) -> None:
    cluster = sdk.api("ClusterApi")
    assert [node.lnn for node in cluster.get_cluster_nodes().nodes] == [1, 2]
    assert cluster.get_cluster_node(2).nodes[0].status.release.startswith("v9.")
    assert len(cluster.get_cluster_version().nodes) == 2
    assert cluster.get_cluster_identity().name == sdk.cluster
    assert "192.0.2." in "".join(cluster.get_cluster_external_ips())
    assert abs(cluster.get_cluster_time().nodes[0].time - time.time()) < 60


def test_the_clock_can_be_set(sdk: Any) -> None:
    cluster = sdk.api("ClusterApi")
    try:
        cluster.update_cluster_time(sdk.model("ClusterTimeExtended", time=int(time.time()) + 3600))
        assert abs(cluster.get_cluster_time().nodes[0].time - time.time() - 3600) < 60
    finally:
        cluster.update_cluster_time(sdk.model("ClusterTimeExtended", time=int(time.time())))


def test_an_expired_licence(sdk: Any) -> None:
    licenses = sdk.api("LicenseApi")
    assert "SyncIQ" in {one.name for one in licenses.list_license_licenses().licenses}
    sdk.pair.sim("license", sdk.cluster, "SmartQuotas", "Expired")
    try:
        assert licenses.get_license_license("SmartQuotas").licenses[0].status == "Expired"
        assert sdk.api("QuotaApi").get_quota_license().expired_alert
        with pytest.raises(sdk.refusal) as caught:
            sdk.api("QuotaApi").create_quota_quota(quota(sdk))
        assert json.loads(caught.value.body)["errors"][0]["code"] == "AEC_INVALID_LICENSE"
    finally:
        sdk.pair.sim("license", sdk.cluster, "SmartQuotas", "Licensed")
    assert sdk.api("SnapshotApi").get_snapshot_license().status == "Licensed"


def quota(sdk: Any) -> Any:
    return sdk.model("QuotaQuotaCreateParams", path="/ifs/data", type="directory", include_snapshots=False)


def test_zones(sdk: Any) -> None:
    zones, summary = sdk.api("ZonesApi"), sdk.api("ZonesSummaryApi")
    created = zones.create_zone(sdk.model("ZoneCreateParams", name="sdk-z", path="/ifs/sdk-z", create_path=True))
    zones.update_zone(sdk.model("Zone", map_untrusted="EXAMPLE"), created.id)
    assert zones.get_zone("sdk-z").zones[0].map_untrusted == "EXAMPLE"
    assert "sdk-z" in {one.name for one in zones.list_zones().zones}
    assert "sdk-z" in summary.get_zones_summary().summary.list
    assert summary.get_zones_summary_zone("sdk-z").summary.path == "/ifs/sdk-z"
    zones.delete_zone("sdk-z")
    assert "sdk-z" not in summary.get_zones_summary().summary.list


def test_quotas(sdk: Any) -> None:
    quotas = sdk.api("QuotaApi")
    created = quotas.create_quota_quota(quota(sdk))
    limits = sdk.model("QuotaQuotaThresholds", hard=1 << 40)
    quotas.update_quota_quota(sdk.model("QuotaQuota", thresholds=limits), created.id)
    found = quotas.list_quota_quotas(path="/ifs/data", zone="System").quotas
    assert [one.thresholds.hard for one in found] == [1 << 40]
    assert quotas.get_quota_quota(created.id).quotas[0].usage.inodes >= 1
    assert quotas.get_quota_quotas_summary().summary.count == 1
    quotas.delete_quota_quota(created.id)
    quotas.delete_quota_quotas(path="/ifs/data")
    assert quotas.list_quota_quotas().quotas == []


def test_snapshots(sdk: Any) -> None:
    snapshots = sdk.api("SnapshotApi")
    created = snapshots.create_snapshot_snapshot(
        sdk.model("SnapshotSnapshotCreateParams", path="/ifs/data/finance", name="sdk")
    )
    snapshots.update_snapshot_snapshot(sdk.model("SnapshotSnapshot", name="sdk-2"), created.id)
    assert [one.name for one in snapshots.list_snapshot_snapshots().snapshots] == ["sdk-2"]
    assert snapshots.get_snapshot_snapshots_summary().summary.count == 1
    assert snapshots.get_snapshot_snapshot("sdk-2").snapshots[0].state == "active"
    snapshots.delete_snapshot_snapshot("sdk-2")
    assert snapshots.list_snapshot_snapshots().snapshots == []


def test_writable_snapshots(sdk: Any) -> None:
    snapshots = sdk.api("SnapshotApi")
    snapshots.create_snapshot_snapshot(
        sdk.model("SnapshotSnapshotCreateParams", path="/ifs/data/finance", name="sdk-source")
    )
    made = snapshots.create_snapshot_writable_item(
        sdk.model("SnapshotWritableItem", src_snap="sdk-source", dst_path="/ifs/sdk-copy")
    )
    assert (made.state, made.src_path) == ("active", "/ifs/data/finance")
    assert [one.dst_path for one in snapshots.list_snapshot_writable().writable] == ["/ifs/sdk-copy"]
    assert snapshots.get_snapshot_writable_wspath("/ifs/sdk-copy").writable[0].src_snap == "sdk-source"
    assert snapshots.get_snapshot_writable_snapshot_summary().summary.active_count == 1
    snapshots.delete_snapshot_writable_wspath("/ifs/sdk-copy")
    deadline = time.monotonic() + 10
    while snapshots.list_snapshot_writable().writable:
        assert time.monotonic() < deadline, "a writable snapshot that was deleted was not reclaimed"
        time.sleep(0.1)
    snapshots.delete_snapshot_snapshot("sdk-source")


def test_statistics(sdk: Any) -> None:
    statistics = sdk.api("StatisticsApi")
    assert "ifs.bytes.used" in {one.key for one in statistics.get_statistics_keys().keys}
    assert statistics.get_statistics_key("node.health").keys[0].scope == "node"
    stats = statistics.get_statistics_current(keys=["cluster.health"]).stats
    assert [(one.key, float(one.value)) for one in stats] == [("cluster.health", 0.0)]


def test_files(sdk: Any) -> None:
    files = sdk.api("NamespaceApi")
    assert files.list_access_points().namespaces[0].name == "ifs"
    files.create_directory("ifs/sdk/deep", "container", recursive=True)
    files.create_file("ifs/sdk/deep/one", "object", '"words"')
    content = files.get_file_contents("ifs/sdk/deep/one", _preload_content=False)
    assert json.loads(json.loads(content.data)) == "words" or json.loads(content.data) == "words"
    files.get_file_attributes("ifs/sdk/deep/one")
    files.get_directory_attributes("ifs/sdk/deep")
    files.copy_file("ifs/sdk/deep/two", "/namespace/ifs/sdk/deep/one")
    files.copy_directory("ifs/sdk/other", "/namespace/ifs/sdk/deep")
    files.move_file("ifs/sdk/deep/two", "/namespace/ifs/sdk/deep/three")
    files.move_directory("ifs/sdk/other", "/namespace/ifs/sdk/moved")
    page = files.get_directory_contents("ifs/sdk/deep", detail="type,size", limit=1, sort="name")
    assert (page.children[0].name, page.children[0].type) == ("one", "object")
    rest = files.get_directory_contents("ifs/sdk/deep", resume=page.resume)
    assert [one.name for one in rest.children] == ["three"]
    mark = sdk.model("NamespaceMetadataAttrs", name="team", namespace="user", value="sales", op="update")
    files.set_file_metadata("ifs/sdk/deep/one", True, sdk.model("NamespaceMetadata", action="update", attrs=[mark]))
    attrs = files.get_file_metadata("ifs/sdk/deep/one", True).attrs
    assert {one.name: one.value for one in attrs}["team"] == "sales"
    files.set_acl("ifs/sdk/deep", True, sdk.model("NamespaceAcl", authoritative="mode", mode="0750"))
    assert files.get_acl("ifs/sdk/deep", True).mode == "0750"
    files.delete_file("ifs/sdk/deep/one")
    files.delete_directory("ifs/sdk", recursive=True)
    with pytest.raises(sdk.refusal) as caught:
        files.get_directory_contents("ifs/sdk")
    assert caught.value.status == 404
