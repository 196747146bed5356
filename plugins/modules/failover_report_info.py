#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_report_info
short_description: Say whether a report and its log are as they were written
version_added: 0.2.0
description:
  - Follows the log of a run (C(events.jsonl)) line by line; each line holds the SHA-256 of the one before it. Fails where a line was
    changed, taken out, put in or moved.
  - Compares the log with what C(report.json) says of it, so that a cut end shows, and each file of the report with the hash that the log holds of it.
  - Whoever can write all of these files can write all of them anew. Against that helps only a hash that is kept elsewhere, which O(log_count) and
    O(log_sha256) compare with. The summary of the run, its artefacts and the closed journal on both clusters have it.
  - Changes nothing.
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
    support: full
options:
  directory:
    description:
      - Folder of the report.
    type: path
    required: true
  log_count:
    description:
      - How many lines the log had, as it was noted elsewhere; V(0) compares with the report alone.
    type: int
    default: 0
  log_sha256:
    description:
      - The SHA-256 of the last of them.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: See that nobody touched the report
  seamless.smb_failover.failover_report_info:
    directory: /var/lib/failover-reports
"""

RETURN = r"""
whole:
  description: Whether everything is as it was written. Where it is not, the module fails.
  returned: always
  type: bool
  sample: true
faults:
  description: What does not fit, one sentence for each.
  returned: always
  type: list
  elements: str
  sample: []
log:
  description: How many lines the log has now, and the SHA-256 of the last one.
  returned: always
  type: dict
  sample: {count: 143, sha256: 99af49176bded640f3a8862f9425be72783527d837499c3aa691af00880b574b}
verdict:
  description: How the run ended, as the report says it.
  returned: success
  type: str
  sample: "succeeded: access zone sales is served by newyork"
result:
  description: The same in one word.
  returned: success
  type: str
  sample: succeeded
files:
  description: The files whose hashes the log holds.
  returned: success
  type: list
  elements: str
  sample: [report.html, report.json, report.junit.xml, report.md]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_check import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
