# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients of three systems say of their mounts is read, and what is no such answer is refused."""

from __future__ import annotations

import json

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.client_look import (
    MOST_MOUNTS,
    Mount,
    NotUnderstood,
    parse,
)

FINDMNT = """{
   "filesystems": [
      {
         "source": "//198.51.100.11/sales",
         "target": "/mnt/sales",
         "options": "rw,relatime,vers=3.1.1,sec=ntlmssp,cache=strict,username=alice,uid=0,addr=198.51.100.11,multichannel,max_channels=4"
      },{
         "source": "//sales.example.com/sales[/plans]",
         "target": "/mnt/plans",
         "options": "rw,relatime,vers=2.1,sec=krb5i,cache=strict,username=root,addr=198.51.100.12",
         "children": [
            {"source": "//[2001:db8::5]/deep", "target": "/mnt/plans/deep", "options": "ro,vers=3.0"}
         ]
      },{"source": "/dev/sda1", "target": "/", "options": "rw"}
   ]
}"""

WINDOWS = """[
  {"ServerName":"sales.example.com","ShareName":"sales","UserName":"EXAMPLE\\\\alice","Dialect":"3.1.1","NumOpens":4},
  {"ServerName":"198.51.100.11","ShareName":"IPC$","UserName":"EXAMPLE\\\\alice","Dialect":"3.1.1","NumOpens":0}
]"""

MACOS = """
==================================================================================================
SHARE                         ATTRIBUTE TYPE                VALUE
==================================================================================================
sales
                              SERVER_NAME                   sales.example.com
                              USER_ID                       501
                              SMB_NEGOTIATE                 SMBV_NEG_SMB1_ENABLED
                              SMB_NEGOTIATE                 SMBV_NEG_SMB2_ENABLED
                              SMB_NEGOTIATE                 SMBV_NEG_SMB3_ENABLED
                              SMB_VERSION                   SMB_3.1.1
                              SMB_ENCRYPT_ALGORITHMS        AES_128_CCM_ENABLED
                              SMB_SHARE_TYPE                DISK
                              SIGNING_SUPPORTED             TRUE
                              EXTENDED_SECURITY_SUPPORTED   TRUE
                              LARGE_FILE_SUPPORTED          TRUE

--------------------------------------------------------------------------------------------------
Team Files
                              SERVER_NAME                   198.51.100.12
                              USER_ID                       501
                              SMB_VERSION                   SMB_2.1
                              SIGNING_SUPPORTED             TRUE

--------------------------------------------------------------------------------------------------
"""


def test_findmnt() -> None:
    first, second, third = parse("linux", FINDMNT)
    assert first == Mount("198.51.100.11", "sales", "alice", "3.1.1", "ntlmssp", "198.51.100.11", 4)
    assert second == Mount("sales.example.com", "sales", "root", "2.1", "krb5i", "198.51.100.12", 1)
    assert (third.server, third.share, third.dialect) == ("2001:db8::5", "deep", "3.0")


def test_get_smb_connection_of_one_and_of_several() -> None:
    several = parse("windows", WINDOWS)
    assert [(one.server, one.share, one.user, one.dialect) for one in several] == [
        ("sales.example.com", "sales", "EXAMPLE\\alice", "3.1.1"),
        ("198.51.100.11", "IPC$", "EXAMPLE\\alice", "3.1.1"),
    ]
    one = json.dumps(json.loads(WINDOWS)[0])
    assert parse("windows", "\ufeff" + one + "\r\n") == several[:1]


def test_smbutil_is_told_by_its_answer() -> None:
    assert (
        parse("", MACOS)
        == parse("macos", MACOS)
        == [
            Mount("sales.example.com", "sales", dialect="3.1.1"),
            Mount("198.51.100.12", "Team Files", dialect="2.1"),
        ]
    )


@pytest.mark.parametrize("kind", ["", "linux", "windows", "macos"])
def test_a_client_without_mounts_says_nothing(kind: str) -> None:
    assert parse(kind, "\n") == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("linux", "sh: findmnt: not found"),
        ("linux", "[1, 2]"),
        ("windows", "The term 'Get-SmbConnection' is not recognized"),
        ("macos", "smbutil: command not found"),
        ("other", "{}"),
    ],
)
def test_what_is_no_such_answer_is_said_to_be_so(kind: str, text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(kind, text)


@pytest.mark.parametrize(
    "text", ['{"filesystems": [1, null, "x"]}', '{"filesystems": null}', '{"filesystems": [{"source": 5}]}', "{}"]
)
def test_what_does_not_fit_is_no_mount(text: str) -> None:
    assert parse("linux", text) == []


def test_an_endless_answer_is_cut_off() -> None:
    many = json.dumps([{"ServerName": f"s{number}"} for number in range(MOST_MOUNTS + 5)])
    assert len(parse("windows", many)) == MOST_MOUNTS


@pytest.mark.parametrize(("kind", "text"), [("", FINDMNT), ("windows", WINDOWS), ("", MACOS)])
def test_a_shell_that_greets_first_is_no_harm(kind: str, text: str) -> None:
    assert parse(kind, "Welcome, [root]\r\npyenv: cannot rehash\r\n" + text.replace("\n", "\r\n")) == parse(kind, text)
