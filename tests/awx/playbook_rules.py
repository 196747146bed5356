# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of a repository AWX offers as playbooks, written after its source (24.6)."""

from __future__ import annotations

import pathlib
import re

PLAY = re.compile(r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?include|(ansible\.builtin\.)?import_playbook):\s*?.*?$")
NEVER = {"roles", "tasks", "group_vars", "host_vars"}


def playbooks(root: pathlib.Path) -> set[str]:
    """Return the playbooks that a job template of this project may name."""
    found = set()
    for path in root.rglob("*.y*ml"):
        relative = path.relative_to(root)
        if any(part in NEVER or part.startswith(".") for part in relative.parent.parts):
            continue
        if any(PLAY.match(line) for line in path.read_text(encoding="utf-8").splitlines()):
            found.add(str(relative))
    return found
