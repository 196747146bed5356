# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi_for_array on nodes that are records of outputs: what it chooses, runs, prefixes and reports."""

from __future__ import annotations

import contextlib
import itertools
import json
import pathlib
import re
import socket
import time
from collections.abc import Callable
from types import ModuleType

import onefs_sim
import pytest

PROGRAM = pathlib.Path(str(onefs_sim.__file__)).with_name("node_commands") / "isi_for_array"
NAMES = {1: "data-center-a-1", 2: "data-center-a-2", 3: "data-center-a-3"}
#: No process has this number: the kernel's are smaller.
NO_PROCESS = 1 << 30

Run = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def array(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> ModuleType:
    """The program, on a cluster of three nodes; each has a `whoami` of its own that prints two lines."""
    module = ModuleType("isi_for_array")
    exec(compile(PROGRAM.read_text(encoding="utf-8"), "isi_for_array", "exec"), module.__dict__)
    nodes = []
    for lnn, name in NAMES.items():
        commands = tmp_path / name
        commands.mkdir()
        script = commands / "whoami"
        script.write_text(f"#!/bin/sh\necho {name}\necho no trouble >&2\necho again\n", encoding="utf-8")
        script.chmod(0o755)
        nodes.append({"lnn": lnn, "name": name, "commands": str(commands)})
    write(tmp_path, nodes)
    monkeypatch.setattr(module, "NODES", str(tmp_path / "nodes.json"))
    monkeypatch.setattr(module.os, "geteuid", lambda: 0)
    return module


def write(folder: pathlib.Path, nodes: list[dict[str, object]]) -> None:
    (folder / "nodes.json").write_text(json.dumps(nodes), encoding="utf-8")


def switch_off(folder: pathlib.Path, lnn: int) -> None:
    """Put a node whose process has ended in the place of a node."""
    nodes = json.loads((folder / "nodes.json").read_text(encoding="utf-8"))
    nodes[lnn - 1] = {"lnn": lnn, "name": NAMES[lnn], "pid": NO_PROCESS}
    write(folder, nodes)


@pytest.fixture
def run(array: ModuleType, tmp_path: pathlib.Path) -> Run:
    """Run it; exit code, lines of stdout, lines of stderr. They go to the files out and err, as they come."""

    def command(*words: str) -> tuple[int, list[str], list[str]]:
        paths = [tmp_path / "out", tmp_path / "err"]
        with (
            open(paths[0], "w", encoding="utf-8") as out,
            open(paths[1], "w", encoding="utf-8") as err,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = array.main(list(words))
        return code, *(path.read_text(encoding="latin-1").splitlines() for path in paths)

    return command


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3", {3}),
        ("6-8", {6, 7, 8}),
        ("1,3", {1, 3}),
        ("1,4-5", {1, 4, 5}),
        ("3,6-12", {3, *range(6, 13)}),
        ("", set()),
    ],
)
def test_node_numbers(array: ModuleType, text: str, found: set[int]) -> None:
    assert array.lnns(text) == found


def test_sorted_output_is_whole_and_in_the_order_of_nodes(run: Run) -> None:
    code, out, err = run("-s", "whoami")
    assert code == 0
    assert out == [line for name in NAMES.values() for line in (f"{name}: {name}", f"{name}: again")]
    assert err == [f"{name}: no trouble" for name in NAMES.values()]


def until(condition: str) -> str:
    """Return a shell's wait for a condition. It gives up instead of hanging the test."""
    return f"timeout 20 sh -c 'until {condition}; do :; done'"


@pytest.mark.parametrize("options", [[], ["-s"]])
def test_every_node_runs_at_the_same_time(run: Run, tmp_path: pathlib.Path, options: list[str]) -> None:
    """Each node waits for all others before it ends: one after the other would never end."""
    here = f"touch {tmp_path}/$(whoami 2>&- | head -1).here"
    assert run(*options, f"{here}; {until(f'[ $(ls {tmp_path}/*.here | wc -l) = 3 ]')}") == (0, [], [])


def test_lines_of_nodes_are_printed_as_they_come(run: Run, tmp_path: pathlib.Path) -> None:
    """Node 1 speaks, and again when a line of node 3 has been printed."""
    wait = until(f"grep -q between {tmp_path}/out")
    command = f"case $(whoami 2>&-) in *-1*) echo one; {wait} && echo two;; *-3*) echo between;; esac"
    code, out, _err = run("-n", "1,3", command)
    assert code == 0
    assert out.index("data-center-a-3: between") < out.index("data-center-a-1: two")
    assert run("-s", "-n", "1,3", "case $(whoami 2>&-) in *-1*) echo one; echo two;; *) echo between;; esac")[1] == [
        "data-center-a-1: one",
        "data-center-a-1: two",
        "data-center-a-3: between",
    ]


