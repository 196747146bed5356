# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A failover at the highest verbosity leaves no secret anywhere, and what clusters and clients call their things is never carried out."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import stat
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from inside import inside
from running_pair import RunningPair, failover
from smbprotocol import connection as smb_connection
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    Open,
    ShareAccess,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

DOMAIN_PASSWORD = "Sim-Domain-1"
SAMPLE_SECONDS = 0.05
# If anybody evaluates it, it leaves a file; no slash, since it is also the name of one.
TEMPLATE = "{{ lookup('pipe', 'touch $SEAMLESS_MARKER') }}"
MARKUP = "<script>alert(1)</script> $(touch $SEAMLESS_MARKER) ; `touch $SEAMLESS_MARKER`"
POOL = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/sales"
SHARE = "/platform/12/protocols/smb/shares/sales"
# As hostile as OneFS lets the name of a share be: no quotation marks, brackets, commas, semicolons and their like.
SHARE_NAME = "{{ 7-6 }}$(touch $SEAMLESS_MARKER)`touch $SEAMLESS_MARKER`'&"
TOKENS = re.compile(rb"(isisessid|isicsrf|x-csrf-token)\W{1,4}[0-9a-f-]{8,}", re.IGNORECASE)


@dataclass
class Left:
    """What a run left, by where it was."""

    places: dict[str, bytes] = field(default_factory=dict)

    def folder(self, name: str, folder: pathlib.Path) -> None:
        """Take every file below a folder."""
        for file in folder.rglob("*"):
            if file.is_file() and not file.is_symlink():
                with contextlib.suppress(OSError):
                    self.places[f"{name}:{file.relative_to(folder)}"] = file.read_bytes()

    def having(self, secret: str) -> list[str]:
        """Return where a secret is to be read."""
        return [place for place, data in self.places.items() if secret.encode() in data]


def parents() -> dict[int, int]:
    """Return the parent of each process."""
    found = {}
    for file in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            found[int(file.parent.name)] = int(file.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return found


def below(roots: set[int]) -> set[int]:
    """Return all processes that descend from some; this machine may have others, with pairs of their own."""
    parent_of = parents()
    found: set[int] = set()
    more = roots
    while more:
        more = {pid for pid, parent in parent_of.items() if parent in more} - found
        found |= more
    return found


class ProcessWatch:
    """Samples command lines and environments of the run's and the pair's processes for as long as it is entered."""

    def __init__(self, pair: RunningPair) -> None:
        self.seen: dict[str, bytes] = {}
        processes = json.loads((pathlib.Path(pair.status["state_dir"]) / "processes.json").read_text(encoding="utf-8"))
        self._roots = {os.getpid(), int(processes["inner"])}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ProcessWatch:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            for pid in below(self._roots):
                for name in ("cmdline", "environ"):
                    with contextlib.suppress(OSError):
                        data = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                        self.seen[f"{name}:{pid}:{hash(data)}"] = data


@dataclass(frozen=True)
class Moved:
    """One failover with hostile names, and all that is to be known of it."""

    output: str
    code: int
    left: Left
    marker: pathlib.Path
    secrets: dict[str, str]
    report: dict[str, object]
    page: str
    folder: pathlib.Path


@contextlib.contextmanager
def open_file(pair: RunningPair, share: str, name: str) -> Iterator[None]:
    """Hold a file of a client's naming open for writing."""
    smb = pair.status["smb"]
    with inside(pathlib.Path(pair.status["state_dir"]), "client1"):
        connection = smb_connection.Connection(uuid.uuid4(), "198.51.100.11", 445)
        connection.connect(timeout=5)
        session = Session(connection, smb["user"], smb["password"], require_encryption=False)
        session.connect()
        tree = TreeConnect(session, f"\\\\{connection.server_name}\\{share}")
        tree.connect(require_secure_negotiate=False)
        Open(tree, name).create(
            ImpersonationLevel.Impersonation,
            FilePipePrinterAccessMask.FILE_WRITE_DATA,
            0,
            ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_READ,
            CreateDisposition.FILE_OVERWRITE_IF,
            CreateOptions.FILE_NON_DIRECTORY_FILE,
        )
    try:
        yield
    finally:
        with contextlib.suppress(Exception):
            connection.disconnect(close=False, timeout=5)


def describe(pair: RunningPair) -> None:
    """Give pool and share of both clusters hostile descriptions, and make a share with a hostile name."""
    pair.sim("exec", "boston-1", "--", "mkdir", "-m", "0777", "/ifs/data/sales/odd")
    pair.sim("exec", "boston-1", "--", "isi", "sync", "jobs", "start", "sales")
    copy = pathlib.Path(pair.status["clusters"]["newyork"]["ifs"]) / "data/sales/odd"
    deadline = time.monotonic() + 60
    while not copy.is_dir():
        assert time.monotonic() < deadline, "the folder was not replicated"
        time.sleep(0.1)
    for cluster in pair.status["clusters"].values():
        papi = cluster["papi"]
        connection = Connection(papi["host"], papi["user"], papi["password"], papi["port"], ca_path=papi["ca_file"])
        with inside(pathlib.Path(pair.status["state_dir"]), "controller"), PapiSession(connection) as session:
            session.put(POOL, {"description": TEMPLATE})
            session.put(SHARE, {"description": f"{TEMPLATE} {MARKUP}"}, zone="sales")
            session.post(SHARE.rpartition("/")[0], {"name": SHARE_NAME, "path": "/ifs/data/sales/odd"}, zone="sales")


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("security")
    marker = tmp_path_factory.mktemp("marker") / "evaluated"
    with RunningPair("security", "--prerequisites") as pair:
        describe(pair)
        smb = pair.status["smb"]
        secrets = {name: one["papi"]["password"] for name, one in pair.status["clusters"].items()}
        secrets |= {"flush": smb["password"], "domain": DOMAIN_PASSWORD}
        state = pathlib.Path(pair.status["state_dir"])
        before = Left()
        before.folder("pair", state)
        variables = tmp_path_factory.mktemp("given") / "variables.json"
        given = {
            "failover_flush_user": smb["user"],
            "failover_flush_password": smb["password"],
            "failover_domain_user": "Administrator",
            "failover_domain_password": DOMAIN_PASSWORD,
            "failover_report_directory": str(folder / "report"),
        }
        variables.write_text(json.dumps(given), encoding="utf-8")
        environment = {
            "SEAMLESS_MARKER": str(marker),
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
            "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
            "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.tree",
            "ANSIBLE_CALLBACK_TREE_DIR": str(folder / "tree"),
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "cache"),
        }
        with open_file(pair, "sales", TEMPLATE), open_file(pair, SHARE_NAME, "a.txt"), ProcessWatch(pair) as processes:
            run = pair.play(
                "failover",
                "-vvvv",
                "--diff",
                "-e",
                f"@{variables}",
                *failover("boston", "newyork"),
                more_environment=environment,
            )
        left = Left({"output": run.stdout.encode(), **processes.seen})
        left.folder("controller", folder)
        left.folder("pair", state)
        # What the pair itself was made with is no trace of the run.
        left.places = {place: data for place, data in left.places.items() if before.places.get(place) != data}
        report = folder / "report"
        yield Moved(
            run.stdout,
            run.returncode,
            left,
            marker,
            secrets,
            json.loads((report / "report.json").read_text(encoding="utf-8")),
            (report / "report.html").read_text(encoding="utf-8"),
            folder,
        )


