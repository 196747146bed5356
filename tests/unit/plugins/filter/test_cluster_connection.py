# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster's connection, taken from its inventory host."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.seamless.smb_failover.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.seamless.smb_failover.plugins.filter.cluster_connection import OPTIONS, cluster_connection

LOGIN = {"onefs_user": "svc", "onefs_password": "pass"}


def inventory(**variables: Any) -> dict[str, dict[str, Any]]:
    return {"localhost": {}, "boston": {**LOGIN, **variables}, "newyork": dict(LOGIN)}


def test_the_address_is_the_first_that_is_set_of_onefs_host_ansible_host_and_the_name_itself() -> None:
    both = inventory(onefs_host="192.0.2.1", ansible_host="192.0.2.2")
    assert cluster_connection(both, "boston")["onefs_host"] == "192.0.2.1"
    assert cluster_connection(inventory(ansible_host="192.0.2.2"), "boston")["onefs_host"] == "192.0.2.2"
    assert cluster_connection(inventory(), "boston")["onefs_host"] == "boston"


def test_only_options_of_the_connection_are_taken_and_none_that_is_null_or_empty() -> None:
    taken = cluster_connection(
        inventory(onefs_port=8443, onefs_ca_path=None, onefs_ssh_key_file="", ansible_password="other"), "boston"
    )
    assert taken == {**LOGIN, "onefs_port": 8443, "onefs_host": "boston"}


def test_every_documented_option_is_taken_but_the_lease_which_is_a_run_s() -> None:
    documented = set(yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]) - {"connection", "onefs_lease"}
    assert set(OPTIONS) == documented


@pytest.mark.parametrize("cluster", ["", None])
def test_no_cluster_named(cluster: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="Set failover_source and failover_target"):
        cluster_connection(inventory(), cluster)


def test_a_cluster_that_the_inventory_does_not_have() -> None:
    with pytest.raises(
        AnsibleFilterError, match=r"'bostn' in the inventory: there is no such host \(it has boston, newyork\)"
    ):
        cluster_connection(inventory(), "bostn")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"onefs_password": None}, "no onefs_password\\."),
        ({"onefs_user": None, "onefs_password": None}, "no onefs_user and no"),
    ],
)
def test_a_login_that_is_missing(variables: dict[str, Any], words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        cluster_connection(inventory(**variables), "boston")
