# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas of a cluster, with the real size of what lies below their paths."""

from __future__ import annotations

import os
import pathlib
from dataclasses import dataclass

from .allocation import Document

THRESHOLDS = ("advisory", "hard", "soft")
#: Which figure of the usage a quota's thresholds are held against.
BASIS = {"applogicalsize": "applogical", "fslogicalsize": "fslogical", "physicalsize": "physical"}
_BLOCK_BYTES = 8192
_SECTOR_BYTES = 512


@dataclass(frozen=True)
class Usage:
    """What lies below a folder."""

    applogical_bytes: int
    fslogical_bytes: int
    physical_bytes: int
    inodes: int

    def document(self) -> Document:
        figures = {
            "applogical": self.applogical_bytes,
            "fslogical": self.fslogical_bytes,
            "fsphysical": self.physical_bytes,
            "inodes": self.inodes,
            "physical": self.physical_bytes,
            "physical_data": self.physical_bytes,
            "physical_protection": 0,
            "shadow_refs": 0,
        }
        return {**figures, **{f"{name}_ready": True for name in figures}}


def usage_of(folder: pathlib.Path) -> Usage:
    """Measure a folder; what vanishes meanwhile does not count."""
    applogical = fslogical = physical = 0
    inodes = 1
    for path, folders, names in os.walk(folder):
        for name in (*folders, *names):
            try:
                info = os.lstat(os.path.join(path, name))
            except FileNotFoundError:
                continue
            inodes += 1
            physical += info.st_blocks * _SECTOR_BYTES
            if name in names:
                applogical += info.st_size
                fslogical += -(-info.st_size // _BLOCK_BYTES) * _BLOCK_BYTES
    return Usage(applogical, fslogical, physical, inodes)


def thresholds(limits: Document, used: int) -> Document:
    """Show limits, and which of them are passed."""
    shown: Document = {
        "percent_advisory": None,
        "percent_soft": None,
        "soft_grace": None,
        **dict.fromkeys(THRESHOLDS),
        **limits,
    }
    for name in THRESHOLDS:
        limit = shown[name]
        shown[f"{name}_exceeded"] = limit is not None and used > limit
        shown[f"{name}_last_exceeded"] = None
    return shown
