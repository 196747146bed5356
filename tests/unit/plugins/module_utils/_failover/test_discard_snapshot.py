# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is thrown away on a returned cluster is kept in a snapshot for some days, once for each list, or nothing is thrown away."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import discard_snapshot, divergence
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.discard_snapshot import (
    DAY_SECONDS,
    NoSnapshot,
    plan_snapshots,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.divergence import (
    Entry,
    fingerprint,
    list_digest,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption

Options = Callable[[str], dict[str, Any]]
FILE = Entry("/ifs/data/sales/a", "object", 10, 1_000)


def take(options: Options, check_mode: bool = False, **more: Any) -> dict[str, Any]:
    params = {
        "source": options("boston"),
        "access_zone": "sales",
        "run_id": "6f1c2b9e-77",
        "sha256": "5d2b3f5f2a0f",
        "paths": ["/ifs/data/sales"],
        "days": 14,
        **more,
    }
    return discard_snapshot.run(params, check_mode, lambda _message: None)


def test_names_tell_zone_run_and_list_and_a_path_below_another_comes_with_it() -> None:
    found = plan_snapshots("sales/x", "6f1c2b9e-77", "5d2b3f5f2a0f", ["/ifs/b/c", "/ifs/b/", "/ifs/bc"], 5)
    assert [(one.name, one.path, one.expires) for one in found] == [
        ("seamless-discard-sales_x-6f1c2b9e-5d2b3f5f-0", "/ifs/b", 5),
        ("seamless-discard-sales_x-6f1c2b9e-5d2b3f5f-1", "/ifs/bc", 5),
    ]
    assert found[0].as_dict()["folder"] == "/ifs/b/.snapshot/seamless-discard-sales_x-6f1c2b9e-5d2b3f5f-0"
    (longest,) = plan_snapshots("z" * 300, "r" * 300, "5" * 64, ["/ifs/b"], 5)
    assert len(longest.name) <= 255


def test_what_is_there_is_kept_once_for_each_list(pair: Any, options: Options) -> None:
    folder: pathlib.Path = pair.files["boston"].path("/ifs/data/sales")
    (folder / "late.txt").write_text("here only", encoding="utf-8")
    assert take(options, check_mode=True)["changed"] is True
    assert pair.boston.snapshots.all() == []

    taken = take(options)
    (one,) = taken["snapshots"]
    assert taken["changed"] is True
    assert 13 * DAY_SECONDS < one["expires"] - time.time() <= 14 * DAY_SECONDS
    kept = pair.files["boston"].path(f"/ifs/.snapshot/{one['name']}/data/sales/late.txt")
    assert kept.read_text(encoding="utf-8") == "here only"

    again = take(options, days=30)
    # It stays as long as was said when it was taken.
    assert again == {**taken, "changed": False}
    assert take(options, sha256="another")["changed"] is True
    assert len(pair.boston.snapshots.all()) == 2


def test_without_a_license_nothing_goes_on(pair: Any, options: Options) -> None:
    pair.boston.licenses.set_status("SnapshotIQ", "Unlicensed")
    with pytest.raises(NoSnapshot, match="failover_discard_snapshot_days=0") as refused:
        take(options)
    assert "/ifs/data/sales" in refused.value.message and "Nothing of its data was changed" in refused.value.message


def test_no_day_is_no_time(options: Options) -> None:
    with pytest.raises(BadOption, match="one day or more"):
        take(options, days=0)


def test_a_list_is_told_from_another_one_in_whatever_order_it_was_made() -> None:
    later = Entry("/ifs/data/sales/b", "object", 1, 1_000)
    one, two = fingerprint(FILE), fingerprint(later)
    assert list_digest([one, two]) == list_digest([two, one])
    others = [
        Entry(FILE.path, "object", 11, 1_000),
        Entry(FILE.path, "object", 10, 1_001),
        Entry("/x", "object", 10, 1_000),
    ]
    assert (
        len({list_digest(found) for found in ([], [one], [one, two], *([fingerprint(other)] for other in others))}) == 6
    )


def test_all_differences_count_though_few_are_listed(pair: Any, options: Options) -> None:
    folder: pathlib.Path = pair.files["boston"].path("/ifs/data/sales")
    for number in range(5):
        (folder / f"late{number}.txt").write_text("here only", encoding="utf-8")

    def look(most: int) -> dict[str, Any]:
        params = {
            "source": options("boston"),
            "target": options("newyork"),
            "points": [{"policy": "sales", "path": "/ifs/data/sales", "target_path": "", "point": 0}],
            "most": most,
            "slack_seconds": 60,
        }
        return divergence.run(params, False, lambda _message: None)

    few, all_of_them = look(2), look(100)
    assert (len(few["differences"]), few["complete"], all_of_them["complete"]) == (2, False, True)
    assert few["total"] == all_of_them["total"] == len(all_of_them["differences"]) >= 5
    assert few["sha256"] == all_of_them["sha256"]
    (folder / "late5.txt").write_text("here only", encoding="utf-8")
    assert look(2)["sha256"] != few["sha256"]
