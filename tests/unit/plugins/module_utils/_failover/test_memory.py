# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.memory import (
    FOLDER,
    Holding,
    NotRemembered,
    decode,
    encode,
    recall,
    remember,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import PapiError

FIRST = Holding(("1:ext-1",), (("192.0.2.1", "192.0.2.2"),))
SECOND = Holding(("2:ext-1",), (("192.0.2.1", "192.0.2.2"),))
POOL = "groupnet0.subnet1.sales"


class Files:
    """The files of one cluster, as its namespace API has them."""

    def __init__(self) -> None:
        self.connection = Connection("boston")
        self.files: dict[str, bytes] = {}
        self.keeps = 10**6

    def make_folder(self, path: str) -> None:
        assert path.startswith(FOLDER)

    def list_folder(self, path: str) -> list[str]:
        names = [name[len(path) + 1 :] for name in self.files if name.startswith(path + "/")]
        if not names:
            raise PapiError(404, "AEC_NOT_FOUND", "not found", "GET", path, "boston")
        return names

    def write_file(self, path: str, data: bytes, overwrite: bool = True) -> None:
        assert overwrite or path not in self.files
        self.files[path] = data[: self.keeps]

    def read_file(self, path: str) -> bytes:
        return self.files[path]

    def tear_newest(self) -> None:
        newest = max(self.files)
        self.files[newest] = self.files[newest][:-20]


def pair() -> t.Any:
    return [Files(), Files()]


def test_a_record_comes_back_as_it_was() -> None:
    assert decode(encode("boston", POOL, FIRST, "now")) == FIRST


@pytest.mark.parametrize("cut", [0, 1, 50, -1])
def test_a_torn_record_is_none(cut: int) -> None:
    assert decode(encode("boston", POOL, FIRST, "now")[:cut]) is None


def test_a_changed_record_is_none() -> None:
    assert decode(encode("boston", POOL, FIRST, "now").replace(b"1:ext-1", b"9:ext-1")) is None


@pytest.mark.parametrize("data", [b"null", b"[]", b"{}", b"\xff"])
def test_what_is_no_record_is_none(data: bytes) -> None:
    assert decode(data) is None


def test_both_clusters_have_the_same_record() -> None:
    clusters = pair()
    remember(clusters, "boston", POOL, FIRST)
    assert clusters[0].files == clusters[1].files
    assert recall(clusters, "boston", POOL) == FIRST


def test_one_cluster_is_enough_to_recall() -> None:
    clusters = pair()
    remember(clusters, "boston", POOL, FIRST)
    clusters[0].files.clear()
    assert recall(clusters, "boston", POOL) == FIRST


def test_records_are_never_changed_the_newest_counts() -> None:
    clusters = pair()
    remember(clusters, "boston", POOL, FIRST)
    first = dict(clusters[0].files)
    remember(clusters, "boston", POOL, SECOND)
    assert first.items() <= clusters[0].files.items()
    assert recall(clusters, "boston", POOL) == SECOND


def test_the_same_again_is_not_written_again() -> None:
    clusters = pair()
    remember(clusters, "boston", POOL, FIRST)
    remember(clusters, "boston", POOL, FIRST)
    assert len(clusters[0].files) == 1


def test_a_torn_last_record_falls_back_to_the_one_before_or_to_the_other_cluster() -> None:
    clusters = pair()
    remember(clusters, "boston", POOL, FIRST)
    remember(clusters, "boston", POOL, SECOND)
    clusters[0].tear_newest()
    assert recall(clusters, "boston", POOL) == SECOND
    clusters[1].tear_newest()
    assert recall(clusters, "boston", POOL) == FIRST


def test_a_torn_record_keeps_its_number_and_is_followed_by_the_next() -> None:
    clusters = pair()
    remember(clusters, "boston", POOL, FIRST)
    for cluster in clusters:
        cluster.tear_newest()
    remember(clusters, "boston", POOL, SECOND)
    assert sorted(clusters[0].files)[-1].endswith("/00000002.json")


def test_what_cannot_be_read_back_stops_the_move() -> None:
    clusters = pair()
    clusters[1].keeps = 10
    with pytest.raises(NotRemembered, match="nothing was changed"):
        remember(clusters, "boston", POOL, FIRST)


def test_pools_of_the_same_name_on_both_clusters_are_kept_apart() -> None:
    clusters = pair()
    remember(clusters, "boston", POOL, FIRST)
    remember(clusters, "newyork", POOL, SECOND)
    assert (recall(clusters, "boston", POOL), recall(clusters, "newyork", POOL)) == (FIRST, SECOND)
    assert recall(clusters, "boston", "groupnet0.subnet1.other") is None
