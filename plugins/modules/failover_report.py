#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_report
short_description: Write the report of a failover
version_added: 0.1.0
description:
  - Writes the report into a folder on the controller, as a page (C(report.html)), for programs (C(report.json), whose form is in
    C(docs/report.schema.json) of the collection), for a ticket (C(report.md)) and for a CI system (C(report.junit.xml)), and returns a summary for people.
  - Where the folder holds the log of the run (C(events.jsonl)), the report says where it stood, and the log where the report lies with its hashes.
    M(seamless.smb_failover.failover_report_info) checks both.
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
  result:
    description:
      - How the run ended. V(stopped) is past the point of no return with a step missing, or half-way where undoing failed; V(refused) is before anything was
        changed. V(unchanged) is where the target served already, so that there was nothing to move; it is not written over the report of the same move that
        succeeded. V(taken_over) is where another run took the lease meanwhile and goes on in its stead. V(checked) says that
        it only looked, V(failed) is how a rehearsal ends that did not go well.
    type: str
    choices: [succeeded, rolled_back, stopped, refused, unchanged, taken_over, checked, failed]
    required: true
  served_by:
    description:
      - Which side serves now. By default what follows from O(result).
    type: str
    choices: [source, target, nobody, unknown]
  reason:
    description:
      - Why it ended so, where it did not succeed.
    type: str
    default: ""
  run_id:
    description:
      - Identifies the run.
    type: str
    default: ""
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
      - Access zone, where there is no O(plan) that says it.
    type: str
    default: ""
  method:
    description:
      - How the clients were carried over.
    type: str
    required: true
  plan:
    description:
      - The plan, as RV(seamless.smb_failover.failover_plan#module:plan); empty where the run never had one.
    type: dict
    required: true
  steps:
    description:
      - The steps in order, each with the result of its task; those that did not run are left out.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What the step is called.
        type: str
        required: true
      result:
        description:
          - The registered result of the step's task.
        type: dict
        required: true
  connected_clients:
    description:
      - Clients that were connected before the fence.
    type: list
    elements: str
    default: []
  missing_clients:
    description:
      - Those of them that did not come back in time.
    type: list
    elements: str
    default: []
  open_files:
    description:
      - What was open when the fence fell, as RV(seamless.smb_failover.at_risk_report#module:open_files).
    type: list
    elements: dict
    default: []
  open_files_total:
    description:
      - How many files that were.
    type: int
    default: 0
  at_risk:
    description:
      - What is known of the clients (C(clients)), what became of the files (C(recheck), the result of
        M(seamless.smb_failover.at_risk_recheck)), when clients were seen again (C(returned)) and what could not be listed (C(unlisted)).
    type: dict
    default: {}
  notices:
    description:
      - Who was told, as RV(seamless.smb_failover.failover_notice#module:outcomes).
    type: list
    elements: dict
    default: []
  pre_sync_rounds:
    description:
      - The replications while clients worked, as RV(seamless.smb_failover.synciq_job#module:rounds).
    type: list
    elements: dict
    default: []
  final_sync_rounds:
    description:
      - The replication while clients waited, likewise.
    type: list
    elements: dict
    default: []
  readiness:
    description:
      - All readiness checks, as RV(seamless.smb_failover.failover_readiness#module:checks).
    type: list
    elements: dict
    default: []
  configuration_before:
    description:
      - How both clusters were configured before the run, as RV(seamless.smb_failover.failover_configuration_info#module:configuration).
    type: dict
    default: {}
  configuration_after:
    description:
      - How they are configured now. What differs is shown where both are given.
    type: dict
    default: {}
  onefs_releases:
    description:
      - By cluster, the release of OneFS.
    type: dict
    default: {}
  ansible_core_version:
    description:
      - The version of ansible-core that runs.
    type: str
    default: ""
  unfulfilled:
    description:
      - The readiness checks that were not fulfilled when the run began, as RV(seamless.smb_failover.failover_readiness#module:checks).
        Those that were waived are shown with their reasons.
    type: list
    elements: dict
    default: []
  warnings:
    description:
      - What a reader has to know beside the warnings of the plan.
    type: list
    elements: str
    default: []
  rehearsal_level:
    description:
      - Stamps the report as that of a rehearsal of this level; V(0) is a failover.
    type: int
    choices: [0, 1, 2, 3]
    default: 0
  predicted_seconds:
    description:
      - What each step will take, as RV(seamless.smb_failover.failover_history_info#module:predicted_seconds). Shown where the run
        only looked.
    type: dict
    default: {}
  rehearsed:
    description:
      - What a rehearsal measured, to be kept in the report.
    type: dict
    default: {}
  unplanned:
    description:
      - Of an unplanned failover who saw that the source is dead, what may be lost (C(loss_window)) and how it is fenced from outside.
    type: dict
    default: {}
  directory:
    description:
      - Folder for the files. Empty writes none.
    type: path
    default: ""
"""

EXAMPLES = r"""
- name: Write the report
  seamless.smb_failover.failover_report:
    result: succeeded
    source_name: boston
    target_name: newyork
    method: smartconnect
    plan: "{{ plan.plan }}"
    steps:
      - name: fence
        result: "{{ fence }}"
    directory: /var/lib/failover-reports
"""

RETURN = r"""
summary:
  description: The report in lines for people.
  returned: success
  type: list
  elements: str
  sample:
    - "succeeded: access zone sales is served by newyork"
report:
  description: The report.
  returned: success
  type: dict
  sample:
    result: succeeded
    cutover_seconds: 3.2
files:
  description: The files that were written.
  returned: success
  type: list
  elements: str
  sample: [/var/lib/failover-reports/report.json, /var/lib/failover-reports/report.html]
log:
  description: Where the log of the run stands after the report was written; null where none is kept.
  returned: success
  type: dict
  sample: {file: /var/lib/failover-reports/events.jsonl, count: 143, sha256: 99af49176bded640f3a8862f9425be72783527d837499c3aa691af00880b574b}
stats:
  description: What the role hands to the next job of a workflow.
  returned: success
  type: dict
  sample:
    result: succeeded
    verdict: "succeeded: access zone sales is served by newyork"
    cutover_seconds: 3.2
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_files import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
