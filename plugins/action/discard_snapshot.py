# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.discard_snapshot import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    """Run M(seamless.smb_failover.discard_snapshot) inside the controller process where the connection is local."""

    argument_spec = ARGUMENT_SPEC
    entry = staticmethod(run)
