# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each release of ansible-core that `meta/runtime.yml` admits, and that is not the one of all other tests, fails over and back."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest
import yaml
from running_pair import ROOT, RunningPair, failover

RELEASES = ("2.16", "2.17", "2.18")


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def programs(release: str) -> pathlib.Path:
    """Return the folder of that release's programs, in an environment with nothing but what users are told to install."""
    folder = ROOT / ".build" / "ansible" / release
    stamp = folder / ".complete"
    if not stamp.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        wanted = [f"ansible-core=={release}.*", "--requirement", str(ROOT / "requirements.txt")]
        subprocess.run(
            [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", *wanted], check=True
        )
        stamp.touch()
    return folder / "bin"


@pytest.mark.faults
def test_there_and_back(release: str, programs: pathlib.Path) -> None:
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    version = subprocess.run(
        [str(programs / "ansible"), "--version"], check=True, capture_output=True, text=True
    ).stdout
    assert f"[core {release}." in version
    with RunningPair("release") as pair:
        before = pair.configuration()
        for playbook, arguments in (
            ("prerequisites", []),
            ("readiness", failover("boston", "newyork")),
            ("failover", [*failover("boston", "newyork"), "--check", "--diff"]),
        ):
            run = pair.play(playbook, *arguments, more_environment=environment)
            assert run.returncode == 0, run.stdout
        assert pair.configuration() == before, "a check changes nothing"
        for playbook, source, target in (("failover", "boston", "newyork"), ("failback", "newyork", "boston")):
            run = pair.play(playbook, *failover(source, target), more_environment=environment)
            assert run.returncode == 0, run.stdout
            assert "SAFE TO SAVE" in run.stdout
            again = pair.play(playbook, *failover(source, target), more_environment=environment)
            assert again.returncode == 0, again.stdout
            assert "changed=0" in again.stdout, again.stdout


def test_every_release_that_is_admitted_is_tried() -> None:
    admitted = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    assert admitted == f">={RELEASES[0]}.0"
