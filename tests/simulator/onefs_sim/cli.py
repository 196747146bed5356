# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the simulated pair: up, down, status, exec, and what a tester may change while it runs."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
from typing import Any

from . import fault_commands, larger_site
from .control import ControlError, ask
from .licensing import MODULES, STATUSES
from .light.light_site import light_site
from .light.size import add_size, arguments_of, size_of
from .login_rules import CHOICES
from .machine import Refused
from .network_choices import NAMES, add_choices
from .pair import Pair
from .release import DEFAULT, RELEASES, releases_of
from .site import DEFAULT_NODES, MAXIMUM_NODES, default_site, nodes_of

# Options that the running pair is told.
QUESTIONED = (
    "cluster",
    "since",
    "node",
    "host",
    "interface",
    "state",
    "license",
    "status",
    "expire_sessions",
    *CHOICES,
    *NAMES,
)
REPOSITORY = pathlib.Path(__file__).resolve().parents[3]


def up(pair: Pair, options: argparse.Namespace) -> int:
    """Bring a pair up and say how to reach its parts."""
    arguments = ["--apply-delay", str(options.apply_delay)] + (["--prerequisites"] if options.prerequisites else [])
    releases_of(options.release, tuple(cluster.name for cluster in default_site().clusters))
    arguments += [word for text in options.release for word in ("--release", text)]
    nodes_of(options.nodes)
    arguments += [word for text in options.nodes for word in ("--nodes", text)]
    size, growth = size_of(vars(options)), larger_site.growth_of(vars(options))
    if size is not None:
        if options.nodes:
            raise ValueError("--nodes is for clusters in full; write --light-nodes")
        if growth != larger_site.Growth():
            raise ValueError("--more-... is for clusters in full; write --light-...")
        light_site(size)
    arguments += arguments_of(vars(options)) + larger_site.arguments_of(growth)
    arguments += ["--latency-ms", str(options.latency_ms)]
    arguments += [] if options.job_seconds is None else ["--job-seconds", str(options.job_seconds)]
    chosen = {name: getattr(options, name) for name in CHOICES}
    arguments += [word for name, value in chosen.items() if value for word in (f"--{name}", value)]
    for name in NAMES:
        value = getattr(options, name)
        arguments += [] if value is None else [f"--{name.replace('_', '-')}", str(value)]
    pair.up(arguments)
    answer = ask(pair.control, {"verb": "status"})
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        _say(pair, answer)
    return 0


def down(pair: Pair) -> int:
    """End a pair; one that is not up is no error."""
    if not pair.down():
        print(f"The pair '{pair.name}' is not up; nothing to end.", file=sys.stderr)
    return 0


