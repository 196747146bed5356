# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated pair, and playbooks run on its controller with the collection as it was built and installed."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

from observer import Observer
from written_reports import check_reports

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV_BIN = ROOT / ".build" / "venv" / "bin"
COLLECTIONS = ROOT / ".build" / "collections"
SIM = ROOT / "tests" / "simulator" / "onefs-sim"
INVENTORY = ROOT / "tests" / "simulator" / "inventory.py"


def install_collection() -> None:
    """See that the installed collection is that of this checkout, whoever starts the tests and however."""
    subprocess.run([str(ROOT / "tools" / "install-collection")], check=True, stdout=subprocess.DEVNULL)


class RunningPair:
    """Brings a pair up, and takes it down whatever happened in between."""

    def __init__(self, name: str, *options: str) -> None:
        self.name = name
        self.options = options
        self.status: dict[str, Any] = {}
        self.inventory = INVENTORY

    def __enter__(self) -> RunningPair:
        install_collection()
        self.sim("down")
        self.status = json.loads(self.sim("up", "--json", *self.options))
        (pathlib.Path(self.status["state_dir"]) / "pair.json").write_text(json.dumps(self.status), encoding="utf-8")
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.sim("down")

    def sim(self, *arguments: str) -> str:
        """Run one command of the simulator."""
        done = subprocess.run([str(SIM), "--name", self.name, *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"onefs-sim {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def inject(self, place: str, fault: str, *options: str) -> None:
        """Let something go wrong, until `clear`."""
        self.sim("inject", place, fault, *options)

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults in force, with how often each struck."""
        found: list[dict[str, Any]] = json.loads(self.sim("faults", "--json"))
        return found

    def clear(self) -> None:
        """End all faults."""
        self.sim("clear")

    def enter(self, host: str, argv: list[str]) -> list[str]:
        """Return the command that runs another in a host of the pair."""
        return [str(SIM), "--name", self.name, "exec", host, "--", *argv]

    def observed(self, zone: str) -> Observer:
        """Return what watches who serves an access zone, for as long as it is entered."""
        return Observer(pathlib.Path(self.status["state_dir"]), zone)

    def configuration(self) -> dict[str, Any]:
        """Return what is configured on both clusters, without the files, which clients go on writing."""
        found = {name: json.loads(self.sim("config", name)) for name in self.status["clusters"]}
        for cluster in found.values():
            cluster.pop("files")
        return found

    def folder(self, client: str, name: str) -> pathlib.Path:
        """Return a folder for a client."""
        return pathlib.Path(self.status["clients"][client]["folder"]) / name

    def play(
        self,
        playbook: str,
        *arguments: str,
        show: Callable[[str], None] | None = None,
        more_environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a playbook on the pair's controller, of the collection or by its path; `show` gets each line at once."""
        with self.playing(playbook, *arguments, more_environment=more_environment) as process:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if show:
                    show(line.rstrip())
        check_reports(arguments)
        return subprocess.CompletedProcess(process.args, process.returncode, "".join(lines), "")

    def playing(
        self, playbook: str, *arguments: str, more_environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Begin to run a playbook on the pair's controller."""
        named = playbook if "/" in playbook else f"seamless.smb_failover.{playbook}"
        command = ["ansible-playbook", named, "-i", str(self.inventory), *arguments]
        environment = {
            **os.environ,
            "PATH": f"{VENV_BIN}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_HOME": str(ROOT / ".build" / "ansible-home"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_DEPRECATION_WARNINGS": "false",
            "ONEFS_SIM_STATUS": str(pathlib.Path(self.status["state_dir"]) / "pair.json"),
            **(more_environment or {}),
        }
        return subprocess.Popen(
            self.enter("controller", command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=ROOT,
        )


def failover(source: str, target: str, *more: str) -> list[str]:
    """Return the arguments of a failover of the access zone sales."""
    values = [f"failover_source={source}", f"failover_target={target}", "failover_access_zone=sales", *more]
    return [argument for value in values for argument in ("-e", value)]
