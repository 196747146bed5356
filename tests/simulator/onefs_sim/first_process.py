# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a pair until it is told to end: the first process, in full or light."""

from __future__ import annotations

import argparse
import functools
import pathlib
import signal
import sys
import threading
from collections.abc import Callable

from . import reaper
from .control import serve
from .larger_site import add_growth, growth_of, larger
from .light.light_site import light_site
from .light.size import add_size, size_of
from .light.supervisor import LightSupervisor
from .login_rules import CHOICES, LoginRules
from .network_choices import NAMES, NetworkChoices, add_choices
from .pair import record_processes
from .site import PairSite, default_site, nodes_of
from .supervisor import Supervisor


def chosen_builder(options: argparse.Namespace) -> tuple[Callable[..., Supervisor], PairSite]:
    """Return what builds the pair that the options describe, and its site."""
    size = size_of(vars(options))
    if size is None:
        return Supervisor, larger(default_site(nodes_of(options.nodes)), growth_of(vars(options)))
    return functools.partial(LightSupervisor, size, options.light_sockets != "vanish"), light_site(size)


def main() -> int:
    """Run a pair until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("state", type=pathlib.Path)
    parser.add_argument("--apply-delay", type=float, default=0.5)
    parser.add_argument("--prerequisites", action="store_true")
    parser.add_argument("--release", action="append", default=[])
    parser.add_argument("--nodes", action="append", default=[])
    for name, choices in CHOICES.items():
        parser.add_argument(f"--{name}", choices=choices)
    add_choices(parser)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--job-seconds", type=float)
    add_size(parser)
    add_growth(parser)
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    record_processes(options.state)
    reaper.start()
    make, site = chosen_builder(options)
    supervisor = make(
        options.name,
        options.state,
        options.apply_delay,
        options.prerequisites,
        site,
        options.release,
        LoginRules().with_changes({name: getattr(options, name) for name in CHOICES}),
        NetworkChoices().changed({name: getattr(options, name) for name in NAMES}),
        options.latency_ms / 1000,
        options.job_seconds,
    )
    supervisor.build()
    serve(options.state / "control", supervisor.answer)
    stop.wait()
    # The process namespace ends with its first process, and everything in it.
    return 0


if __name__ == "__main__":
    sys.exit(main())
