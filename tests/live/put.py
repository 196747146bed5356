# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of a cluster's configuration that somebody else makes, from the controller's machine."""

from __future__ import annotations

import pathlib
from typing import Any

import requests
from inside import inside
from running_pair import RunningPair


def put(pair: RunningPair, cluster: str, path: str, **fields: Any) -> None:
    """Change something as somebody else would."""
    papi = pair.status["clusters"][cluster]["papi"]
    with inside(pathlib.Path(pair.status["state_dir"]), "controller"):
        answer = requests.put(
            papi["url"] + path, json=fields, auth=(papi["user"], papi["password"]), verify=papi["ca_file"], timeout=10
        )
    assert answer.status_code == 204, answer.text
