# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launches jobs on the controller of a simulated pair, and sees that none of them shows a secret."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

from awx.job import Ended, Job, account, secret_fields


class Launcher:
    """The jobs of one test; their numbers rise from 4711 on."""

    def __init__(
        self, status: Mapping[str, Any], enter: Callable[[str, list[str]], list[str]], folder: pathlib.Path
    ) -> None:
        self._status, self._enter, self._folder = status, enter, folder
        self._namespaces: list[int] = []
        #: The number of the job that was launched last.
        self.number = 4710

    def __enter__(self) -> Launcher:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for namespace in self._namespaces:
            os.close(namespace)

    def __call__(
        self,
        playbook: str,
        answers: Mapping[str, Any],
        *,
        passed: Callable[[str], bool] = lambda _task: False,
        inventory_variables: Mapping[str, Any] | None = None,
    ) -> Ended:
        """Carry one job out; cancel it when `passed` says so of a task that begins."""
        self.number += 1
        job = Job(
            self._folder,
            self.number,
            f"playbooks/{playbook}.yml",
            answers,
            self._status,
            lambda command: self._enter("controller", command),
            inventory_variables,
        )
        ended = job.run(passed)
        if job.namespace >= 0:
            self._namespaces.append(job.namespace)
        filled_in = account(self._status)
        for field in secret_fields():
            for line in filled_in.get(field, "").splitlines():
                # The first and the last line of a key are the same in every key.
                if line and not line.startswith("-----"):
                    assert line not in ended.raw, f"a job of {playbook} shows the {field}"
                    assert line not in ended.output, f"a job of {playbook} shows the {field}"
        return ended
