# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of names: those of SmartConnect, the whole chain of DNS, and those in Active Directory. Private to the collection; pure."""

from __future__ import annotations

import typing as t

from ..interface_plan import TAKEOVER
from .check import BLOCK, UNKNOWN, WARN, Check, Finding, Unread, judge, known
from .facts import Cluster, Facts, Provider, Resolved, Zone, spelled
from .scope import service_addresses

# Of a list that somebody else made, so many are shown: an answer may have thousands.
SHOWN = 8
AD_PROVIDER = "lsa-activedirectory-provider:"


def names_movable(facts: Facts) -> Finding:
    """The names are full ones, and nobody on the target has one of them already."""
    scope = known(facts.scope)
    names = {name.lower(): name for name in scope.names()}
    problems = [
        f"'{name}' has no domain, so a client that mounts it depends on its search list"
        for name in names.values()
        if "." not in name
    ]
    partners = {pair.target for pair in scope.pairs}
    own: dict[str, str] = {}
    for pair in scope.pairs:
        for name in spelled(pair.source_names):
            if name.lower() in own and own[name.lower()] != pair.source:
                problems.append(
                    f"'{name}' belongs to both {own[name.lower()]} and {pair.source} of {facts.source.name}"
                )
            own[name.lower()] = pair.source
    for pool in known(facts.target.pools):
        for name in (pool.sc_dns_zone, *pool.sc_dns_zone_aliases):
            if name.lower() in names:
                where = "its own partner" if pool.id in partners else "another pool"
                problems.append(f"'{name}' is a name of {pool.id} of {facts.target.name} already, {where}")
    return judge(problems, [f"{pair.source}: {', '.join(spelled(pair.source_names))}" for pair in scope.pairs])


def dual_delegation(facts: Facts) -> Finding:
    """Both clusters are asked for the names, both answer, and so does every resolver, with the source's addresses."""
    scope = known(facts.scope)
    problems: list[str] = []
    seen: list[str] = []
    unseen: list[str] = []
    wanted = {address for pair in scope.pairs for address in pair.source_addresses}
    for resolved in known(facts.site.resolved):
        if isinstance(resolved, Unread):
            problems.append(resolved.why)
        elif set(resolved.addresses) <= wanted:
            seen.append(f"resolver {resolved.resolver}: {resolved.name} is {_listed(resolved.addresses)}")
        else:
            problems.append(
                f"resolver {resolved.resolver}: {resolved.name} is {_listed(set(resolved.addresses) - wanted)}, not an address of {facts.source.name}"
            )
    problems += _services(facts, wanted, seen)
    if facts.request.method != TAKEOVER:
        _delegations(facts, problems, seen, unseen)
    if unseen and not problems:
        return Finding(UNKNOWN, (*unseen, *seen))
    return judge([*problems, *unseen], seen)


