# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the simulated pair: up, down, status, exec, inject, faults, config."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from .control import ControlError, ask

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
UP_SECONDS = 60.0
NEEDED = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "ip": "iproute2",
    "ss": "iproute2",
    "ethtool": "ethtool",
    "smbd": "samba",
    "smbpasswd": "samba-common-bin",
    "sshd": "openssh-server",
    "sudo": "sudo",
    "visudo": "sudo",
    "named": "bind9",
    "rsync": "rsync",
    "openssl": "openssl",
}
# Runs in the pair: a resolver of the pair's own, the caller's folder, then the command.
ENTER = 'mount --bind "$1" /etc/resolv.conf && cd "$2" && shift 2 && exec "$@"'


class Refused(RuntimeError):
    """What was asked can't be done; the message says what is missing."""


class Pair:
    """A pair by its name: its state folder, and the process that everything in it hangs on."""

    def __init__(self, name: str, state: pathlib.Path) -> None:
        self.name = name
        self.state = state

    @property
    def control(self) -> pathlib.Path:
        return self.state / "control"

    def processes(self) -> tuple[int, int] | None:
        """Return the process that made the namespaces and the first one in them, if they live and are ours."""
        try:
            recorded = json.loads((self.state / "processes.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        outer, inner = int(recorded["outer"]), int(recorded["inner"])
        if _started(outer) != recorded["outer_started"] or _started(inner) != recorded["inner_started"]:
            return None
        return outer, inner

    def enter(self) -> list[str]:
        """Return the beginning of a command that runs in the pair."""
        found = self.processes()
        if found is None:
            raise Refused(f"the pair '{self.name}' is not up; bring it up with 'onefs-sim --name {self.name} up'")
        return ["nsenter", "--target", str(found[1]), "--mount", "--net", "--pid", "--"]


def _started(pid: int) -> str:
    """Return when a process started, in clock ticks: a number that was used again is another process."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19]
    except OSError:
        return ""


def check_machine() -> None:
    """Say plainly what is missing."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = sorted({package for program, package in NEEDED.items() if not shutil.which(program, path=path)})
    if missing:
        raise Refused(f"programs are missing; install them with: apt-get install {' '.join(missing)}")
    probe = subprocess.run(
        [*_unshare(), "true"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if probe.returncode:
        raise Refused(
            "this user may not make namespaces: run as root, or allow unprivileged user namespaces "
            f"(sysctl kernel.unprivileged_userns_clone=1) and give the user a range in /etc/subuid ({probe.stderr.strip()})"
        )


def _unshare() -> list[str]:
    rootless = [] if os.geteuid() == 0 else ["--user", "--map-root-user", "--map-auto"]
    return ["unshare", *rootless, "--mount", "--net", "--pid", "--fork", "--kill-child"]


def up(pair: Pair, options: argparse.Namespace) -> int:
    """Bring a pair up; one that is up is left as it is."""
    if pair.processes() is None:
        check_machine()
        _clear(pair)
        pair.state.mkdir(parents=True)
        command = [*_unshare(), sys.executable, "-m", f"{__package__}.supervisor", pair.name, str(pair.state)]
        command += ["--apply-delay", str(options.apply_delay)] + (["--prerequisites"] if options.prerequisites else [])
        with open(pair.state / "supervisor.log", "ab") as log:
            outer = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=pathlib.Path(__file__).resolve().parents[1],
                env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"},
            )
        _follow(pair, outer)
    answer = ask(pair.control, {"verb": "status"})
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        _say(pair, answer)
    return 0


def _follow(pair: Pair, outer: subprocess.Popen[bytes]) -> None:
    """Show the supervisor's progress until the pair is up."""
    deadline = time.monotonic() + UP_SECONDS
    shown = 0
    while True:
        lines = (pair.state / "supervisor.log").read_text(encoding="utf-8").splitlines()
        for line in lines[shown:]:
            print(line, file=sys.stderr, flush=True)
        shown = len(lines)
        if (pair.state / "status.json").exists() and pair.control.exists():
            break
        if outer.poll() is not None or time.monotonic() > deadline:
            outer.kill()
            outer.wait()
            raise Refused(f"the pair did not come up; see {pair.state / 'supervisor.log'} and {pair.state / 'logs'}")
        time.sleep(0.02)
    inner = int(pathlib.Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text(encoding="ascii").split()[0])
    record = {
        "outer": outer.pid,
        "outer_started": _started(outer.pid),
        "inner": inner,
        "inner_started": _started(inner),
    }
    (pair.state / "processes.json").write_text(json.dumps(record), encoding="utf-8")


def down(pair: Pair) -> int:
    """End a pair and everything in it."""
    found = pair.processes()
    if found:
        outer, inner = found
        started = _started(inner)
        os.kill(inner, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while _started(inner) == started:
            if time.monotonic() > deadline:
                raise Refused(f"process {inner} of pair '{pair.name}' does not end")
            time.sleep(0.01)
    _clear(pair)
    return 0


def _clear(pair: Pair) -> None:
    """Remove the state folder of a pair that is not up."""
    if pair.state.exists():
        shutil.rmtree(pair.state)


def execute(pair: Pair, host: str, command: list[str]) -> int:
    """Run a command in a host of the pair, with the caller's folder, environment, input and output."""
    entered = pair.enter()
    root = pair.state / "world" / host / "root"
    inside = [f"--net=/run/netns/{host}"]
    if _has_root(pair, host):
        argv = [*entered, "nsenter", *inside, "chroot", str(root), *command]
    else:
        resolver = pair.state / ("resolv.conf" if host == "controller" else "resolv.client.conf")
        argv = [*entered, "nsenter", *inside, "unshare", "--mount", "--propagation", "private"]
        argv += ["sh", "-c", ENTER, "sh", str(resolver), os.getcwd(), *command]
    os.execvp(argv[0], argv)


def _has_root(pair: Pair, host: str) -> bool:
    status = json.loads((pair.state / "status.json").read_text(encoding="utf-8"))
    nodes = {node["name"] for cluster in status["clusters"].values() for node in cluster["nodes"]}
    known = nodes | {"dns", "controller", *status["clients"]}
    if host not in known:
        raise Refused(f"the pair '{pair.name}' has no host '{host}'; it has: {', '.join(sorted(known))}")
    return host in nodes | {"dns"}


def _say(pair: Pair, answer: dict[str, object]) -> None:
    """Say how to reach each part."""
    command = f"onefs-sim --name {pair.name}"
    print(f"The pair '{pair.name}' is up (state in {pair.state}).")
    clusters = answer["clusters"]
    assert isinstance(clusters, dict)
    for name, cluster in clusters.items():
        papi = cluster["papi"]
        nodes = ", ".join(
            f"{node['name']} ({' '.join(a for held in node['addresses'].values() for a in held)})" for node in cluster["nodes"]
        )
        print(f"  {name}: platform API {papi['url']} as {papi['user']}, nodes {nodes}, SSIP {', '.join(cluster['ssips'])}")
    print(f"  controller:     {command} exec controller -- ansible-playbook …")
    print(f"  SMB client:     {command} exec client1 -- smbclient //sales.example.com/sales -U alice%Sim-Alice-1")
    print(f"  a node's shell: {command} exec boston-1 -- isi_for_array netstat -anW -p tcp")
    print(f"  end it:         {command} down")


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    main_parser = argparse.ArgumentParser(prog="onefs-sim", description="A pair of simulated OneFS clusters in namespaces.")
    main_parser.add_argument("--name", default="pair", help="which pair; several can be up side by side")
    main_parser.add_argument("--state-dir", type=pathlib.Path, help="folder for its state (default: .build/sim/NAME)")
    verbs = main_parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("up", help="bring the pair up")
    verb.add_argument("--json", action="store_true", help="print all that a program needs to use it")
    verb.add_argument("--apply-delay", type=float, default=0.5, help="seconds from a network change's answer to its effect")
    verb.add_argument("--prerequisites", action="store_true", help="with the sudo rule for the connection check in place")
    verbs.add_parser("down", help="end the pair, leaving nothing")
    verb = verbs.add_parser("status", help="say what is up")
    verb.add_argument("--json", action="store_true")
    verb = verbs.add_parser("exec", help="run a command in a host: exec HOST -- COMMAND")
    verb.add_argument("host")
    verb.add_argument("command", nargs=argparse.REMAINDER)
    verb = verbs.add_parser("inject", help="let calls of a cluster's platform API fail")
    verb.add_argument("cluster")
    verb.add_argument("--method", required=True, help="GET, PUT, POST, DELETE, ANY, JOB or APPLY")
    verb.add_argument("--path", required=True, help="regular expression, searched in path and query")
    verb.add_argument("--status", type=int)
    verb.add_argument("--code", default="")
    verb.add_argument("--message", default="")
    verb.add_argument("--skip", type=int, default=0, help="how many matching calls pass first")
    verb.add_argument("--count", type=int, default=1, help="how many are hit; 0 for all")
    verb.add_argument("--hang", type=float, default=0.0, help="seconds without an answer")
    verb.add_argument("--drop", choices=["", "before", "after"], default="", help="break off before or after the change")
    verb = verbs.add_parser("faults", help="list the faults of a cluster, or clear them")
    verb.add_argument("cluster")
    verb.add_argument("--clear", action="store_true")
    verb = verbs.add_parser("config", help="print what is configured on a cluster, and its files")
    verb.add_argument("cluster")
    return main_parser


def fault_of(options: argparse.Namespace) -> dict[str, object]:
    """Return the fault that the options describe."""
    names = ("cluster", "method", "path", "status", "code", "message", "skip", "count", "drop")
    return {**{name: getattr(options, name) for name in names}, "hang_seconds": options.hang}


def main(argv: list[str] | None = None) -> int:
    """Run one command."""
    options = parser().parse_args(argv)
    root = pathlib.Path(os.environ.get("ONEFS_SIM_STATE_ROOT", REPOSITORY / ".build" / "sim"))
    pair = Pair(options.name, (options.state_dir or root / options.name).resolve())
    try:
        if options.verb == "up":
            return up(pair, options)
        if options.verb == "down":
            return down(pair)
        if options.verb == "exec":
            command = options.command[1:] if options.command[:1] == ["--"] else options.command
            return execute(pair, options.host, command)
        question = {"verb": options.verb, "cluster": getattr(options, "cluster", "")}
        if options.verb == "inject":
            question["fault"] = fault_of(options)
        if options.verb == "faults" and options.clear:
            question["verb"] = "clear"
        answer = ask(pair.control, question)
        if options.verb == "status" and not options.json:
            _say(pair, answer)
        elif answer is not None:
            print(json.dumps(answer, indent=2))
    except (Refused, ControlError) as error:
        print(f"onefs-sim: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
