# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test that tells whether the controller of an earlier run has ended."""

from __future__ import annotations

import typing as t

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.controller import is_gone


class TestModule:
    """The tests of this file."""

    def tests(self) -> dict[str, t.Callable[..., bool]]:
        """Return them by name."""
        return {"gone_controller": is_gone}
