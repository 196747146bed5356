# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job as AWX runs it: sent to a container of its own, carried out there by ansible-runner, and nothing left of it afterwards.

The container is a process namespace with a host name of its own on the pair's controller. Private data folder, inventory script, extra
variables and the account's environment and files are laid out as AWX lays them out.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from awx.credential_rules import inject

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV_BIN = ROOT / ".build" / "venv" / "bin"
COLLECTIONS = ROOT / ".build" / "collections"


class Unsafe(str):
    """What AWX marks, so that nothing in it is taken for a template: each value that came with the launch."""


class Dumper(yaml.SafeDumper):
    """Writes extra variables as AWX does."""


Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


class Loader(yaml.SafeLoader):
    """Reads Ansible's own tag as the text that it is."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a job ended: what AWX would show of it."""

    status: str
    output: str
    artifacts: dict[str, Any]
    raw: str


def definitions() -> dict[str, Any]:
    """Return what the role awx_setup creates."""
    loaded: dict[str, Any] = yaml.load(
        (ROOT / "roles/awx_setup/vars/main.yml").read_text(encoding="utf-8"), Loader=Loader
    )
    return loaded


def secret_fields() -> list[str]:
    """Return the fields of the credential that AWX shows to nobody."""
    fields = definitions()["__awx_setup_credential_type"]["inputs"]["fields"]
    return [field["id"] for field in fields if field.get("secret")]


