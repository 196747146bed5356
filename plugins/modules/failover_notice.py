#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_notice
short_description: Tell people of a failover
version_added: 0.2.0
description:
  - Makes the message for one moment of a failover and sends it by mail and to web addresses, side by side. The message holds no secret.
  - Never fails. RV(outcomes) says who could not be told, and why.
  - In check mode nothing is sent, and RV(would_tell) says who would be told what.
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
options:
  event:
    description:
      - Which moment of the failover it is.
    type: str
    choices: [announce, start, complete, rolled_back]
    required: true
  source_name:
    description:
      - What the cluster that served before is called.
    type: str
    required: true
  target_name:
    description:
      - What the cluster that takes over is called.
    type: str
    required: true
  access_zone:
    description:
      - Access zone that moves.
    type: str
    required: true
  names:
    description:
      - Names that clients mount by.
    type: list
    elements: str
    default: []
  mode:
    description:
      - How it is moved, as in the role's C(failover_mode).
    type: str
    default: planned
  rehearsal_level:
    description:
      - Marks the message as that of a rehearsal; V(0) is a failover.
    type: int
    default: 0
  run_id:
    description:
      - Identifies the run.
    type: str
    default: ""
  at_risk:
    description:
      - How many files are C(red), C(amber) and C(green).
    type: dict
    default: {}
  missing_clients:
    description:
      - Clients that did not come back.
    type: list
    elements: str
    default: []
  bad_files:
    description:
      - Files that somebody has to look at.
    type: list
    elements: str
    default: []
  hooks:
    description:
      - Who is told. Each has C(mail_to), C(webhook), C(tasks), or several of them.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What the hook is called in outputs and reports.
        type: str
        default: ""
      events:
        description:
          - Of which moments it is told.
        type: list
        elements: str
        choices: [announce, start, complete, rolled_back]
        default: [announce, start, complete, rolled_back]
      mail_to:
        description:
          - Addresses to send a mail to.
        type: list
        elements: str
        default: []
      mail_from:
        description:
          - Sender of the mail.
        type: str
        default: smb-failover@localhost
      mail_host:
        description:
          - Mail server.
        type: str
        default: localhost
      mail_port:
        description:
          - Its port.
        type: int
        default: 25
      mail_starttls:
        description:
          - Whether to begin TLS, with the certificate verified.
        type: bool
        default: false
      mail_user:
        description:
          - Account at the mail server; empty logs in as nobody.
        type: str
        default: ""
      mail_password:
        description:
          - Its password.
        type: str
        default: ""
      webhook:
        description:
          - Address that the message is posted to as JSON. It is handled as a secret, since many hold one.
        type: str
        default: ""
      webhook_token:
        description:
          - Bearer token for it.
        type: str
        default: ""
      tasks:
        description:
          - File with tasks that the role includes, with the message in the variable C(failover_notice). This module only names it.
        type: str
        default: ""
  timeout_seconds:
    description:
      - How long one mail server or web address may take.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Tell users to close their files
  seamless.smb_failover.failover_notice:
    event: announce
    source_name: boston
    target_name: newyork
    access_zone: sales
    names: [sales.example.com]
    hooks:
      - name: sales team
        mail_to: [sales@example.com]
        mail_host: mail.example.com
"""

RETURN = r"""
notice:
  description: The message.
  returned: always
  type: dict
  sample: {event: announce, subject: sales.example.com will move to newyork}
outcomes:
  description: Who was told, and where somebody was not the C(trouble).
  returned: always
  type: list
  elements: dict
  sample: [{event: announce, hook: sales team, way: mail, told: true, trouble: "", seconds: 0.1}]
tasks:
  description: Files with tasks that are left to the role.
  returned: always
  type: list
  elements: dict
  sample: []
would_tell:
  description: In check mode, who would be told.
  returned: always
  type: list
  elements: str
  sample: []
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.notice import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
