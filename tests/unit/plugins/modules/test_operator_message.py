# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for an operator are shown by the action plugin; the module that Ansible sends where it finds none says so."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.seamless.smb_failover.plugins.modules import operator_message
from error_catalogue.parts import take_apart


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_module_that_was_sent_to_a_host_shows_nothing_and_says_so(
    check_mode: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"lines": ["boston serves."], "_ansible_check_mode": check_mode}
    with patch_module_args(given), pytest.raises(SystemExit) as ended:
        operator_message.main()
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["failed"]) == (1, True)
    parts = take_apart(told["msg"])
    assert parts.tried == "Showing lines"
    assert parts.came_back == "the module was sent to a host, where nobody sees them."
    assert parts.to_do.startswith("Name it in full, seamless.smb_failover.operator_message")
