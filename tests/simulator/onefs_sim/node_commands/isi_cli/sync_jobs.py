# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi sync jobs, isi sync reports, isi sync recovery"""

from __future__ import annotations

import argparse

from .command import Command
from .layouts import JOB_COLUMNS, JOB_ROWS, REPORT_COLUMNS, REPORT_ROWS
from .papi import Papi, Refused, item
from .printing import list_arguments, print_list

JOBS = "/sync/jobs"


def list_jobs(papi: Papi, options: argparse.Namespace) -> None:
    query = {"state": options.state} if options.state else {}
    print_list(options, papi.listed(JOBS, "jobs", query, options.limit), JOB_COLUMNS, JOB_ROWS)


def start(papi: Papi, options: argparse.Namespace) -> None:
    papi.call("POST", JOBS, {"id": options.policy, **({"action": "test"} if options.test else {})})


def cancel(papi: Papi, options: argparse.Namespace) -> None:
    if options.all == bool(options.policy):
        raise Refused("Name one policy, or say --all")
    if options.all:
        papi.call("DELETE", JOBS)
    else:
        papi.call("PUT", item(JOBS, options.policy), {"state": "canceled"})


def list_running(papi: Papi, options: argparse.Namespace) -> None:
    """List the reports of jobs that have not ended; the rest are below `isi sync reports`."""
    running = papi.listed(JOBS, "jobs", {}, options.limit)
    print_list(options, running, REPORT_COLUMNS, REPORT_ROWS)


def list_reports(papi: Papi, options: argparse.Namespace) -> None:
    asked = ("policy_name", "state", "reports_per_policy")
    query = {name: getattr(options, name) for name in asked if getattr(options, name)}
    print_list(options, papi.listed("/sync/reports", "reports", query, options.limit), REPORT_COLUMNS, REPORT_ROWS)


def allow_write(papi: Papi, options: argparse.Namespace) -> None:
    _recover(papi, options, "allow_write_revert" if options.revert else "allow_write")


def resync_prep(papi: Papi, options: argparse.Namespace) -> None:
    _recover(papi, options, "resync_prep")


def _recover(papi: Papi, options: argparse.Namespace, action: str) -> None:
    # Dell's papers write both `allow-write POLICY` and `allow-write --policy-name=POLICY`.
    policy = options.policy_name or options.policy
    if not policy:
        raise Refused("Name the policy")
    papi.call("POST", JOBS, {"id": policy, "action": action})


def _jobs(parser: argparse.ArgumentParser) -> None:
    list_arguments(parser)
    parser.add_argument("--state")


def _start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy")
    parser.add_argument("--test", action="store_true")


def _cancel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", nargs="?")
    parser.add_argument("--all", action="store_true")


def _reports(parser: argparse.ArgumentParser) -> None:
    list_arguments(parser)
    for name in ("policy-name", "state", "reports-per-policy"):
        parser.add_argument(f"--{name}")


def _recovery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", nargs="?")
    parser.add_argument("--policy-name")


def _allow_write(parser: argparse.ArgumentParser) -> None:
    _recovery(parser)
    parser.add_argument("--revert", action="store_true")


COMMANDS = {
    "sync jobs list": Command(list_jobs, _jobs),
    "sync jobs start": Command(start, _start),
    "sync jobs cancel": Command(cancel, _cancel),
    "sync jobs reports list": Command(list_running, list_arguments),
    "sync reports list": Command(list_reports, _reports),
    "sync recovery allow-write": Command(allow_write, _allow_write),
    "sync recovery resync-prep": Command(resync_prep, _recovery),
}
