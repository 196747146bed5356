# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of what this run may see and do: answers, privileges, clocks, the SSH command, the account. Private to the collection; pure."""

from __future__ import annotations

import typing as t

from ..privileges import needed_for_a_failover, permission_of
from .check import BLOCK, FAILED, OK, WARN, Check, Finding, Unread, judge, known
from .facts import Cluster, Facts

DAY = 86400.0


def api_reachable(facts: Facts) -> Finding:
    """Every node of both clusters is up, and its platform API answers."""
    problems: list[str] = []
    seen: list[str] = []
    for cluster in facts.clusters():
        if isinstance(cluster.identity, Unread):
            problems.append(f"{cluster.name}: {cluster.identity.why}")
            continue
        identity = cluster.identity
        seen.append(
            f"{cluster.name}: {identity.name} at {cluster.host} answers after {cluster.answer_ms:.0f} ms as '{cluster.user}', "
            f"OneFS {identity.release}, nodes {_numbers(node.lnn for node in identity.nodes)}"
        )
        down = [node.lnn for node in identity.nodes if not node.is_up]
        if down:
            problems.append(f"{cluster.name}: node {_numbers(down)} is down, so what its clients do can not be seen")
        problems += [
            f"{cluster.name}: node {lnn}: {answer.why}"
            for lnn, answer in sorted(cluster.nodes.items())
            if isinstance(answer, Unread)
        ]
    clusters = [c.identity for c in facts.clusters() if not isinstance(c.identity, Unread)]
    if len(clusters) == 2 and clusters[0].guid == clusters[1].guid:
        problems.append("source and target are the same cluster")
    return judge(problems, seen)


def privileges_complete(facts: Facts) -> Finding:
    """The account has every privilege that the run uses, on both clusters."""
    problems: list[str] = []
    seen: list[str] = []
    needed = needed_for_a_failover()
    for cluster in facts.clusters():
        granted = known(cluster.privileges)
        lacks = {name: one for name, one in needed.items() if not _suffices(permission_of(granted, name), one)}
        missing = [f"{name} ({'write' if one == 'w' else 'read'})" for name, one in sorted(lacks.items())]
        problems += [f"{cluster.name}: '{cluster.user}' lacks {name}" for name in missing]
        seen.append(f"{cluster.name}: '{cluster.user}' has {len(needed) - len(missing)} of {len(needed)}")
    return judge(problems, seen)


def _suffices(permission: str, needed: str) -> bool:
    return permission == "w" if needed == "w" else permission != "-"


def clocks_agree(facts: Facts) -> Finding:
    """The nodes' clocks agree with the controller's: Kerberos allows five minutes, and ages are told by these clocks."""
    problems: list[str] = []
    seen: list[str] = []
    furthest = 0.0
    for cluster in facts.clusters():
        for lnn, ahead in sorted(known(cluster.clock_ahead_seconds).items()):
            line = f"{cluster.name} node {lnn}: {ahead:+.0f} s from the controller"
            furthest = max(furthest, abs(ahead))
            (problems if abs(ahead) > facts.limits.clock_warn_seconds else seen).append(line)
    seen.append("The clocks of the domain controllers can not be seen from here.")
    severity = BLOCK if furthest > facts.limits.clock_block_seconds else WARN
    return judge(problems, seen, severity)


def connection_check(facts: Facts) -> Finding:
    """Who is connected can be read over SSH from every node, as the proof of the fence needs it."""
    cluster = facts.source
    sockets = known(cluster.identity).up_nodes()
    if isinstance(cluster.sockets, Unread):
        return Finding(FAILED, (f"{cluster.name}: {cluster.sockets.why}",))
    return Finding(OK, (f"{cluster.name}: 'sudo -n isi_for_array netstat' was answered by node {_numbers(sockets)}",))


def account_expiry(facts: Facts) -> Finding:
    """Neither the certificate of the platform API nor the account's password ends soon."""
    problems: list[str] = []
    seen: list[str] = []
    soon = facts.now + facts.limits.expiry_days * DAY
    for cluster in facts.clusters():
        account = known(cluster.account)
        if account.certificate_expires:
            days = (account.certificate_expires - facts.now) / DAY
            line = f"{cluster.name}: the certificate of the platform API ends in {days:.0f} days"
            (problems if account.certificate_expires < soon else seen).append(line)
        else:
            seen.append(f"{cluster.name}: the certificate is not verified, so its end is not known")
        if account.password_expired or account.locked:
            problems.append(
                f"{cluster.name}: the account '{cluster.user}' is {'locked' if account.locked else 'expired'}"
            )
        elif account.password_expires:
            days = (account.password_expires - facts.now) / DAY
            line = f"{cluster.name}: the password of '{cluster.user}' ends in {days:.0f} days"
            (problems if account.password_expires < soon else seen).append(line)
        else:
            seen.append(f"{cluster.name}: {account.note or _never(cluster)}")
    return judge(problems, seen)


def _never(cluster: Cluster) -> str:
    return f"the password of '{cluster.user}' does not end"


def _numbers(lnns: t.Iterable[int]) -> str:
    return ", ".join(str(lnn) for lnn in sorted(lnns))


CHECKS = (
    Check(
        1,
        "api_reachable",
        "Does the platform API of every node of both clusters answer?",
        BLOCK,
        api_reachable,
        "Bring the node or its platform API back ('isi status'), or correct onefs_host, onefs_user and onefs_password.",
        without_source=True,
    ),
    Check(
        2,
        "privileges_complete",
        "Has the account every privilege that a failover uses?",
        BLOCK,
        privileges_complete,
        "Let the playbook seamless.smb_failover.prerequisites write the account's role (prerequisites_role), or grant what is named: "
        "isi auth roles modify ROLE --add-priv PRIVILEGE (--add-priv-write PRIVILEGE to write).",
        without_source=True,
    ),
    Check(
        3,
        "clocks_agree",
        "Do the clocks agree?",
        BLOCK,
        clocks_agree,
        "Let clusters and controller follow the same time servers: isi ntp servers list.",
        without_source=True,
    ),
    Check(
        25,
        "connection_check",
        "Can the connections of every node of the source be read over SSH?",
        BLOCK,
        connection_check,
        "Run the playbook seamless.smb_failover.prerequisites; it puts the sudo rule on every node.",
    ),
    Check(
        38,
        "account_expiry",
        "Are certificates and the account's password valid for a while?",
        WARN,
        account_expiry,
        "Renew the certificate ('isi certificate server') or change the password before the failover.",
        without_source=True,
    ),
)
