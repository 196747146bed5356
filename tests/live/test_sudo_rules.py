# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each way of writing the sudo rule lets somebody do, with real sudo, over real SSH, on every node."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Callable, Iterator

import pytest
from running_pair import RunningPair
from shell import Outcome, Shell

ARRAY = "/usr/bin/isi_for_array"
RULES = {
    "wildcard": f"{ARRAY} netstat*",
    "exact": f"{ARRAY} -s netstat -an -f inet",
    "expression": f"{ARRAY} ^-s netstat -an -f inet6?$",
}
DOOMED = "/ifs/data/doomed"
PATIENCE_SECONDS = 10.0


def prints_connections(done: Outcome) -> bool:
    return "Active Internet connections" in done.out


def ran_as_root(done: Outcome) -> bool:
    """The injected command `id` ran on both nodes; some of these commands make netstat complain on stderr."""
    said = done.out + done.err
    return all(
        any(line.startswith(f"boston-{lnn}: ") and "uid=0(root)" in line for line in said.splitlines())
        for lnn in (1, 2)
    )


#: Words after isi_for_array, who may give them, and what shows that they did what they say.
INVOCATIONS: tuple[tuple[tuple[str, ...], frozenset[str], Callable[[Outcome], bool]], ...] = (
    (("netstat", "-an"), frozenset({"wildcard"}), prints_connections),
    (("-s", "netstat", "-an", "-f", "inet"), frozenset({"exact", "expression"}), prints_connections),
    (("netstat; id",), frozenset({"wildcard"}), ran_as_root),
    (("netstat -an; rm -rf " + DOOMED,), frozenset({"wildcard"}), prints_connections),
    (("netstat", "$(id)"), frozenset({"wildcard"}), ran_as_root),
    (("netstat", "-an", "|", "sh", "-c", "id"), frozenset({"wildcard"}), ran_as_root),
    (("-s", "netstat", "-an", "-f", "inet", "; id"), frozenset(), ran_as_root),
)


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("sudo") as running:
        yield running


@pytest.fixture(scope="module")
def root(pair: RunningPair) -> Iterator[Shell]:
    shell = Shell(pair, pair.status["clusters"]["boston"]["root_ssh"])
    yield shell
    shell.close()


@pytest.fixture(scope="module")
def service(pair: RunningPair) -> Iterator[Shell]:
    shell = Shell(pair, pair.status["clusters"]["boston"]["ssh"])
    yield shell
    shell.close()


def wait_for(state: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not state():
        assert time.monotonic() < deadline, "the state was not reached in time"
        time.sleep(0.05)


def edit(root: Shell, text: str) -> Outcome:
    """Edit the rules as an administrator does; the editor puts the text in place of the old one."""
    root.line("cat > /tmp/sudoers.new", stdin=text)
    return root.line("EDITOR='cp /tmp/sudoers.new' isi_visudo")


def rendered(root: Shell) -> set[str]:
    """Return the rules in force, of every node."""
    return set(root.line("isi_for_array 'cksum < /usr/local/etc/sudoers' | sed 's/.*: //'").out.splitlines())


@pytest.fixture(scope="module", params=RULES)
def rule(root: Shell, request: pytest.FixtureRequest) -> str:
    """A rule for the service's account, on both nodes."""
    name = str(request.param)
    default = root.run("cat", "/etc/mcp/default/sudoers").out
    done = edit(root, f"{default}svc-failover ALL=(root) NOPASSWD: {RULES[name]}\n")
    assert done.code == 0, done.err
    wanted = set(root.line("cksum < /etc/mcp/override/sudoers").out.splitlines())
    wait_for(lambda: rendered(root) == wanted)
    return name


@pytest.mark.parametrize(
    ("words", "allowing", "shows"), INVOCATIONS, ids=[" ".join(words) for words, _allowing, _shows in INVOCATIONS]
)
def test_rule_allows(
    pair: RunningPair,
    service: Shell,
    rule: str,
    words: tuple[str, ...],
    allowing: frozenset[str],
    shows: Callable[[Outcome], bool],
) -> None:
    doomed = pathlib.Path(pair.status["clusters"]["boston"]["ifs"]) / DOOMED.removeprefix("/ifs/")
    doomed.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = service.sudo([ARRAY, *words])
    if rule in allowing:
        assert shows(done), done
        assert doomed.exists() is not any("rm -rf" in word for word in words)
    else:
        assert (done.code, done.out) == (1, "")
        assert "a password is required" in done.err
        assert doomed.exists()


def test_broken_rules_are_refused_and_change_nothing(root: Shell) -> None:
    before = rendered(root)
    done = edit(root, "svc-failover ALL=(root NOPASSWD: ALL\n")
    assert "syntax error" in done.err
    assert rendered(root) == before
    assert "NOPASSWD: ALL" not in root.run("cat", "/etc/mcp/override/sudoers").out


def test_an_administrator_can_edit_on_any_node(pair: RunningPair, root: Shell) -> None:
    second = Shell(pair, pair.status["clusters"]["boston"]["root_ssh"], host="192.0.2.12")
    try:
        marker = "eyeglass ALL=(ALL) NOPASSWD: /usr/bin/isi_for_array netstat*"
        default = second.run("cat", "/etc/mcp/default/sudoers").out
        assert edit(second, f"{default}{marker}\n").code == 0
        wait_for(lambda: marker in root.run("cat", "/usr/local/etc/sudoers").out)
    finally:
        second.close()