def _listed(addresses: t.Collection[str]) -> str:
    """Return addresses as text, the first of them where there are many."""
    rest = len(addresses) - SHOWN
    return ", ".join(sorted(addresses)[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _services(facts: Facts, wanted: set[str], seen: list[str]) -> list[str]:
    """Judge what SmartConnect of both clusters says; the target may only say that it does not serve the name."""
    problems = []
    for cluster, side in ((facts.source, "source"), (facts.target, "target")):
        if not service_addresses(cluster, known(facts.scope), side):
            problems.append(f"{cluster.name} has no SmartConnect service address in the subnet of its pool")
    for answer in known(facts.site.services):
        where = f"{answer.cluster} at {answer.address}, asked for {answer.name}"
        said = f"{_listed(answer.addresses) or 'no address'} ({answer.answer})"
        is_source = answer.cluster == facts.source.name
        if " " in answer.answer:
            problems.append(f"{where}: {answer.answer}")
        elif is_source and not answer.addresses:
            problems.append(f"{where}: {said}, though it serves it")
        elif is_source and not set(answer.addresses) <= wanted:
            problems.append(f"{where}: {said}, which is none of its pool")
        elif not is_source and answer.addresses:
            problems.append(f"{where}: {said}, though {facts.source.name} serves it")
        elif not is_source and answer.answer == "NXDOMAIN":
            problems.append(f"{where}: {said}; a resolver that believes it does not ask {facts.source.name}")
        else:
            seen.append(f"{where}: {said}")
    return problems


def _delegations(facts: Facts, problems: list[str], seen: list[str], unseen: list[str]) -> None:
    scope = known(facts.scope)
    for delegation in known(facts.site.delegations):
        if isinstance(delegation, Unread):
            unseen.append(f"The delegation could not be seen: {delegation.why}")
            continue
        led = {address for addresses in delegation.servers.values() for address in addresses}
        words = ", ".join(
            f"{host} ({_listed(addresses) or 'no address'})" for host, addresses in sorted(delegation.servers.items())
        )
        seen.append(f"{delegation.name}: {delegation.asked} leads to {words or 'nobody'}")
        for cluster, side in ((facts.source, "source"), (facts.target, "target")):
            addresses = service_addresses(cluster, scope, side)
            if addresses and not led & set(addresses):
                problems.append(
                    f"{delegation.name} is not delegated to {cluster.name} ({', '.join(addresses)}): {delegation.asked} leads to {words or 'nobody'}"
                )


def no_alias_in_chain(facts: Facts) -> Finding:
    """Names lead to addresses at once: a CNAME has a life of its own, and Kerberos asks for its target's name."""
    problems: list[str] = []
    seen: list[str] = []
    for resolved in _answered(facts):
        line = f"resolver {resolved.resolver}: {' -> '.join((resolved.name, *resolved.chain[:SHOWN], _listed(resolved.addresses)))}"
        (problems if resolved.chain else seen).append(line)
    return judge(problems, seen)


def short_ttl(facts: Facts) -> Finding:
    """What resolvers and clients remember of a name is short-lived."""
    limit = facts.limits.ttl_seconds
    problems: list[str] = []
    seen: list[str] = []
    for resolved in _answered(facts):
        line = f"resolver {resolved.resolver}: {resolved.name} lives {resolved.ttl_seconds} s"
        (problems if resolved.ttl_seconds > limit else seen).append(line)
    return judge([*problems, *([f"The limit is {limit} s."] if problems else [])], seen)


def _answered(facts: Facts) -> list[Resolved]:
    """Return the answers that came; resolvers that are silent are :func:`dual_delegation`'s to name."""
    every = known(facts.site.resolved)
    answered = [one for one in every if not isinstance(one, Unread)]
    if every and not answered:
        known(every[0])
    return answered


def spns_registered(facts: Facts) -> Finding:
    """Every service principal name of the source is registered, and nobody else in the forest has one of them."""
    provider = _provider(facts.source, facts)
    if provider is None:
        return judge(
            [],
            [
                f"Access zone '{known(facts.scope).zone}' has no Active Directory provider, so no client has a Kerberos ticket for it."
            ],
        )
    names = {name.lower() for name in known(facts.scope).names()}
    moving = {form for name in names for form in (name, name.split(".", 1)[0])}
    problems = []
    have = {spn.lower() for spn in provider.spns}
    duplicates = {spn.lower() for spn in provider.duplicates}
    for spn in dict.fromkeys(provider.expected):
        if spn.lower().partition("/")[2] in moving:
            if spn.lower() in duplicates:
                problems.append(f"{spn} belongs to another account of the forest than {provider.machine_account}")
            elif spn.lower() not in have:
                problems.append(f"{spn} is not registered for {provider.machine_account}")
    target = _provider(facts.target, facts)
    taken = [spn for spn in target.spns if spn.lower().partition("/")[2] in moving] if target else []
    problems += [
        f"{spn} is registered for {target.machine_account} of {facts.target.name} already" for spn in taken if target
    ]
    seen = [
        f"{provider.name}: {provider.machine_account} has {len(provider.spns)} service principal names",
        "Whether the target's machine account may write them can not be seen without trying.",
    ]
    return judge(problems, seen)


def domain_healthy(facts: Facts) -> Finding:
    """The target is joined to the domain of the zone, and says that its domain controllers answer."""
    zones: dict[str, Zone] = dict(known(facts.target.zones))
    zone = (
        zones.get(facts.request.access_zone) if isinstance(facts.scope, Unread) else zones.get(known(facts.scope).zone)
    )
    wanted = [p[len(AD_PROVIDER) :] for p in (zone.providers if zone else ()) if p.startswith(AD_PROVIDER)]
    problems: list[str] = []
    seen: list[str] = []
    providers = {provider.name.upper(): provider for provider in known(facts.target.providers)}
    for name in wanted:
        if name.upper() not in providers:
            problems.append(f"{facts.target.name} is not joined to {name}, a provider of the access zone")
    for provider in providers.values():
        line = f"{facts.target.name}: {provider.name} is {provider.status or 'of an unknown state'}"
        (seen if provider.status == "online" else problems).append(line)
    seen.append("Domain controllers are asked by the cluster, not from here.")
    return judge(problems, seen)


def _provider(cluster: Cluster, facts: Facts) -> Provider | None:
    """Return the Active Directory provider that the zone uses on a cluster."""
    zone = known(cluster.zones).get(known(facts.scope).zone)
    wanted = [p[len(AD_PROVIDER) :].upper() for p in (zone.providers if zone else ()) if p.startswith(AD_PROVIDER)]
    found: list[Provider] = [one for one in known(cluster.providers) if one.name.upper() in wanted]
    return found[0] if found else None


CHECKS = (
    Check(
        14,
        "names_movable",
        "Are the names full ones that nobody on the target has?",
        BLOCK,
        names_movable,
        "Take the name off the other pool: isi network pools modify POOL --remove-sc-dns-zone-aliases NAME; mount by full names.",
    ),
    Check(
        15,
        "dual_delegation",
        "Are both clusters asked for the names, and do all resolvers and both service addresses answer?",
        BLOCK,
        dual_delegation,
        "In the parent zone give each name an NS record for the service address of both clusters, mend the resolver that is named, "
        "or name those of the clients in failover_dns_servers.",
    ),
    Check(
        16,
        "no_alias_in_chain",
        "Do the names lead to addresses without a CNAME?",
        WARN,
        no_alias_in_chain,
        "Make the name an alias of the pool instead: isi network pools modify POOL --add-sc-dns-zone-aliases NAME, delegated as the others.",
    ),
    Check(
        17,
        "short_ttl",
        "Do resolvers forget the names soon?",
        WARN,
        short_ttl,
        "isi network pools modify POOL --sc-ttl 0, a while before the failover.",
    ),
    Check(
        18,
        "spns_registered",
        "Are the service principal names complete, and nobody else's?",
        BLOCK,
        spns_registered,
        "isi auth ads spn check DOMAIN, then isi auth ads spn fix DOMAIN; take duplicates off the other account (setspn -D).",
    ),
    Check(
        19,
        "domain_healthy",
        "Is the target joined to the domain, and does the domain answer it?",
        BLOCK,
        domain_healthy,
        "isi auth ads view DOMAIN on the target; mend the join or the way to the domain controllers.",
        without_source=True,
    ),
)
