# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookup that names the process which carries the run out."""

from __future__ import annotations

DOCUMENTATION = r"""
name: controller_process
short_description: Name the process that carries this run out
version_added: 0.2.0
description:
  - Returns what a later run on the same host needs to tell whether this one still lives.
  - Goes into the journal of a failover, so that a run whose controller was killed is taken over by the next one.
  - In a job of AWX or automation controller also names the job, since nothing of its container is left to ask later.
author:
  - seamless.smb_failover contributors (@seamless)
"""

EXAMPLES = r"""
- name: Show who runs this
  ansible.builtin.debug:
    msg: "{{ lookup('seamless.smb_failover.controller_process') }}"
"""

RETURN = r"""
_raw:
  description:
    - One dictionary with C(user), C(host), C(pid), C(started) (clock ticks since the boot) and C(kernel) (this boot and this
      process namespace). In a job of AWX also C(awx), with C(job_id) and, where they are known, C(job_template_name),
      C(workflow_job_id), C(user_name) and C(address).
  type: list
  elements: dict
"""

import os
import typing as t

from ansible.plugins.lookup import LookupBase
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.awx_job import job_of
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.controller import this_controller


class LookupModule(LookupBase):
    """Answer with this controller; it takes neither terms nor options."""

    def run(
        self, terms: t.Sequence[t.Any], variables: t.Mapping[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        """Return one element: this controller."""
        job = job_of(variables or {}, os.environ)
        return [{**this_controller(), **({"awx": job} if job else {})}]
