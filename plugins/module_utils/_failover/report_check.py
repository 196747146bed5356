# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say whether a report and its log are as they were written. Private to the collection; reads only."""

from __future__ import annotations

import hashlib
import json
import os
import typing as t

from .._onefs.errors import BadOption, OnefsError
from .._onefs.progress import Progress
from .event_chain import ChainCheck, ChainHead, check_chain, compare_with_head, files_noted
from .event_log import LOG_NAME

ARGUMENT_SPEC: dict[str, t.Any] = {
    "directory": {"type": "path", "required": True},
    "log_count": {"type": "int", "default": 0},
    "log_sha256": {"type": "str", "default": ""},
}

# More would hide the first ones, and each break shows in the lines after it too.
FAULTS_TOLD = 20


class ReportAltered(OnefsError):
    """A report or its log is not as it was written."""


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Return what the log says of itself and of the report, or fail with each fault; changes nothing."""
    del check_mode
    directory = params["directory"]
    content, report = read(directory)
    noted = noted_elsewhere(params)
    check = check_chain(content)
    faults = [*check.faults, *faults_of_report(content, report), *faults_of_files(check, directory)]
    if noted is not None:
        faults += compare_with_head(content, noted, "the hash that was given")
    result = {
        "changed": False,
        "whole": not faults,
        "faults": faults[:FAULTS_TOLD],
        "log": {"count": check.head.count, "sha256": check.head.sha256},
    }
    if faults:
        raise ReportAltered(
            f"Comparing the report in {directory} with its log: {len(faults)} things do not fit. {'; '.join(faults[:FAULTS_TOLD])}. "
            "Somebody or something has changed these files since the run; take them from where they were kept otherwise (an artefact of the job, a backup) "
            "and compare with the journal on the clusters.",
            result,
        )
    progress(
        f"{directory}: {check.head.count} events, each follows the one before it, and the report is the one that was written"
    )
    return {
        **result,
        "result": report.get("result", ""),
        "verdict": report.get("verdict", ""),
        "files": sorted(files_noted(check.events)),
    }


def read(directory: str) -> tuple[bytes, dict[str, t.Any]]:
    """Read the log and the report."""
    try:
        with open(os.path.join(directory, LOG_NAME), "rb") as stream:
            content = stream.read()
        with open(os.path.join(directory, "report.json"), "rb") as stream:
            report = json.loads(stream.read())
    except OSError as error:
        raise BadOption(
            f"Reading {LOG_NAME} and report.json of {directory}: {error.strerror}. Give the folder of one run, which holds both, as directory."
        ) from error
    except ValueError as error:
        raise ReportAltered(
            f"Reading report.json of {directory}: it is no JSON ({error}). Take it from where it was kept otherwise."
        ) from error
    if not isinstance(report, dict):
        raise ReportAltered(
            f"Reading report.json of {directory}: it is no report. Take it from where it was kept otherwise."
        )
    return content, report


def noted_elsewhere(params: t.Mapping[str, t.Any]) -> ChainHead | None:
    """Return where the log stood by what was given, or None where nothing was."""
    count, digest = int(params["log_count"]), str(params["log_sha256"]).strip().lower()
    if not count and not digest:
        return None
    if count < 1 or len(digest) != 64:
        raise BadOption(
            f"Comparing with log_count {count} and log_sha256 {digest!r}: the one is a number of lines, the other 64 hexadecimal digits. "
            "Take both from the summary of the run or from its artefacts."
        )
    return ChainHead(count, digest)


def faults_of_report(content: bytes, report: t.Mapping[str, t.Any]) -> list[str]:
    """Say whether the log still holds what it held when the report was made."""
    noted = report.get("log")
    if not isinstance(noted, dict) or not isinstance(noted.get("count"), int):
        return ["report.json does not say where its log stood"]
    return compare_with_head(content, ChainHead(noted["count"], str(noted.get("sha256"))), "report.json")


def faults_of_files(check: ChainCheck, directory: str) -> list[str]:
    """Say which files are not those whose hashes the log noted."""
    noted = files_noted(check.events)
    if not noted:
        return [
            "the log does not say that a report was written: its end was cut off, or the run was killed before that"
        ]
    faults = []
    for name, digest in sorted(noted.items()):
        try:
            with open(os.path.join(directory, os.path.basename(name)), "rb") as stream:
                if hashlib.sha256(stream.read()).hexdigest() != digest:
                    faults.append(f"{name} is not the file that was written")
        except OSError as error:
            faults.append(f"{name} can't be read: {error.strerror}")
    return faults
