# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rule of a sudoers file: how it is written, found, added and removed.

Private to the collection; pure. A mistake in this file locks administrators out, so nothing but the rule's own line is
ever touched, and values that would mean something else to sudo are refused.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .errors import BadOption

_USER = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*$")
_RUNAS = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*$")
# What separates or escapes in sudoers has no place in a command here; the wildcards of sudo stay possible.
_COMMAND = re.compile(r"^/[A-Za-z0-9_./*?\[\]^$+ @-]*$")
_SPACED = re.compile(r"\s*([=(),:])\s*")


@dataclass(frozen=True)
class Rule:
    """A user who may run commands on every host as somebody else, without a password."""

    user: str
    runas: str
    commands: tuple[str, ...]

    def line(self) -> str:
        """Return the rule as it stands in the file."""
        return f"{self.user} ALL=({self.runas}) NOPASSWD: {', '.join(self.commands)}"

    def warnings(self) -> list[str]:
        """Say which commands give more than they seem to."""
        return [
            f"The sudo rule '{self.line()}' makes '{self.user}' as good as root: the * of '{command}' also matches "
            "'netstat; any other command', and isi_for_array hands that to a root shell on every node. Where the tool "
            "allows it, use the exact command '/usr/bin/isi_for_array netstat -anW -p tcp'."
            for command in self.commands
            if "*" in command or "?" in command
        ]


def make_rule(user: str, runas: str, commands: t.Sequence[str]) -> Rule:
    """Build a rule, or refuse values that sudo would read as something else."""
    if not _USER.match(user):
        raise BadOption(
            f"Writing a sudo rule for user {user!r}: the name has characters that mean something else in sudoers. "
            "Use a plain account name of letters, digits, dots, hyphens and underscores."
        )
    if not _RUNAS.match(runas):
        raise BadOption(f"Writing a sudo rule to run as {runas!r}: this is no account name. Use ALL or root.")
    cleaned = tuple(" ".join(command.split()) for command in commands)
    bad = [command for command in cleaned if not _COMMAND.match(command)]
    if bad or not cleaned:
        raise BadOption(
            f"Writing a sudo rule for the commands {list(commands)!r}: {bad or 'there is none'} is no absolute path with plain "
            "arguments. Commas, colons, quotes, backslashes, line breaks and equal signs are not taken; give each command as "
            "one element of the list."
        )
    return Rule(user, runas, cleaned)


def normalised_line(line: str) -> str:
    """Return a line with its spaces as sudo sees them, so that two spellings of one rule are equal."""
    return _SPACED.sub(r"\1", " ".join(line.split()))


def has_rule(text: str, rule: Rule) -> bool:
    """Whether the rule is in force in the file, however it is spaced."""
    return any(is_rule(line, rule) for _start, line in logical_lines(text))


def is_rule(line: str, rule: Rule) -> bool:
    """Whether a line is this very rule, no more and no less."""
    return normalised_line(line) == normalised_line(rule.line())


def logical_lines(text: str) -> list[tuple[int, str]]:
    """Return number of the first physical line and content of each line; a backslash at the end continues it."""
    found: list[tuple[int, str]] = []
    start = 0
    parts: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if not parts:
            start = number
        parts.append(line)
        if not (line.endswith("\\") and not line.lstrip().startswith("#")):
            found.append((start, " ".join(part.rstrip("\\") for part in parts)))
            parts = []
    if parts:
        found.append((start, " ".join(part.rstrip("\\") for part in parts)))
    return found


def with_rule(text: str, rule: Rule) -> str:
    """Return the file with the rule in it exactly once; every other line stays as it is."""
    spans = _spans_of(text, rule)
    if len(spans) == 1:
        return text
    if spans:
        return _without(text, spans[1:])
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{rule.line()}\n"


def without_rule(text: str, rule: Rule) -> str:
    """Return the file without the rule; every other line stays as it is."""
    return _without(text, _spans_of(text, rule))


def rules_missing_from(text: str, reference: str) -> list[str]:
    """Return the lines in force of ``reference`` that ``text`` does not have."""
    here = {normalised_line(line) for _start, line in logical_lines(text)}
    return [
        line.strip()
        for _start, line in logical_lines(reference)
        if line.strip() and not _is_comment(line) and normalised_line(line) not in here
    ]


def _is_comment(line: str) -> bool:
    """In sudoers ``#include``, ``#includedir`` and ``#1000`` (a user id) are no comments."""
    return re.match(r"\s*#(?!include|\d)", line) is not None


def _spans_of(text: str, rule: Rule) -> list[tuple[int, int]]:
    lines = logical_lines(text)
    ends = [start for start, _line in lines[1:]] + [len(text.split("\n"))]
    return [(start, end) for (start, line), end in zip(lines, ends) if is_rule(line, rule)]


def _without(text: str, spans: t.Sequence[tuple[int, int]]) -> str:
    gone = {number for start, end in spans for number in range(start, end)}
    return "\n".join(line for number, line in enumerate(text.split("\n")) if number not in gone)


def wanted_state(state: str, eyeglass_version: str) -> str:
    """Return ``present``, ``absent`` or ``not_needed``: which versions of the commercial tool want the rule.

    It needs one on 2.12 and 2.13. Older ones cannot do a seamless failover at all, newer ones need no rule.
    """
    if state == "absent":
        return state
    version = _version(eyeglass_version) if eyeglass_version else None
    if version is not None and version < (2, 12):
        raise BadOption(
            f"Preparing a seamless SMB failover with Eyeglass {eyeglass_version}: versions before 2.12 have no such failover. "
            "Upgrade it to 2.12 or later."
        )
    if state == "present":
        return state
    if version is None:
        raise BadOption(
            "Finding out whether a sudo rule is needed: with state 'auto' the version decides, and none was given. Set eyeglass_version, such as 2.13."
        )
    return "present" if version <= (2, 13) else "not_needed"


def _version(text: str) -> tuple[int, int]:
    match = re.match(r"^v?(\d+)\.(\d+)(?:[.\s-].*)?$", text.strip())
    if not match:
        raise BadOption(f"Reading the Eyeglass version {text!r}: it is no version. Give it as 2.12 or 2.13.1.")
    return int(match[1]), int(match[2])
