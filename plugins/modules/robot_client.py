#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: robot_client
short_description: Let a synthetic SMB client write while a drill goes on
version_added: 0.2.0
description:
  - Starts a process on the controller that writes numbered records to a share, by its name, as a patient application would. What breaks
    is connected again; what was not acknowledged is written once more.
  - When it is stopped it reads its file back, compares every record that was acknowledged, removes the file, and says how long it paused.
  - The process ends by itself when the controller of the drill is gone.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: none
requirements:
  - smbprotocol
  - dnspython
options:
  state:
    description:
      - V(started) begins to write and returns as soon as the first record is acknowledged; V(stopped) ends it.
    type: str
    choices: [started, stopped]
    required: true
  folder:
    description:
      - Folder on the controller for the log of the client; a new one for each drill.
    type: path
    required: true
  name:
    description:
      - DNS name that clients mount by. Needed with O(state=started), as are O(share), O(user) and O(password).
    type: str
    default: ""
  share:
    description:
      - SMB share that is written to.
    type: str
    default: ""
  user:
    description:
      - SMB account that may write there.
    type: str
    default: ""
  password:
    description:
      - Its password.
    type: str
    default: ""
  dns_servers:
    description:
      - Resolvers that clients ask; empty means those of the controller.
    type: list
    elements: str
    default: []
  marks:
    description:
      - With O(state=stopped), moments from which on pauses belong to a part of the drill.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - What the part is called.
        type: str
        required: true
      at:
        description:
          - When it began, in seconds since 1970.
        type: float
        required: true
  deadline_seconds:
    description:
      - How long the first record may take.
    type: int
    default: 30
"""

EXAMPLES = r"""
- name: Let the robot write
  seamless.smb_failover.robot_client:
    state: started
    folder: /tmp/drill
    name: robot.example.com
    share: robot
    user: robot
    password: "{{ vault_robot_password }}"

- name: Say what it saw
  seamless.smb_failover.robot_client:
    state: stopped
    folder: /tmp/drill
    marks:
      - name: there
        at: 1795420800.5
"""

RETURN = r"""
acknowledged:
  description: How many records the server acknowledged.
  returned: with O(state=stopped)
  type: int
  sample: 412
lost:
  description: How many of them were not found at the end; null where the client could not compare.
  returned: with O(state=stopped)
  type: int
  sample: 0
pauses:
  description: For each of O(marks), the longest time in seconds in which nothing was acknowledged; null where nothing was afterwards.
  returned: with O(state=stopped)
  type: dict
  sample: {there: 3.4, back: 3.3}
addresses:
  description: The addresses that acknowledged, in the order in which they were met.
  returned: with O(state=stopped)
  type: list
  elements: str
  sample: [198.51.100.13, 198.51.100.23]
errors:
  description: How many operations failed and were done once more.
  returned: with O(state=stopped)
  type: int
  sample: 3
last_error:
  description: The last of them.
  returned: with O(state=stopped)
  type: str
removed:
  description: Whether the client's file is gone from the share.
  returned: with O(state=stopped)
  type: bool
  sample: true
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.robot_process import (
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
