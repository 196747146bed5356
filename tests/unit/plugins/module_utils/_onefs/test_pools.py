# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A few pools are asked for one by one, many with one list: clients may wait for either."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption, PapiError
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import (
    MOST_ONE_BY_ONE,
    POOLS,
    pool_path,
    read_some_pools,
)


class Cluster:
    """Has as many pools as were asked for, and remembers the calls."""

    def __init__(self, number: int) -> None:
        self.connection = Connection("boston")
        self.calls: list[str] = []
        self.pools = {
            f"groupnet0.subnet1.p{n}": {"groupnet": "groupnet0", "subnet": "subnet1", "name": f"p{n}"}
            for n in range(number)
        }

    def get(self, path: str, **_query: Any) -> dict[str, Any]:
        self.calls.append(path)
        found = [pool for pool_id, pool in self.pools.items() if pool_path(pool_id) == path]
        if not found:
            raise PapiError(404, "AEC_NOT_FOUND", "no such pool", "GET", path, "boston")
        return {"pools": found}

    def list(self, path: str, key: str, **_query: Any) -> list[dict[str, Any]]:
        assert (path, key) == (POOLS, "pools")
        self.calls.append(path)
        return list(self.pools.values())


def test_a_few_are_asked_for_one_by_one() -> None:
    cluster: Any = Cluster(50)
    wanted = list(cluster.pools)[:MOST_ONE_BY_ONE]
    assert [(asked, pool.id) for asked, pool in read_some_pools(cluster, wanted).items()] == [
        (one, one) for one in wanted
    ]
    assert cluster.calls == [pool_path(one) for one in wanted]


def test_many_come_with_one_list_however_their_ids_are_written() -> None:
    cluster: Any = Cluster(50)
    wanted = [pool_id.replace(".", ":") for pool_id in list(cluster.pools)[: MOST_ONE_BY_ONE + 1]]
    found = read_some_pools(cluster, [*wanted, *wanted])
    assert {asked: pool.id for asked, pool in found.items()} == {one: one.replace(":", ".") for one in wanted}
    assert cluster.calls == [POOLS]


@pytest.mark.parametrize("others", [0, MOST_ONE_BY_ONE])
def test_one_that_is_missing_is_named(others: int) -> None:
    cluster: Any = Cluster(others)
    with pytest.raises(BadOption, match="groupnet0.subnet1.p99"):
        read_some_pools(cluster, [*cluster.pools, "groupnet0.subnet1.p99"])
