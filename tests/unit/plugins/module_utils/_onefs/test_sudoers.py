# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.sudoers import (
    Rule,
    has_rule,
    make_rule,
    rules_missing_from,
    wanted_state,
    with_rule,
    without_rule,
)

RULE = Rule("eyeglass", "ALL", ("/usr/bin/isi_for_array netstat*",))
LINE = "eyeglass ALL=(ALL) NOPASSWD: /usr/bin/isi_for_array netstat*"
FILE = "# comment\nroot ALL=(ALL) ALL\nDefaults secure_path=/bin\n"


def test_the_line_is_the_commercial_tools_own() -> None:
    assert RULE.line() == LINE


def test_the_rule_is_added_at_the_end_and_nothing_else_is_touched() -> None:
    assert with_rule(FILE, RULE) == FILE + LINE + "\n"


def test_a_last_line_without_an_end_is_not_joined_with_the_rule() -> None:
    assert with_rule("root ALL=(ALL) ALL", RULE) == f"root ALL=(ALL) ALL\n{LINE}\n"


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        "eyeglass   ALL = (ALL) NOPASSWD : /usr/bin/isi_for_array   netstat*",
        "eyeglass\tALL=( ALL )NOPASSWD:/usr/bin/isi_for_array netstat*",
        "eyeglass ALL=(ALL) \\\n  NOPASSWD: /usr/bin/isi_for_array netstat*",
    ],
)
def test_another_spelling_of_the_rule_is_the_rule(line: str) -> None:
    text = FILE + line + "\n"
    assert has_rule(text, RULE)
    assert with_rule(text, RULE) == text
    assert without_rule(text, RULE) == FILE


@pytest.mark.parametrize(
    "line",
    [
        "# " + LINE,
        LINE + ", /bin/ls",
        LINE.replace("eyeglass", "eyeglass2"),
        LINE.replace("(ALL)", "(root)"),
        LINE.replace("NOPASSWD: ", ""),
        LINE.replace("netstat*", "netstat"),
    ],
)
def test_a_line_that_only_resembles_the_rule_stays_and_does_not_count(line: str) -> None:
    text = FILE + line + "\n"
    assert not has_rule(text, RULE)
    assert with_rule(text, RULE) == text + LINE + "\n"
    assert without_rule(text, RULE) == text


def test_never_two_copies() -> None:
    twice = f"{LINE}\n{FILE}{LINE}\n"
    assert with_rule(twice, RULE) == f"{LINE}\n{FILE}"
    assert without_rule(twice, RULE) == FILE


def test_adding_twice_is_adding_once() -> None:
    once = with_rule(FILE, RULE)
    assert with_rule(once, RULE) == once


def test_adding_and_removing_leaves_the_file_as_it_was() -> None:
    assert without_rule(with_rule(FILE, RULE), RULE) == FILE


def test_rules_beyond_the_default_are_found_comments_are_not_rules() -> None:
    rendered = "## Rendered\n" + FILE + "admin ALL=(ALL) ALL\n#includedir /etc/sudoers.d\n"
    assert rules_missing_from(FILE, rendered) == ["admin ALL=(ALL) ALL", "#includedir /etc/sudoers.d"]


def test_the_star_is_said_to_be_as_good_as_root() -> None:
    (warning,) = RULE.warnings()
    assert "as good as root" in warning
    assert not make_rule("svc-failover", "ALL", ["/usr/bin/isi_for_array netstat -anW -p tcp"]).warnings()


@pytest.mark.parametrize("user", ["", "ALL ALL", "a\nroot", "%wheel", "#0", "a,b", "-a", "a=b"])
def test_a_user_that_sudo_would_read_as_something_else_is_refused(user: str) -> None:
    with pytest.raises(BadOption):
        make_rule(user, "ALL", ["/bin/true"])


@pytest.mark.parametrize(
    "command",
    ["", "ls", "/bin/ls, /bin/sh", "/bin/ls\nroot ALL=ALL", "/bin/ls; id", "/bin/ls \\", "/bin/a=b", "!/bin/ls", "ALL"],
)
def test_a_command_that_would_become_another_rule_is_refused(command: str) -> None:
    with pytest.raises(BadOption):
        make_rule("eyeglass", "ALL", [command])


def test_no_command_is_refused() -> None:
    with pytest.raises(BadOption):
        make_rule("eyeglass", "ALL", [])


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("2.12", "present"),
        ("2.12.1", "present"),
        ("2.13", "present"),
        ("2.13.0-24", "present"),
        ("2.14", "not_needed"),
        ("3.0", "not_needed"),
    ],
)
def test_the_version_decides(version: str, state: str) -> None:
    assert wanted_state("auto", version) == state


@pytest.mark.parametrize("state", ["auto", "present"])
@pytest.mark.parametrize("version", ["2.11", "2.5.12", "1.99"])
def test_versions_without_a_seamless_failover_are_refused(state: str, version: str) -> None:
    with pytest.raises(BadOption, match=r"before 2\.12"):
        wanted_state(state, version)


def test_absent_works_with_every_version() -> None:
    assert wanted_state("absent", "2.5") == "absent"


@pytest.mark.parametrize("version", ["two", "2", "2.x", ""])
def test_a_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(BadOption):
        wanted_state("auto", version)
