# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster says is shown on one line, and steers no terminal; all else stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.filter.printable import printable


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("sales.example.com", "sales.example.com"),
        ("Übersicht 日本", "Übersicht 日本"),
        ("a\x1b[31mb\nok: [localhost]", r"a\x1b[31mb\nok: [localhost]"),
        ("a\u202eb\x9bc", r"a\u202eb\x9bc"),
        ("{{ 6 * 7 }}", "{{ 6 * 7 }}"),
        (7, "7"),
        ("", ""),
    ],
)
def test_nothing_that_steers_a_terminal_is_left(value: Any, shown: str) -> None:
    assert printable(value) == shown
