# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients write out what they cache when they are told to, and what they can't be told is named."""

from __future__ import annotations

import json
import pathlib
import time
import uuid
from collections.abc import Iterator

import pytest
from inside import inside
from ledger import records
from ledger.checker import read_log
from ledger.clients import KernelClient
from running_pair import RunningPair
from smbprotocol.connection import Connection
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

PLAYBOOK = """\
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - seamless.smb_failover.smb_flush:
        source: "{{{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}}}"
        access_zone: sales
        pools: [groupnet0.subnet1.sales]
        user: {user}
        password: {password}
      register: flushed
    - ansible.builtin.copy:
        content: "{{{{ flushed | to_json }}}}"
        dest: {result}
        mode: "0600"
"""


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("flush", "--prerequisites") as running:
        yield running


def missing(pair: RunningPair, client: KernelClient, before: float) -> int:
    """Count the records of the never flushed file that an application wrote before a moment and the server has not."""
    data = (pathlib.Path(pair.status["clusters"]["boston"]["ifs"]) / "data/sales" / records.CACHED).read_bytes()
    written = [one["sequence"] for one in read_log(client.log) if one["event"] == "cached" and one["time"] < before]
    return sum(records.state(data, sequence) != "found" for sequence in written)


def test_what_was_never_flushed_is_on_the_server_afterwards(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    client = KernelClient(pair.enter, pair.status, pair.folder("client2", "cached"))
    client.cached = True
    client.start()
    client.wait_until_acknowledged(100, 60)
    assert missing(pair, client, time.time()) > 0, "the client caches nothing, so that there is nothing to see here"

    with (
        inside(pathlib.Path(pair.status["state_dir"]), "client1"),
        denying_readers(pair, "locked.txt"),
    ):
        playbook, result = tmp_path / "flush.yml", tmp_path / "flushed.json"
        smb = pair.status["smb"]
        playbook.write_text(
            PLAYBOOK.format(user=smb["user"], password=smb["password"], result=result), encoding="utf-8"
        )
        done = pair.play(str(playbook))
        assert done.returncode == 0, done.stdout
    flushed = json.loads(result.read_text(encoding="utf-8"))
    assert missing(pair, client, flushed["started"]) == 0
    assert flushed["flushed"] == flushed["files"] - 1 >= 2
    assert [one["path"] for one in flushed["at_risk"]] == ["/ifs/data/sales/locked.txt"]
    assert "0xc0000043" in flushed["at_risk"][0]["reason"]
    client.stop()


class denying_readers:  # noqa: N801 (reads as what it is, a context)
    """A file that somebody has open for writing and lets nobody read meanwhile."""

    def __init__(self, pair: RunningPair, name: str) -> None:
        self.smb, self.name = pair.status["smb"], name
        boston = next(
            address
            for node in pair.status["clusters"]["boston"]["nodes"]
            for address in node["addresses"]["ext-1"]
            if address == "198.51.100.11"
        )
        self.connection = Connection(uuid.uuid4(), boston, 445)

    def __enter__(self) -> None:
        self.connection.connect(timeout=5)
        session = Session(self.connection, self.smb["user"], self.smb["password"], require_encryption=False)
        session.connect()
        tree = TreeConnect(session, rf"\\{self.connection.server_name}\sales")
        tree.connect(require_secure_negotiate=False)
        Open(tree, self.name).create(
            ImpersonationLevel.Impersonation,
            FilePipePrinterAccessMask.FILE_WRITE_DATA,
            0,
            ShareAccess.FILE_SHARE_WRITE,
            CreateDisposition.FILE_OVERWRITE_IF,
            CreateOptions.FILE_NON_DIRECTORY_FILE,
        )

    def __exit__(self, *exc_info: object) -> None:
        self.connection.disconnect(close=False, timeout=5)
