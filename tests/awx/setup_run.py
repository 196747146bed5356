# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run playbooks of this checkout with the collection awx.awx, and the tools around AWX."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from collections.abc import Mapping
from typing import Any

from awx.controller import TOKEN, Controller

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV_BIN = ROOT / ".build" / "venv" / "bin"
AWX_BIN = ROOT / ".build" / "awx" / "venv" / "bin"
COLLECTIONS = (ROOT / ".build" / "tree", ROOT / ".build" / "awx" / "collections")
PLAIN = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_DEPRECATION_WARNINGS": "false", "ANSIBLE_LOCALHOST_WARNING": "false"}


def load_tools() -> None:
    """See that the tools are there, whoever starts the tests."""
    subprocess.run([str(ROOT / "tools" / "awx-tools")], check=True, stdout=subprocess.DEVNULL)


def ansible_environment() -> dict[str, str]:
    """Return the environment in which this checkout and awx.awx are the collections."""
    return {
        **os.environ,
        **PLAIN,
        "PATH": f"{VENV_BIN}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_HOME": str(ROOT / ".build" / "ansible-home"),
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, COLLECTIONS)),
    }


def set_up(controller: Controller, variables: Mapping[str, Any], *more: str) -> subprocess.CompletedProcess[str]:
    """Run the playbook awx_setup against a controller."""
    command = ["ansible-playbook", "seamless.smb_failover.awx_setup", "-e", json.dumps(variables), *more]
    environment = {**ansible_environment(), "CONTROLLER_HOST": controller.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL
    )