@pytest.mark.parametrize(
    ("options", "lnns"),
    [
        (["-n", "2"], [2]),
        (["-n2-3"], [2, 3]),
        (["-sn", "1,3"], [1, 3]),
        (["-x", "2"], [1, 3]),
        (["-n", "1-2", "-x", "1"], [2]),
    ],
)
def test_nodes_are_chosen(run: Run, options: list[str], lnns: list[int]) -> None:
    _code, out, _err = run(*options, "whoami")
    found = {int(match[1]) for line in out if (match := re.match(r"^data-center-a-(\d+): ", line))}
    assert sorted(found) == lnns


def test_the_command_is_a_line_of_a_shell_on_each_node(run: Run) -> None:
    _code, out, _err = run("-s", "-n", "2", "echo", "$(whoami", "2>&-)", ";", "echo", "a  b", "|", "tr", "a-z", "A-Z")
    assert out == ["data-center-a-2: data-center-a-2 again", "data-center-a-2: A B"]


def test_options_after_the_command_are_the_commands(run: Run) -> None:
    _code, out, _err = run("-n", "1", "echo", "-s", "-x", "1")
    assert out == ["data-center-a-1: -s -x 1"]


def test_it_runs_in_the_callers_folder_or_in_the_one_given(
    run: Run, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("-n", "1", "pwd")[1] == [f"data-center-a-1: {tmp_path}"]
    for words in (["-d", "/usr"], ["--directory=/usr"]):
        assert run("-n", "1", *words, "pwd")[1] == ["data-center-a-1: /usr"]
    code, _out, err = run("-n", "1", "-d", "/nowhere", "pwd")
    assert (code, "/nowhere" in err[0]) == (1, True)


def test_a_failure_is_told_without_prefix_and_with_the_node_in_the_fourth_word(run: Run) -> None:
    code, out, _err = run("-s", "case $(whoami 2>&-) in *-2*) exit 3;; esac")
    assert code == 1
    (line,) = out
    assert (line.split()[3], "exited" in line, line.split()[-1]) == ("data-center-a-2", True, "3")
    assert run("-q", "exit 3") == (1, [], [])


def test_a_node_that_is_down(run: Run, tmp_path: pathlib.Path) -> None:
    switch_off(tmp_path, 2)
    code, out, err = run("-s", "echo here")
    assert (code, out, err) == (
        1,
        ["data-center-a-1: here", "data-center-a-3: here"],
        ["data-center-a-2: node is down"],
    )
    assert run("-s", "-X", "echo here") == (0, out, [])
    assert run("-s", "-Q", "echo here") == (1, out, [])
    assert run("-s", "-q", "echo here") == (1, out, err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no command was given"),
        (["-n", "4", "true"], "no node 4"),
        (["-n", "one", "true"], "one"),
        (["-Z", "true"], "-Z"),
    ],
)
def test_mistakes_run_nothing(run: Run, words: list[str], said: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (1, [])
    assert said in err[0]
    assert err[1].startswith("Usage: isi_for_array")


def test_help(run: Run) -> None:
    code, out, err = run("-h")
    assert (code, out[0].split()[:2], err) == (0, ["Usage:", "isi_for_array"], [])
    assert run("--help")[1] == out


def test_only_root_may(run: Run, array: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array.os, "geteuid", lambda: 1000)
    assert run("true") == (1, [], ["isi_for_array: must be run as root"])


def test_a_record_of_252_nodes_is_printed_whole(run: Run, tmp_path: pathlib.Path) -> None:
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    (recorded / "netstat").write_text("#!/bin/sh\nexec cat ${0%/*}/output\n", encoding="utf-8")
    (recorded / "netstat").chmod(0o755)
    (recorded / "output").write_text("".join(f"row {number}\n" for number in range(400)), encoding="utf-8")
    write(tmp_path, [{"lnn": lnn, "name": f"large-{lnn}", "commands": str(recorded)} for lnn in range(1, 253)])
    code, out, err = run("-s", "netstat", "-anW", "-p", "tcp")
    assert (code, err) == (0, [])
    assert out == [f"large-{lnn}: row {number}" for lnn, number in itertools.product(range(1, 253), range(400))]


def test_bytes_that_are_no_text_pass_through(run: Run) -> None:
    assert run("-n", "1", r"printf 'caf\351'")[1] == ["data-center-a-1: caf\xe9"]


def test_the_simulator_is_told_of_a_command_that_ended(
    run: Run, array: ModuleType, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(array, "WORK", "work.sock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(10)
        listener.bind("work.sock")
        assert run("-s", "-n", "1,2", "exit", "3")[0] == 1
        told = json.loads(listener.recv(65536))
        assert told["what"] == "isi_for_array exit 3"
        # It began with its process, which is that of the tests here.
        assert 0 < told["began"] < time.monotonic()
        run("-h")
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.recv(65536)