def _say(pair: Pair, answer: dict[str, Any]) -> None:
    """Say how to reach each part."""
    command = f"onefs-sim --name {pair.name}"
    print(f"The pair '{pair.name}' is up (state in {pair.state}).")
    for name, cluster in answer["clusters"].items():
        papi = cluster["papi"]
        shown = [
            f"{node['name']} ({' '.join(a for held in node['addresses'].values() for a in held)})"
            for node in cluster["nodes"][:MAXIMUM_NODES]
        ]
        nodes = ", ".join(shown) if len(cluster["nodes"]) <= MAXIMUM_NODES else f"{len(cluster['nodes'])} recorded ones"
        print(
            f"  {name}: platform API {papi['url']} as {papi['user']}, nodes {nodes}, SSIP {', '.join(cluster['ssips'])}"
        )
    print(f"  controller:     {command} exec controller -- ansible-playbook …")
    print(f"  SMB client:     {command} exec client1 -- smbclient //sales.example.com/sales -U alice%Sim-Alice-1")
    print(f"  a node's shell: {command} exec boston-1 -- isi_for_array netstat -anW -p tcp")
    print(f"  end it:         {command} down")


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    main_parser = argparse.ArgumentParser(
        prog="onefs-sim", description="A pair of simulated OneFS clusters in namespaces."
    )
    main_parser.add_argument("--name", default="pair", help="which pair; several can be up side by side")
    main_parser.add_argument("--state-dir", type=pathlib.Path, help="folder for its state (default: .build/sim/NAME)")
    verbs = main_parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("up", help="bring the pair up")
    verb.add_argument("--json", action="store_true", help="print all that a program needs to use it")
    verb.add_argument(
        "--apply-delay", type=float, default=0.5, help="seconds from a network change's answer to its effect"
    )
    verb.add_argument(
        "--prerequisites", action="store_true", help="with the sudo rule for the connection check in place"
    )
    verb.add_argument(
        "--release",
        action="append",
        default=[],
        metavar="[CLUSTER=]NUMBER",
        help=f"OneFS release of both clusters or of one: {', '.join(RELEASES)} (default {DEFAULT.number}); repeatable",
    )
    verb.add_argument(
        "--nodes",
        action="append",
        default=[],
        metavar="[CLUSTER=]NUMBER",
        help=f"nodes of both clusters or of one, 1 to {MAXIMUM_NODES} (default {DEFAULT_NODES}); repeatable",
    )
    verb.add_argument(
        "--latency-ms", type=float, default=0.0, help="milliseconds that every call of the platform API takes more"
    )
    verb.add_argument("--job-seconds", type=float, help="the least time that a SyncIQ job takes (0.3)")
    add_size(verb)
    larger_site.add_growth(verb)
    _add_login_rules(verb)
    add_choices(verb)
    verbs.add_parser("down", help="end the pair, leaving nothing")
    verb = verbs.add_parser("status", help="say what is up")
    verb.add_argument("--json", action="store_true")
    verb = verbs.add_parser("exec", help="run a command in a host: exec HOST -- COMMAND")
    verb.add_argument("host")
    verb.add_argument("command", nargs=argparse.REMAINDER)
    fault_commands.add(verbs)
    verb = verbs.add_parser("node", help="let a node die, or start it again")
    verb.add_argument("node")
    verb.add_argument("state", choices=["off", "on"])
    verb = verbs.add_parser("link", help="let the link of an interface drop, or bring it back")
    verb.add_argument("host")
    verb.add_argument("interface")
    verb.add_argument("state", choices=["down", "up"])
    verb = verbs.add_parser("smartconnect", help="show or choose what nobody knows of OneFS's network")
    verb.add_argument("cluster")
    add_choices(verb)
    verbs.add_parser(
        "serving", help="print at which addresses each cluster serves each zone, and whether it may be written"
    )
    verb = verbs.add_parser("calls", help="print the calls that a cluster's API was last asked for, in their order")
    verb.add_argument("cluster")
    verb.add_argument("--since", type=float, help="only those since this moment of the machine's monotonic clock")
    verb = verbs.add_parser("work", help="print what a cluster was busy with, from when to when")
    verb.add_argument("cluster")
    verb.add_argument("--since", type=float, help="only what ended since this moment of the machine's monotonic clock")
    verb = verbs.add_parser("config", help="print what is configured on a cluster, and its files")
    verb.add_argument("cluster")
    verb = verbs.add_parser("login-rules", help="change how a cluster treats who logs in; print the rules in force")
    verb.add_argument("cluster")
    _add_login_rules(verb)
    verb.add_argument("--expire-sessions", action="store_true", help="let the time of every session run out now")
    verb = verbs.add_parser("license", help="give a cluster's licence another status")
    verb.add_argument("cluster")
    verb.add_argument("license", choices=MODULES)
    verb.add_argument("status", choices=STATUSES)
    return main_parser


def _add_login_rules(verb: argparse.ArgumentParser) -> None:
    """Add the options of how log-in works."""
    verb.add_argument("--csrf", choices=CHOICES["csrf"], help="token on every call (strict), or on changes only (lax)")
    verb.add_argument("--unauthorized", choices=CHOICES["unauthorized"], help="what the body of a 401 is")
    verb.add_argument("--cookies", choices=CHOICES["cookies"], help="order of the two cookies of a session")
    verb.add_argument("--basic", choices=CHOICES["basic"], help="HTTP basic authentication")


def main(argv: list[str] | None = None) -> int:
    """Run one command."""
    options = parser().parse_args(argv)
    root = pathlib.Path(os.environ.get("ONEFS_SIM_STATE_ROOT", REPOSITORY / ".build" / "sim"))
    pair = Pair(options.name, (options.state_dir or root / options.name).resolve())
    try:
        if options.verb == "up":
            return up(pair, options)
        if options.verb == "down":
            return down(pair)
        if options.verb == "exec":
            command = options.command[1:] if options.command[:1] == ["--"] else options.command
            pair.execute(options.host, command)
        question: dict[str, Any] = {"verb": options.verb}
        question |= {name: value for name, value in vars(options).items() if name in QUESTIONED}
        if options.verb == "inject" and options.list:
            print(fault_commands.catalogue_text(options.json))
            return 0
        if options.verb in fault_commands.VERBS:
            question = fault_commands.question(options)
        answer = ask(pair.control, question)
        if options.verb in fault_commands.VERBS:
            print(fault_commands.answer_text(options.verb, answer, options.json))
        elif options.verb == "status" and not options.json:
            _say(pair, answer)
        elif answer is not None:
            print(json.dumps(answer, indent=2))
    except (Refused, ControlError, ValueError) as error:
        print(f"onefs-sim: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
