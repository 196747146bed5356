# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the simulated clusters answer was asked of them by Dell's SDK. Runs last; conftest.py sees to that."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from recording import Recording

#: Dell's SDK has no call for these, on either release.
WITHOUT_SDK_CALL: set[tuple[str, str]] = set()


def endpoints(pair: Any, cluster: str) -> set[tuple[str, str]]:
    """Return method and URI of all that a cluster says it answers."""
    papi = pair.status["clusters"][cluster]["papi"]
    http = requests.Session()
    http.trust_env = False
    http.auth, http.verify = ("root", "Sim-Root-1"), papi["ca_file"]
    found = set()
    for uri in http.get(f"{papi['url']}/platform/?describe&list&json", timeout=30).json()["directory"]:
        path = re.sub(r"<(\w+)>", r"\1", uri)
        described = http.get(f"{papi['url']}/platform{path}?describe&json", timeout=30).json()
        plain = re.sub(r"<\w+>", "{}", re.sub(r"^/\d+", "", uri))
        found |= {(name.removesuffix("_args"), plain) for name in described if name.endswith("_args")}
    return found


def test_every_endpoint_was_exercised(pair: Any, recording: Recording, request: pytest.FixtureRequest) -> None:
    chosen = request.config.option.keyword or any(".py" in word for word in request.config.args)
    if chosen:
        pytest.skip("only some of the tests ran")
    answered = endpoints(pair, "boston") | endpoints(pair, "newyork")
    assert len(answered) > 100
    assert answered - set(recording.calls) == WITHOUT_SDK_CALL
