# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi network pools"""

from __future__ import annotations

import argparse
from typing import Any

from . import names
from .command import Command, confirm
from .layouts import NODE_STATUS_COLUMNS, POOL_COLUMNS, POOL_ROWS
from .papi import Papi, item
from .printing import list_arguments, print_list, print_one, table, view_arguments

#: Option, field, and what its value is.
_PLAIN: tuple[tuple[str, str, type], ...] = (
    ("--access-zone", "access_zone", str),
    ("--alloc-method", "alloc_method", str),
    ("--aggregation-mode", "aggregation_mode", str),
    ("--description", "description", str),
    ("--rebalance-policy", "rebalance_policy", str),
    ("--sc-connect-policy", "sc_connect_policy", str),
    ("--sc-dns-zone", "sc_dns_zone", str),
    ("--sc-failover-policy", "sc_failover_policy", str),
    ("--sc-subnet", "sc_subnet", str),
    ("--sc-ttl", "sc_ttl", int),
)
_LISTS = (("ifaces", names.ifaces), ("ranges", names.address_ranges), ("sc_dns_zone_aliases", names.words))


def _url(name: names.PoolName, *more: str) -> str:
    return item("/network/groupnets", name.groupnet, "subnets", name.subnet, "pools", name.pool, *more)


def _pool(papi: Papi, name: names.PoolName) -> dict[str, Any]:
    found: dict[str, Any] = papi.call("GET", _url(name))["pools"][0]
    return found


def _named(options: argparse.Namespace) -> names.PoolName:
    return names.pool_name(options.id_option or options.id or "")


def _id(parser: argparse.ArgumentParser) -> None:
    # Captures show both `view ID` and `view --id=ID`.
    parser.add_argument("id", nargs="?")
    parser.add_argument("--id", dest="id_option")


def _viewed(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    view_arguments(parser)


def _listed(parser: argparse.ArgumentParser) -> None:
    list_arguments(parser)
    for name in ("groupnet", "subnet", "access-zone", "alloc-method"):
        parser.add_argument(f"--{name}")


def _plain(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    for option, field, kind in _PLAIN:
        parser.add_argument(option, dest=field, type=kind)
    parser.add_argument("--force", action="store_true")


def _created(parser: argparse.ArgumentParser) -> None:
    _plain(parser)
    for field, _read in _LISTS:
        parser.add_argument(f"--{field.replace('_', '-')}", dest=field, action="append")


def _modified(parser: argparse.ArgumentParser) -> None:
    _plain(parser)
    parser.add_argument("--name")
    for field, _read in _LISTS:
        option = field.replace("_", "-")
        parser.add_argument(f"--{option}", dest=field, action="append")
        for verb in ("add", "remove"):
            parser.add_argument(f"--{verb}-{option}", dest=f"{verb}_{field}", action="append")
        parser.add_argument(f"--clear-{option}", dest=f"clear_{field}", action="store_true")


def _deleted(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    parser.add_argument("--force", action="store_true")


def _nodes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id")
    parser.add_argument("lnn", nargs="+")
    parser.set_defaults(id_option=None)


def _fields(options: argparse.Namespace) -> dict[str, Any]:
    values = {field: getattr(options, field) for _option, field, _kind in _PLAIN}
    return {field: value for field, value in values.items() if value is not None}


def _query(options: argparse.Namespace) -> dict[str, str]:
    return {"force": "true"} if options.force else {}


def list_pools(papi: Papi, options: argparse.Namespace) -> None:
    filters = ("groupnet", "subnet", "access_zone", "alloc_method")
    query = {name: getattr(options, name) for name in filters if getattr(options, name)}
    print_list(options, papi.listed("/network/pools", "pools", query, options.limit), POOL_COLUMNS, POOL_ROWS)


def view(papi: Papi, options: argparse.Namespace) -> None:
    print_one(options, _pool(papi, _named(options)), POOL_ROWS)


def create(papi: Papi, options: argparse.Namespace) -> None:
    name = _named(options)
    body = {"name": name.pool, **_fields(options)}
    body |= {field: read(getattr(options, field)) for field, read in _LISTS if getattr(options, field)}
    papi.call("POST", item("/network/groupnets", name.groupnet, "subnets", name.subnet, "pools"), body, _query(options))


def modify(papi: Papi, options: argparse.Namespace) -> None:
    """Read, change the lists, write: the API takes only whole lists."""
    name = _named(options)
    old, body = _pool(papi, name), _fields(options)
    if options.name is not None:
        body["name"] = options.name
    for field, read in _LISTS:
        given = getattr(options, field)
        new = names.edited(
            old[field],
            f"{field.replace('_', ' ')}",
            replaced=None if given is None else read(given),
            added=read(getattr(options, f"add_{field}")),
            removed=read(getattr(options, f"remove_{field}")),
            cleared=getattr(options, f"clear_{field}"),
        )
        if new is not None:
            body[field] = new
    papi.call("PUT", _url(name), body, _query(options))


def delete(papi: Papi, options: argparse.Namespace) -> None:
    name = _named(options)
    confirm(f"Are you sure you want to delete the network pool {'.'.join(name)}?", options.force)
    papi.call("DELETE", _url(name))


def status(papi: Papi, options: argparse.Namespace) -> None:
    found = papi.call("GET", _url(_named(options), "status"), query={"show_all": "true"})["status"]
    overview = found["sc_dns_overview"]
    print(f"Pool ID: {found['id']}\n")
    print(f"SmartConnect DNS Overview:\n  Resolvable: {overview['resolvable']}/{found['total_configured_nodes']} nodes")
    print(f"  Needing Attention: {overview['needs_attention']}/{found['total_configured_nodes']} nodes")
    print(f"  SC Subnet: {overview['sc_subnet'] or '-'}\n\nNodes:")
    rows = []
    for node in found["nodes"]:
        interfaces = node["interface_status"]
        shown = {**node, "usable": f"{interfaces['usable']}/{interfaces['total']}"}
        rows.append([column.show(shown[column.field]) for column in NODE_STATUS_COLUMNS])
    print("\n".join(table([column.title for column in NODE_STATUS_COLUMNS], rows, len(rows), header=True, footer=True)))


def suspend(papi: Papi, options: argparse.Namespace) -> None:
    papi.call("POST", _url(_named(options), "sc-suspend-nodes"), {"lnn": _lnns(options)})


def resume(papi: Papi, options: argparse.Namespace) -> None:
    papi.call("POST", _url(_named(options), "sc-resume-nodes"), {"lnn": _lnns(options)})


def _lnns(options: argparse.Namespace) -> list[int]:
    return [lnn for word in names.words(options.lnn) for lnn in names.lnn_range(word)]


def rebalance(papi: Papi, options: argparse.Namespace) -> None:
    papi.call("POST", _url(_named(options), "rebalance-ips"), {})


COMMANDS = {
    "network pools list": Command(list_pools, _listed),
    "network pools view": Command(view, _viewed),
    "network pools create": Command(create, _created),
    "network pools modify": Command(modify, _modified),
    "network pools delete": Command(delete, _deleted),
    "network pools status": Command(status, _id),
    "network pools sc-suspend-nodes": Command(suspend, _nodes),
    "network pools sc-resume-nodes": Command(resume, _nodes),
    "network pools rebalance-ips": Command(rebalance, _id),
}
