#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: journal_folder
short_description: Make the folder of the journals, closed to other accounts
version_added: 0.3.0
description:
  - Leases, journals and records lie below C(/ifs/.seamless_smb_failover). This makes the folder with the mode C(0700), so that nobody but the
    account and root can look into it, and closes one that is open.
  - Run it as the service account, which owns the folder then.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.connection
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) makes the folder be there and closed, V(absent) removes it with what was written without a run.
    type: str
    choices: [present, absent]
    default: present
  discard_records:
    description:
      - With O(state=absent), whether what runs wrote goes too, journals, history, quarantine marks and what pools held. A failback goes by it.
      - Without this it stays, and the folder with it; RV(kept) has the files.
    type: bool
    default: false
seealso:
  - module: seamless.smb_failover.failover_journal
"""

EXAMPLES = r"""
- name: Make the folder of the journals
  seamless.smb_failover.journal_folder:
    connection: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
"""

RETURN = r"""
folder:
  description: The folder.
  returned: success
  type: str
  sample: /ifs/.seamless_smb_failover
mode:
  description: Its permissions; empty where it is gone.
  returned: success
  type: str
  sample: "0700"
kept:
  description: With O(state=absent) the files that were not removed.
  returned: success
  type: list
  elements: str
  sample: [/ifs/.seamless_smb_failover/leases/sales/00000001.opened.json]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.journal_folder import (
    ARGUMENT_SPEC,
    RULES,
    run,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run, **RULES)


if __name__ == "__main__":
    main()
