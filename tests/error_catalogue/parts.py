# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take a message of an error apart: what was tried, what came back, what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What an operator is asked to do begins with one of these; a new message that needs another verb adds it here.
VERBS = (
    "Add|Allow|Ask|Bring|Change|Check|Choose|Compare|Correct|Exchange|Fail over|Find|Follow|Free|Give|Install|Leave|Let|Log in|Look|Lower|"
    "Mend|Move|Name|Put|Raise|Remove|Run|See|Set|Take|Try|Upgrade|Use|Wait|Write"
)
# Where a sentence begins, or a half of one; perhaps with a condition before the verb.
_STEP = re.compile(rf"(?:^|(?<=[.;!?)'\d>}}:] ))(?:(?:If|Where|When|Until)\b[^.;]*?, )?(?:{VERBS})\b", re.IGNORECASE)
_BETWEEN = re.compile(r":\s")


@dataclass(frozen=True)
class Parts:
    """The three parts of a message; one that is missing is empty."""

    tried: str
    came_back: str
    to_do: str

    def missing(self) -> list[str]:
        """Name the parts that say nothing."""
        return [name for name, text in vars(self).items() if not re.search(r"\w", text)]


def take_apart(message: str, title: str = "") -> Parts:
    """Divide ``<tried>: <what came back>. <what to do>``; ``title`` says what was tried where the message does not, as a task's name."""
    text = " ".join(message.split())
    between = None if title else _BETWEEN.search(text)
    tried, rest = (text[: between.start()], text[between.end() :]) if between else (title, text)
    steps = [found.start() for found in _STEP.finditer(rest) if found.start() > 0]
    if not steps:
        return Parts(tried, rest, "")
    return Parts(tried, rest[: steps[0]].strip(" ;"), rest[steps[0] :])
