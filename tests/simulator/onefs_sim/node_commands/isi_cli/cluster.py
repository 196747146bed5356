# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi version, isi status, isi services"""

from __future__ import annotations

import argparse
import json
import time

from .command import Command
from .layouts import VERSION_ROWS
from .papi import Papi
from .printing import block, emit, table

#: Service name and what switches it.
_SERVICES = {"smb": "/protocols/smb/settings/global"}


def version(papi: Papi, options: argparse.Namespace) -> None:
    onefs = papi.call("GET", "/cluster/config")["onefs_version"]
    if options.format == "json":
        print(json.dumps(onefs, indent=4, sort_keys=True))
    elif options.format == "list":
        emit(block(onefs, VERSION_ROWS))
    else:
        built = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(onefs["reldate"]))
        number = onefs["release"].removeprefix("v")
        print(f"{onefs['type']} {number} (Release, Build {onefs['build']}, {built}, {int(onefs['revision']):#x})")


def status(papi: Papi, options: argparse.Namespace) -> None:
    """Say how the cluster and its nodes are. Much shorter than OneFS's own: an assumption but for the words OK and D."""
    config = papi.call("GET", "/cluster/config")
    well = all(device["is_up"] for device in config["devices"]) and config["has_quorum"]
    print(f"Cluster Name: {config['name']}\nCluster Health:     [{'  OK ' if well else ' ATTN'}]\n")
    addresses: dict[int, list[str]] = {}
    for one in papi.listed("/network/interfaces", "interfaces", {}):
        addresses.setdefault(one["lnn"], []).extend(one["ip_addrs"])
    rows = [
        [str(device["lnn"]), (sorted(addresses.get(device["lnn"], [])) or ["n/a"])[0], "OK" if device["is_up"] else "D"]
        for device in config["devices"]
    ]
    emit(table(("ID", "IP Address", "Health"), rows, len(rows), header=True, footer=False))


def services(papi: Papi, options: argparse.Namespace) -> None:
    if options.service is None:
        states = {name: papi.call("GET", url)["settings"]["service"] for name, url in _SERVICES.items()}
        emit([f"{name:<20} {'Enabled' if runs else 'Disabled'}" for name, runs in states.items()])
    elif options.action is None:
        runs = papi.call("GET", _SERVICES[options.service])["settings"]["service"]
        print(f"Service '{options.service}' is {'enabled' if runs else 'disabled'}.")
    else:
        papi.call("PUT", _SERVICES[options.service], {"service": options.action == "enable"})
        print(f"The service '{options.service}' has been {options.action}d.")


def _version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("list", "json"))


def _services(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", nargs="?", choices=tuple(_SERVICES))
    parser.add_argument("action", nargs="?", choices=("enable", "disable"))


COMMANDS = {
    "services": Command(services, _services),
    "status": Command(status, lambda parser: None),
    "version": Command(version, _version),
}
