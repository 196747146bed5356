# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put one sudo rule on every node of a cluster, or take it off, as OneFS keeps and distributes its sudoers file.

Private to the collection. OneFS renders the file of each node from ``/etc/mcp``: the override is edited there, checked
before it replaces anything, and the nodes' rendered files are read until all have followed.
"""

from __future__ import annotations

import difflib
import shlex
import time
import typing as t
from dataclasses import dataclass

from .._onefs.cluster import read_cluster
from .._onefs.connection import SINGLE_CLUSTER_RULES, Connection, single_cluster_argument_spec
from .._onefs.errors import NotReached, ShellError
from .._onefs.netstat import node_lines
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .._onefs.shell import Shell
from .._onefs.sudoers import Rule, has_rule, make_rule, rules_missing_from, wanted_state, with_rule, without_rule
from .._onefs.waiting import wait_until

POLL_SECONDS = 0.5

ARGUMENT_SPEC: dict[str, t.Any] = {
    **single_cluster_argument_spec(),
    "state": {"type": "str", "choices": ["present", "absent", "auto"], "default": "present"},
    "eyeglass_version": {"type": "str", "default": ""},
    "user": {"type": "str", "default": "eyeglass"},
    "runas": {"type": "str", "default": "ALL"},
    "commands": {"type": "list", "elements": "str", "default": ["/usr/bin/isi_for_array netstat*"]},
    "become_command": {"type": "str", "default": ""},
    "override_path": {"type": "str", "default": "/etc/mcp/override/sudoers"},
    "default_path": {"type": "str", "default": "/etc/mcp/default/sudoers"},
    "rendered_path": {"type": "str", "default": "/usr/local/etc/sudoers"},
    "visudo_path": {"type": "str", "default": "visudo"},
    "isi_for_array_path": {"type": "str", "default": "/usr/bin/isi_for_array"},
    "deadline_seconds": {"type": "int", "default": 60},
}
RULES: dict[str, t.Any] = {**SINGLE_CLUSTER_RULES, "required_if": [["state", "auto", ["eyeglass_version"]]]}

# FreeBSD keeps sudo and visudo below /usr/local, which the PATH of a command over SSH need not have.
_PATH = 'PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"; export PATH; '
_ABSENT = "absent"


@dataclass(frozen=True)
class Sudoers:
    """The file as it is edited: where its content comes from, and what it held when it was read."""

    origin: str
    text: str
    checksum: str


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Make the rule be on every node exactly once, or on none."""
    rule = make_rule(params["user"], params["runas"], params["commands"])
    wanted = wanted_state(params["state"], params["eyeglass_version"])
    connection = Connection.from_params(params)
    result: dict[str, t.Any] = {"changed": False, "line": rule.line(), "needed": wanted == "present", "backup_file": ""}
    if wanted == "not_needed":
        result["msg"] = f"Eyeglass {params['eyeglass_version']} needs no sudo rule; nothing was changed."
        return result
    if wanted == "present":
        result["warnings"] = rule.warnings()
    with Shell(connection) as shell:
        before = read_sudoers(shell, params)
        after = with_rule(before.text, rule) if wanted == "present" else without_rule(before.text, rule)
        result["changed"] = after != before.text
        result["created_from"] = "" if before.origin == params["override_path"] else before.origin
        result["diff"] = {"prepared": _difference(before, after, params["override_path"])}
        if check_mode:
            return result
        if result["changed"]:
            result["backup_file"] = _replace(shell, params, before, after)
            progress(f"{connection.ssh_host}: {params['override_path']} written, waiting for the nodes to follow")
        with PapiSession(connection) as papi:
            nodes = read_cluster(papi).up_nodes()
        _wait_rendered(shell, params, rule, wanted == "present", nodes, progress)
        result["nodes"] = sorted(nodes)
    return result


def read_sudoers(shell: Shell, params: t.Mapping[str, t.Any]) -> Sudoers:
    """Read the override, or what it is made from where there is none yet.

    That is OneFS's default, unless the file in force has rules beyond it: those would be lost with the next rendering.
    """
    override = _read(shell, params, params["override_path"])
    if override is not None:
        return override
    default = _read(shell, params, params["default_path"])
    rendered = _read(shell, params, params["rendered_path"])
    if default is not None and (rendered is None or not rules_missing_from(default.text, rendered.text)):
        return default
    if rendered is not None:
        return rendered
    raise ShellError(
        f"Reading the sudo rules of {shell.connection.ssh_host}: there is none of {params['override_path']}, "
        f"{params['default_path']} and {params['rendered_path']}. Set the path options to where this release keeps them."
    )


