# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a command of the pages could be given: its target, playbook, options, variables and files exist.

Nothing is carried out here. What belongs to programs that the tests do not have (podman, curl) is named in FOREIGN.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Callable
from unittest import mock

from ansible.cli.playbook import PlaybookCLI
from onefs_sim import cli as simulator
from unit.documents.blocks import ROOT
from unit.documents.variables import options_of, role_options, trouble

COLLECTION = "seamless.smb_failover."
#: Programs of others, of which only the files that are named are looked at, and why that is all.
FOREIGN = {
    "podman": "pushes an image to a registry that nobody has here",
    "curl": "posts to an address of the reader's; tests/live/test_events.py posts the same event",
    "ansible-builder": "tests/live/test_execution_environment.py runs it",
    "ansible-rulebook": "tests/live/test_events.py runs it",
    "pip": "installs a file of requirements",
    "sed": "test_event_chain.py gives this very line, with the path of a log",
}
ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
#: What a reader makes by himself, as the pages say.
OWN_FILES = ("inventory.yml", "variables.yml", "seamless-smb_failover-")


def commands_of(text: str) -> list[list[str]]:
    """Split a block into commands and these into words, as a shell does; comments and redirections are left out."""
    joined = re.sub(r"\\\n\s*", " ", text)
    found = []
    for line in joined.split("\n"):
        words = shlex.split(line, comments=True)
        if ">" in words:
            words = words[: words.index(">")]
        if words:
            found.append(words)
    return found


def check(words: list[str]) -> None:
    """Raise AssertionError where a command could not be given."""
    if words[0] == "export":
        assert len(words) > 1 and all(ASSIGNED.match(word) for word in words[1:]), words
        return
    if words[0].startswith("-e"):
        check_variables(words, {name: option for one in role_options().values() for name, option in one.items()})
        return
    if words[0] == "env":
        words = words[1:]
    while words and ASSIGNED.match(words[0]):
        words = words[1:]
    if words[0].endswith("/python"):
        words = words[1:]
    program = words[0].removeprefix(".build/venv/bin/")
    if program in FOREIGN:
        check_files(words[1:])
        return
    assert program in CHECKS, f"no rule for '{program}'; tests/unit/documents/commands.py has those that there are"
    CHECKS[program](words[1:])


def check_make(words: list[str]) -> None:
    """Every word is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in words:
        assert re.search(rf"^{re.escape(word)}:", makefile, re.MULTILINE), f"make has no target '{word}'"


def check_playbook(words: list[str]) -> None:
    """The playbook exists, ansible-playbook takes the options, and the playbook takes the variables."""
    command = PlaybookCLI(["ansible-playbook", *words])
    command.init_parser()
    with parsed():
        options = command.parser.parse_args(words)
    (named,) = options.args
    assert named.startswith(COLLECTION), f"'{named}' is no playbook of the collection"
    playbook = named.removeprefix(COLLECTION)
    assert (ROOT / "playbooks" / f"{playbook}.yml").exists(), f"there is no playbook '{playbook}'"
    for path in options.inventory or []:
        assert path in OWN_FILES or (ROOT / path).exists(), path
    check_variables([word for value in options.extra_vars for word in ("-e", value)], options_of(playbook))


def check_variables(words: list[str], options: dict[str, dict[str, object]]) -> None:
    """Each ``-e`` gives variables that there are, with values that fit."""
    for flag, value in zip(words[::2], words[1::2], strict=True):
        assert flag == "-e", words
        if value.startswith("@"):
            continue
        given = json.loads(value) if value.startswith("{") else dict(word.split("=", 1) for word in shlex.split(value))
        for name, one in given.items():
            assert not (why := trouble(options, name, one)), why


def check_simulator(words: list[str]) -> None:
    """onefs-sim takes the words; what it shall run in a namespace is a command of its own."""
    if "exec" in words and "--" in words:
        inner = words[words.index("--") + 1 :]
        if inner != ["bash"]:
            check(inner)
    with parsed():
        simulator.parser().parse_args(words)


def check_files(words: list[str]) -> None:
    """Files of this repository that are named exist."""
    for word in words:
        if re.fullmatch(r"[\w./-]+\.(?:yml|txt|cfg)", word) and not word.startswith(OWN_FILES):
            assert (ROOT / word).exists(), f"there is no file '{word}'"


def check_galaxy(words: list[str]) -> None:
    """Build makes the file that install takes."""
    assert words[0] == "collection" and words[1] in ("build", "install"), words
    version = re.search(r"^version: (\S+)$", (ROOT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version and all(word == f"seamless-smb_failover-{version[1]}.tar.gz" for word in words[2:]), words


def check_pytest(words: list[str]) -> None:
    """The folder exists."""
    assert all((ROOT / word).exists() for word in words), words


@functools.cache
def help_of(program: str) -> str:
    """Return what a program of the tests says of its options."""
    done = subprocess.run([sys.executable, str(ROOT / program), "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check_options(program: str) -> Callable[[list[str]], None]:
    """Each option stands in the program's help."""

    def checked(words: list[str]) -> None:
        for word in words:
            if word.startswith("--"):
                assert re.search(rf"{word}\b", help_of(program)), f"{program} has no option {word}"

    return checked


def check_part(words: list[str]) -> None:
    """tools/test has the part."""
    with mock.patch.object(sys, "argv", ["test"]):
        parts = runpy.run_path(str(ROOT / "tools/test"))["PARTS"]
    assert set(words) <= set(parts), words


@contextlib.contextmanager
def parsed():  # type: ignore[no-untyped-def]
    """Turn the end of argparse into a failure with what it said."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            yield
    except SystemExit:
        raise AssertionError(said.getvalue()) from None


CHECKS: dict[str, Callable[[list[str]], None]] = {
    "make": check_make,
    "ansible-playbook": check_playbook,
    "ansible-galaxy": check_galaxy,
    "pytest": check_pytest,
    "tests/simulator/onefs-sim": check_simulator,
    "tests/faults/run.py": check_options("tests/faults/run.py"),
    "tests/loss/run.py": check_options("tests/loss/run.py"),
    "tests/bench/run.py": check_options("tests/bench/run.py"),
    "tests/loss/timeline.py": check_options("tests/loss/timeline.py"),
    "tools/test": check_part,
}