def test_no_secret_is_in_anything_that_a_run_leaves(moved: Moved) -> None:
    assert moved.code == 0, moved.output[-4000:]
    places = set(moved.left.places)
    assert any(place.startswith("controller:tree/") for place in places)
    commands = [data for place, data in moved.left.places.items() if place.startswith("cmdline:")]
    assert any(b"ansible-playbook" in command for command in commands)
    assert any(b"isi_for_array" in command for command in commands), "no node's command was sampled"
    assert any(".seamless_smb_failover/leases" in place for place in places)
    assert {"output", "controller:ansible.log", "controller:report/report.json"} <= places
    assert {name: moved.left.having(secret) for name, secret in moved.secrets.items()} == dict.fromkeys(
        moved.secrets, []
    )
    assert [place for place, data in moved.left.places.items() if TOKENS.search(data)] == []


def test_what_a_cluster_or_a_client_calls_its_things_is_never_carried_out(moved: Moved) -> None:
    assert moved.code == 0, moved.output[-4000:]
    assert not moved.marker.exists()
    files = {row["path"]: row for row in moved.report["open_files"]}
    assert sorted(files) == ["/ifs/data/sales/odd/a.txt", f"/ifs/data/sales/{TEMPLATE}"]
    assert SHARE_NAME in files["/ifs/data/sales/odd/a.txt"]["share"]
    # Evaluated, the name of the share would begin with a number.
    assert "1$(touch" not in moved.output + moved.page + json.dumps(moved.report)
    # The page has one script of its own.
    assert moved.page.count("<script") == 1
    assert "<script>alert" not in moved.page
    assert "&#39;touch $SEAMLESS_MARKER&#39;" in moved.page


def test_reports_are_for_their_owner_only(moved: Moved) -> None:
    files = [moved.folder / "report", *(moved.folder / "report").iterdir()]
    assert {file.name: stat.S_IMODE(file.stat().st_mode) & 0o077 for file in files} == dict.fromkeys(
        ("report", "report.json", "report.html", "report.md", "report.junit.xml", "events.jsonl"), 0
    )


def test_the_template_would_have_left_its_mark(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """See that the marker comes to be where somebody does evaluate the name."""
    from ansible.parsing.dataloader import DataLoader  # noqa: PLC0415
    from ansible.template import Templar, trust_as_template  # noqa: PLC0415

    monkeypatch.setenv("SEAMLESS_MARKER", str(tmp_path / "evaluated"))
    Templar(loader=DataLoader()).template(trust_as_template(TEMPLATE))
    assert (tmp_path / "evaluated").exists()
