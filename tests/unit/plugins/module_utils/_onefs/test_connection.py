# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption

FULL = {
    "onefs_host": "boston.example.com",
    "onefs_user": "svc",
    "onefs_password": "secret-1",
    "onefs_ssh_password": "secret-2",
    "onefs_node_hosts": {"1": "192.0.2.11", 2: "192.0.2.12"},
}


def test_defaults_and_what_follows_from_other_options() -> None:
    found = Connection.from_params({"onefs_host": "boston", "onefs_user": "svc", "onefs_port": None})
    assert (found.port, found.ssh_port, found.timeout_seconds) == (8080, 22, 30.0)
    assert (found.ssh_host, found.ssh_user) == ("boston", "svc")
    assert found.validate_certs
    assert found.ssh_check_host_key


def test_node_numbers_may_come_as_text() -> None:
    assert Connection.from_params(FULL).node_hosts == {1: "192.0.2.11", 2: "192.0.2.12"}


def test_no_secret_is_in_the_representation() -> None:
    assert "secret" not in repr(Connection.from_params(FULL))


def test_the_option_connection_holds_all() -> None:
    found = Connection.from_params({"connection": FULL, "onefs_host": None, "onefs_port": 1})
    assert found == Connection.from_params(FULL)


@pytest.mark.parametrize("hosts", [{"one": "192.0.2.11"}, {"1": ""}])
def test_a_node_without_number_or_address_is_refused(hosts: dict[str, str]) -> None:
    with pytest.raises(BadOption, match="onefs_node_hosts"):
        Connection.from_params({**FULL, "onefs_node_hosts": hosts})


def test_no_host_is_refused() -> None:
    with pytest.raises(BadOption, match="onefs_host"):
        Connection.from_params({})


def test_switches_can_be_turned_off() -> None:
    found = Connection.from_params({**FULL, "onefs_validate_certs": False, "onefs_ssh_check_host_key": False})
    assert not found.validate_certs
    assert not found.ssh_check_host_key