def _read(shell: Shell, params: t.Mapping[str, t.Any], path: str) -> Sudoers | None:
    quoted = shlex.quote(path)
    script = f"if [ -f {quoted} ]; then cksum < {quoted} && cat {quoted}; else echo {_ABSENT}; fi"
    answer = _run(shell, params, script, f"Reading {path}")
    first, _newline, text = answer.partition("\n")
    return None if first.strip() == _ABSENT else Sudoers(path, text, first.strip())


def _replace(shell: Shell, params: t.Mapping[str, t.Any], before: Sudoers, after: str) -> str:
    """Check the new file, keep the old one, and put the new one in its place in one step; returns the backup's path."""
    path = params["override_path"]
    is_new = before.origin != path
    backup = f"{path}.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    quoted, quoted_backup = shlex.quote(path), shlex.quote(backup)
    if is_new:
        keep = f"[ ! -e {quoted} ] || {{ echo 'somebody else created the file meanwhile' >&2; exit 3; }}; "
    else:
        keep = (
            f'[ "$(cksum < {quoted})" = {shlex.quote(before.checksum)} ] || '
            "{ echo 'somebody else changed the file meanwhile' >&2; exit 3; }; "
            f"cp -p {quoted} {quoted_backup}; "
        )
    script = (
        "set -e; umask 077; "
        f'folder=$(dirname {quoted}); mkdir -p "$folder"; new=$(mktemp "$folder/.sudoers.XXXXXX"); '
        "trap 'rm -f \"$new\"' EXIT; "
        'cat > "$new"; chmod 0440 "$new"; '
        f'{shlex.quote(params["visudo_path"])} -c -f "$new" >&2; '
        f'{keep}mv -f "$new" {quoted}'
    )
    _run(shell, params, script, f"Writing {path} (checked with visudo first)", after.encode())
    return "" if is_new else backup


def _wait_rendered(
    shell: Shell,
    params: t.Mapping[str, t.Any],
    rule: Rule,
    present: bool,
    nodes: t.Collection[int],
    progress: Progress,
) -> None:
    """Wait until every node's own file has followed."""
    command = f"{shlex.quote(params['isi_for_array_path'])} cat {shlex.quote(shlex.quote(params['rendered_path']))}"
    behind: set[int] = set(nodes)

    def followed() -> bool:
        answer = _run(shell, params, command, f"Reading {params['rendered_path']} of every node")
        files = node_lines(answer)
        behind.clear()
        behind.update(lnn for lnn in nodes if lnn not in files or has_rule("\n".join(files[lnn]), rule) is not present)
        return not behind

    try:
        wait_until(
            followed,
            float(params["deadline_seconds"]),
            POLL_SECONDS,
            progress,
            lambda: f"{params['rendered_path']} of node {', '.join(map(str, sorted(behind)))} to follow",
        )
    except NotReached as error:
        raise NotReached(
            f"{error.message} {params['override_path']} on {shell.connection.ssh_host} is as wanted. See whether the MCP service of a node "
            "that does not follow is on, or this release keeps the file elsewhere (the path options)."
        ) from error


def _run(shell: Shell, params: t.Mapping[str, t.Any], script: str, doing: str, stdin: bytes | None = None) -> str:
    command = f"/bin/sh -c {shlex.quote(_PATH + script)}"
    if params["become_command"]:
        command = f"{params['become_command']} {command}"
    result = shell.run(command, timeout_seconds=30.0, stdin=stdin)
    if result.exit_code:
        raise ShellError(
            f"{doing} on {shell.connection.ssh_host} as {shell.connection.ssh_user}: exit code {result.exit_code}: "
            f"{(result.stderr or result.stdout).strip()[:1000] or 'no output'}. Nothing was replaced. Log in as root, or set "
            "become_command, and mend what is named."
        )
    return result.stdout


def _difference(before: Sudoers, after: str, path: str) -> str:
    lines = difflib.unified_diff(
        before.text.splitlines(keepends=True), after.splitlines(keepends=True), before.origin, path, n=1
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