def inventory(status: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inventory that awx_setup makes, for the clusters of a simulated pair and with variables of a team's own."""
    roles = definitions()
    hosts = {
        name: {
            "onefs_host": cluster["papi"]["host"],
            "onefs_port": cluster["papi"]["port"],
            "onefs_ssh_host": cluster["ssh"]["host"],
        }
        for name, cluster in status["clusters"].items()
    }
    return {
        "all": {"vars": {**roles["__awx_setup_all_variables"], **variables}},
        "onefs": {"hosts": sorted(hosts), "vars": roles["__awx_setup_cluster_variables"]},
        "_meta": {"hostvars": hosts},
    }


def account(status: Mapping[str, Any]) -> dict[str, str]:
    """Return what somebody fills into the credential for a simulated pair: one account for both clusters."""
    clusters = list(status["clusters"].values())
    files = {"ssh_key": "key_file", "known_hosts": "known_hosts_file"}
    values = {"user": clusters[0]["papi"]["user"], "password": clusters[0]["papi"]["password"]}
    values["ssh_user"] = clusters[0]["ssh"]["user"]
    for field, key in files.items():
        texts = {pathlib.Path(one["ssh"][key]).read_text(encoding="utf-8"): None for one in clusters}
        values[field] = "".join(texts)
    values["smb_user"], values["smb_password"] = status["smb"]["user"], status["smb"]["password"]
    values["admin_user"] = clusters[0]["root_ssh"]["user"]
    values["admin_key"] = pathlib.Path(clusters[0]["root_ssh"]["key_file"]).read_text(encoding="utf-8")
    values["ca"] = "".join({pathlib.Path(one["papi"]["ca_file"]).read_text(encoding="utf-8"): None for one in clusters})
    return values


class Job:
    """One job, from its launch until it has ended."""

    def __init__(
        self,
        folder: pathlib.Path,
        number: int,
        playbook: str,
        answers: Mapping[str, Any],
        status: Mapping[str, Any],
        enter: Callable[[list[str]], list[str]],
        inventory_variables: Mapping[str, Any] | None = None,
    ) -> None:
        self.number = number
        self._folder = folder / f"awx_{number}"
        self._sent = folder / f"awx_{number}.zip"
        self._container = folder / f"runner_{number}"
        self._playbook = playbook
        self._answers = answers
        self._status = status
        self._enter = enter
        self._inventory_variables = inventory_variables or {}
        self._shown: dict[str, str] = {}
        #: Keeps the number of the container's process namespace from being used again.
        self.namespace = -1

    def run(self, passed: Callable[[str], bool] = lambda _task: False) -> Ended:
        """Carry the job out; cancel it when `passed` says so of a task that begins."""
        environment = self._lay_out()
        self._send()
        container = ["hostname", f"automation-job-{self.number}-x7k2p"]
        worker = [str(VENV_BIN / "ansible-runner"), "worker", "--private-data-dir", str(self._container)]
        script = f'{" ".join(container)} && exec "$0" "$@"'
        command = ["unshare", "--pid", "--fork", "--mount-proc", "--uts", "sh", "-c", script, *worker]
        self._container.mkdir()
        with (
            self._sent.open("rb") as sent,
            subprocess.Popen(
                self._enter(command), stdin=sent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
            ) as process,
        ):
            assert process.stdout is not None
            ended = self._follow(process, passed)
        # Of a container nothing stays.
        shutil.rmtree(self._container)
        return ended

    def _follow(self, process: subprocess.Popen[bytes], passed: Callable[[str], bool]) -> Ended:
        status, artifacts, output, raw = "no status", {}, [], []
        assert process.stdout is not None
        for line in process.stdout:
            text = line.decode(errors="replace")
            if text.endswith('{"eof": true}\n') or text.startswith('{"zipfile"'):
                # All of it once more as an archive, which comes when all is over.
                continue
            if not text.startswith("{"):
                output.append(text)
                continue
            message = json.loads(text)
            if "env" in message:
                # AWX puts its masked values over what the runner says of the environment, before it keeps or shows that.
                message["env"] |= self._shown
            raw.append(json.dumps(message))
            status = message.get("status", status)
            output.append(message.get("stdout", "") + "\n" if message.get("stdout") else "")
            data = message.get("event_data") or {}
            artifacts.update(data.get("artifact_data") or {})
            if message.get("event") == "playbook_on_task_start" and passed(data.get("task", "")):
                self._cancel(process.pid)
        return Ended(status, "".join(output), artifacts, "".join(raw))

    def _cancel(self, starter: int) -> None:
        """End the job as AWX does: SIGTERM for what runs first in its container."""
        (first,) = [pid for pid in descendants(starter) if _is_first_in_its_namespace(pid)]
        self.namespace = os.open(f"/proc/{first}/ns/pid", os.O_RDONLY)
        os.kill(first, signal.SIGTERM)

    def _lay_out(self) -> dict[str, str]:
        """Write the private data folder, and return the environment of the container."""
        for name in ("env", "inventory", "project"):
            (self._folder / name).mkdir(parents=True)
        shutil.copytree(ROOT / "playbooks", self._folder / "project" / "playbooks")
        script = self._folder / "inventory" / "hosts"
        script.write_text(
            f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(inventory(self._status, self._inventory_variables))!r})\n",
            encoding="utf-8",
        )
        script.chmod(0o700)
        kind = definitions()["__awx_setup_credential_type"]
        injected = inject(kind["inputs"], kind["injectors"], account(self._status), str(self._container))
        self._shown = injected.shown
        for path, text in injected.files.items():
            here = self._folder / pathlib.Path(path).relative_to(self._container)
            here.write_text(text, encoding="utf-8")
            here.chmod(0o600)
        about = {
            "job_id": self.number,
            "job_launch_type": "workflow",
            "job_template_id": 12,
            "job_template_name": f"SMB failover: {pathlib.Path(self._playbook).stem}",
            "workflow_job_id": self.number - 1,
            "user_id": 1,
            "user_name": "alice",
        }
        extra: dict[str, Any] = {
            name: Unsafe(value) if isinstance(value, str) else value for name, value in self._answers.items()
        }
        extra |= {
            f"{prefix}_{name}": Unsafe(value) if isinstance(value, str) else value
            for prefix in ("awx", "tower")
            for name, value in about.items()
        }
        with (self._folder / "env" / "extravars").open("w", encoding="utf-8") as stream:
            yaml.dump(extra, stream, Dumper=Dumper)
        settings = {
            **injected.environment,
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
            "AWX_HOST": "https://awx.example.com",
            "JOB_ID": str(self.number),
            "MAX_EVENT_RES": "700000",
        }
        (self._folder / "env" / "envvars").write_text(json.dumps(settings), encoding="utf-8")
        return {
            "PATH": f"{VENV_BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self._container),
            "LANG": "C.UTF-8",
        }

    def _send(self) -> None:
        command = [str(VENV_BIN / "ansible-runner"), "transmit", str(self._folder), "--playbook", self._playbook]
        with self._sent.open("wb") as stream:
            subprocess.run([*command, "--ident", str(self.number)], stdout=stream, check=True)
        shutil.rmtree(self._folder)


def descendants(pid: int) -> Iterator[int]:
    """Return all processes below one, as this machine numbers them."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            yield int(stat.parent.name)
            yield from descendants(int(stat.parent.name))


def _is_first_in_its_namespace(pid: int) -> bool:
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    numbers = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[1:]
    return len(numbers) > 1 and numbers[-1] == "1"
