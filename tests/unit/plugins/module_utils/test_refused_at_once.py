# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before any cluster is asked: options that can't be meant, and packages that are not installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import (
    account_role,
    host_key_pin,
    interface_move,
    planning,
    pool_lifetime,
    replication,
    report_page,
    sandbox_plan,
    service_check,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import PlanRefused
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness import (
    names_asked,
    outcome,
    running,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import (
    addresses,
    cluster,
    papi,
    pools,
    shell,
    smartconnect,
    smb_share,
    sudoers,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import (
    BadOption,
    MissingLibrary,
    OnefsError,
    UnexpectedAnswer,
)

CONNECTION = Connection.from_params({"onefs_host": "192.0.2.1", "onefs_user": "svc", "onefs_password": "s3cret"})
SAME = {"source_name": "boston", "target_name": "boston", "waive": []}


def quiet(_line: str) -> None:
    """Take progress that nobody reads."""


@pytest.mark.parametrize(
    ("refused", "kind", "words"),
    [
        (lambda: account_role.run({"name": " "}, False, quiet), BadOption, "it has no name"),
        (lambda: account_role.checked({"ISI_PRIV_NETWORK": "all"}), BadOption, "'all'"),
        (lambda: interface_move._range("192.0.2.1"), interface_move.MoveRefused, "it has no hyphen"),
        (lambda: planning.run(SAME, False, quiet), PlanRefused, "both 'boston'"),
        (lambda: running.run(SAME, False, quiet), BadOption, "both 'boston'"),
        (lambda: pool_lifetime.run({"ttl_seconds": -1}, False, quiet), BadOption, "-1 s"),
        (lambda: sandbox_plan.parse_range(" "), BadOption, "none were given"),
        (lambda: outcome.waivers_from(["nothing_like_it: because"]), BadOption, "there is none of this id"),
        (lambda: outcome.waivers_from(["rehearsed_lately"]), BadOption, "no reason is given"),
        (lambda: pools.member_as_iface("ext-1"), BadOption, "LNN:name"),
        (lambda: sudoers.make_rule("svc", "a b", ("/usr/bin/x",)), BadOption, "no account name"),
        (lambda: cluster.identity_from_answer({"name": "boston"}, "192.0.2.1"), UnexpectedAnswer, "no devices"),
    ],
)
def test_what_can_not_be_meant(refused: Callable[[], Any], kind: type[OnefsError], words: str) -> None:
    with pytest.raises(kind, match=words):
        refused()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"started": 99, "left_out": []}, "before the fence was proven at 100"),
        ({"started": 101, "left_out": ["2 failed_chunks"]}, "files were left out"),
    ],
)
def test_a_final_run_that_may_lack_something(change: dict[str, Any], words: str) -> None:
    with pytest.raises(replication.SyncJobFailed, match=words):
        replication.require_final([{"policy": "sales", "after": "run 3 finished", **change}], 100, "192.0.2.1")


@pytest.mark.parametrize(
    ("module", "flag", "needs"),
    [
        (addresses, "HAS_NETADDR", addresses._require_netaddr),
        (papi, "HAS_REQUESTS", lambda: papi.PapiSession(CONNECTION)._log_in_once()),
        (shell, "HAS_PARAMIKO", lambda: shell.Shell(CONNECTION)._connect()),
        (smartconnect, "HAS_DNSPYTHON", smartconnect.require_dnspython),
        (smb_share, "HAS_SMBPROTOCOL", lambda: smb_share.SmbShare("192.0.2.1", "sales", "alice", "s3cret")),
        (names_asked, "HAS_DNSPYTHON", names_asked._require_library),
        (service_check, "HAS_DNSPYTHON", lambda: service_check.resolve("sales.example.com", ())),
        (report_page, "HAS_JINJA2", lambda: report_page.render_page({})),
        (planning, "HAS_JMESPATH", lambda: planning.views(None)),  # type: ignore[arg-type]
        (host_key_pin, "HAS_PARAMIKO", lambda: host_key_pin._with_keys("known_hosts", "", [], {})),
    ],
)
def test_a_package_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, module: Any, flag: str, needs: Callable[[], Any]
) -> None:
    monkeypatch.setattr(module, flag, False)
    with pytest.raises(MissingLibrary, match="is not installed .* Install it there with 'pip install"):
        needs()
