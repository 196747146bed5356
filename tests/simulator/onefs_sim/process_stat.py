# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel says of a process (proc(5), stat)."""

from __future__ import annotations

import pathlib


def stat_fields(pid: int | str) -> list[str]:
    """Return the fields after the name, which may hold anything: state, parent, group, session, ... OSError once it is gone."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
