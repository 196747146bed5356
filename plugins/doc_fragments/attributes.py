# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of what every module of this collection supports."""

from __future__ import annotations


class ModuleDocFragment:
    """What each module says of check mode, diff mode, idempotence and its action group."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and says truthfully what it would change, without changing anything.
  diff_mode:
    description: Returns what was, or in check mode would be, changed, as a difference.
  idempotent:
    description:
      - When run again with the same options, and nothing else has changed the clusters, it changes nothing.
  action_group:
    description: Use C(group/seamless.smb_failover.smb_failover) in C(module_defaults) to set connection options once.
    support: full
    membership:
      - seamless.smb_failover.smb_failover
"""
