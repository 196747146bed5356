# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of a cluster or a client, shown so that no terminal obeys it. Private to the collection; pure."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text on one line, with control characters, line breaks and marks of writing direction made visible."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
