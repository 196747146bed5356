# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a worker of the controller finds loaded when it begins."""

from __future__ import annotations

import os
import subprocess
import sys

from unit.conftest import IMPORT_ROOT

# In a process of its own: in that of the tests other tests have loaded all of it.
FIRST_USE = """
import sys
from ansible.plugins.loader import action_loader, filter_loader, init_plugin_loader, test_loader

init_plugin_loader()
# As the strategies do it, before they fork the worker of a task.
assert action_loader.get("seamless.smb_failover.fence_proof", class_only=True)
before = set(sys.modules)
for loader, names in ((filter_loader, ("default", "seamless.smb_failover.printable")),
                      (test_loader, ("defined", "match", "seamless.smb_failover.gone_controller"))):
    for name in names:
        loader.get(name)
print(*sorted(name for name in set(sys.modules) - before if name.startswith("ansible")))
"""


def test_a_worker_finds_the_filters_and_tests_of_its_templates_loaded() -> None:
    found = subprocess.run(
        [sys.executable, "-c", FIRST_USE],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(IMPORT_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []
