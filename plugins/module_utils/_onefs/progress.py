# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the engine tells live what it does.

Private to the collection.
"""

from __future__ import annotations

import typing as t

# Takes one line for the operator, now. In a module there is nobody to tell; inside the controller it is the display.
Progress = t.Callable[[str], None]


class PassingLine(str):
    """A line that is worth nothing any more when the next one comes: what a wait has seen so far."""


def silent(line: str) -> None:
    """Tell nobody."""
    del line
