# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make this checkout importable as the collection that it is, wherever it was cloned to."""

from __future__ import annotations

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPORT_ROOT = ROOT / ".build/import"


def link_collection() -> None:
    """Link ``ansible_collections/seamless/smb_failover`` to this checkout; another run may do the same at this time."""
    link = IMPORT_ROOT / "ansible_collections/seamless/smb_failover"
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to(ROOT)
    except FileExistsError:
        if link.resolve() != ROOT:
            raise
    if str(IMPORT_ROOT) not in sys.path:
        sys.path.append(str(IMPORT_ROOT))


link_collection()
