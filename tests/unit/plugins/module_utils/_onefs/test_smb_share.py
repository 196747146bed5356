# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A share of a real Samba: what can't be reached, opened or done is told with the share, the address and the server's own word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb_files import FileTrouble, ShareFiles
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb_share import (
    FileNotOpened,
    ShareUnreachable,
    SmbShare,
)
from error_catalogue.parts import take_apart
from unit.plugins.module_utils.samba_server import ADDRESS, PASSWORD, SHARE, SambaServer

# What MS-ERREF calls STATUS_OBJECT_NAME_NOT_FOUND.
NOT_FOUND = "status 0xc0000034"


def share(samba: SambaServer, name: str = SHARE, password: str = PASSWORD) -> SmbShare:
    return SmbShare(ADDRESS, name, samba.user, password)


def files(samba: SambaServer) -> ShareFiles:
    return ShareFiles(ADDRESS, SHARE, samba.user, PASSWORD)


def test_a_file_is_written_read_renamed_listed_and_deleted(samba: SambaServer) -> None:
    with files(samba) as client:
        client.write("a.txt", b"first", create=True)
        client.rename("a.txt", "b.txt")
        assert (client.names("*.txt"), client.read("b.txt")) == (["b.txt"], b"first")
        client.delete("b.txt")
        assert not client.exists("b.txt")
    assert list(samba.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("break_it", "name", "password", "came_back"),
    [
        (SambaServer.kill, SHARE, PASSWORD, "refused"),
        (lambda samba: None, "sails", PASSWORD, "STATUS_BAD_NETWORK_NAME"),
        (lambda samba: None, SHARE, "s3cret of another", "STATUS_LOGON_FAILURE"),
    ],
    ids=["nobody listens", "no such share", "wrong password"],
)
def test_a_share_that_cannot_be_connected_to(
    samba: SambaServer, break_it: Callable[[SambaServer], None], name: str, password: str, came_back: str
) -> None:
    break_it(samba)
    with pytest.raises(ShareUnreachable) as caught, share(samba, name, password):
        pass
    parts = take_apart(caught.value.message)
    assert parts.tried == f"Connecting to share '{name}' at {ADDRESS} as '{samba.user}'"
    assert came_back in parts.came_back
    assert (
        "failover_flush_user" in parts.to_do and "rehearsal_user" in parts.to_do and f"port {samba.port}" in parts.to_do
    )


def test_a_file_that_is_gone_is_told_apart_from_one_that_may_not_be_opened(samba: SambaServer) -> None:
    (samba.folder / "folder").mkdir()
    with share(samba) as client:
        with pytest.raises(FileNotOpened, match=NOT_FOUND) as gone:
            client.open_for_reading("absent.txt")
        with pytest.raises(FileNotOpened, match="STATUS_FILE_IS_A_DIRECTORY") as refused:
            client.open_for_reading("folder")
    assert (gone.value.gone, refused.value.gone) == (True, False)


def test_a_server_that_goes_away_is_no_file_that_is_gone(samba: SambaServer) -> None:
    (samba.folder / "a.txt").write_text("first", encoding="utf-8")
    client = share(samba).__enter__()
    samba.kill()
    with pytest.raises(FileNotOpened) as caught:
        client.open_for_reading("a.txt")
    assert caught.value.message and not caught.value.gone


def test_an_operation_that_the_server_refuses(samba: SambaServer) -> None:
    with files(samba) as client, pytest.raises(FileTrouble) as caught:
        client.read("deep/absent.txt")
    assert caught.value.gone
    assert caught.value.message.startswith(f"reading 'deep/absent.txt' on share '{SHARE}' at {ADDRESS}: ")
    assert "STATUS_OBJECT_PATH_NOT_FOUND" in caught.value.message and "0xc000003a" in caught.value.message


def test_an_operation_that_nobody_answers_ends(samba: SambaServer) -> None:
    client = files(samba).__enter__()
    samba.freeze()
    with pytest.raises(FileTrouble) as caught:
        client.write("a.txt", b"lost", create=True)
    client.drop()
    assert not caught.value.gone
    assert caught.value.message.startswith(f"writing 'a.txt' on share '{SHARE}' at {ADDRESS}: ")
