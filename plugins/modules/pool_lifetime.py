#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: pool_lifetime
short_description: Keep DNS answers of IP pools short-lived
version_added: 0.3.0
description:
  - Sets C(sc_ttl) of the IP pools of some access zones, so that a failover has no old DNS answers to wait for. A failover does that by itself
    where this was not done, and waits.
  - What a pool had before is written down on its cluster, and given back with O(state=absent) unless somebody has set another value since.
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
  access_zones:
    description:
      - The access zones whose pools are set.
    type: list
    elements: str
    required: true
  ttl_seconds:
    description:
      - How long answers may live at the most. Pools that say less are left alone.
    type: int
    default: 0
  state:
    description:
      - V(present) lowers what is higher, V(absent) gives the pools back what they had.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: seamless.smb_failover.smartconnect_ttl
"""

EXAMPLES = r"""
- name: Let DNS answers of the zone sales live 0 seconds
  seamless.smb_failover.pool_lifetime:
    connection: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    access_zones: [sales]
"""

RETURN = r"""
pools:
  description: The pools that were changed.
  returned: success
  type: list
  elements: dict
  sample:
    - pool: groupnet0.subnet1.sales
      before_seconds: 300
      after_seconds: 0
left_alone:
  description: With O(state=absent) the pools that somebody else has set since.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.pool_lifetime import (
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
