# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a lease still stands, told from the names in its folder.

Private to the collection. A lease is a file ``00000003.opened.json`` whose number is its generation; it ends with the file
``00000003.closed.json``, or with an opened one of a later generation.
"""

from __future__ import annotations

import typing as t

OPENED = ".opened.json"
CLOSED = ".closed.json"


def newest_opened(names: t.Iterable[str]) -> str:
    """Return the name of the newest lease, closed or not; empty where there is none."""
    return max((name for name in names if name.endswith(OPENED) and name[: -len(OPENED)].isdigit()), default="")


def closing(name: str) -> str:
    """Return the name of the file that ends a lease."""
    return name[: -len(OPENED)] + CLOSED


def stands(path: str, names: t.Collection[str]) -> bool:
    """Tell whether the lease at ``path`` is the newest of its folder, and not closed."""
    name = path.rpartition("/")[2]
    return newest_opened(names) == name and closing(name) not in names
