# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clients themselves say of their SMB mounts, read from the commands of three operating systems.

Private to the collection; pure. Only a client knows by which name it mounted. Its answer is as hostile as any other: nothing of
it is ever run, and what can't be read is no mount.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass

# What one client may say: more than this is cut off.
MOST_BYTES = 1 << 20
MOST_MOUNTS = 500
_RULE = re.compile(r"^[=-]{10,}$")
_BEGINS = re.compile(r"^(?:[{\[]|={10,})", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^\s+(?P<name>[A-Z][A-Z0-9_]+)\s+(?P<value>\S.*)$")


@dataclass(frozen=True)
class Mount:
    """A share as a client has it mounted."""

    server: str
    share: str
    user: str = ""
    dialect: str = ""
    security: str = ""
    connected_to: str = ""
    channels: int = 1


class NotUnderstood(ValueError):
    """The answer is none of the command that was sent."""


def parse(kind: str, text: str) -> list[Mount]:
    """Read an answer of a client; ``kind`` is linux, windows or macos, and empty where it is to be told from the answer."""
    text = text[:MOST_BYTES].lstrip("\ufeff")
    if not text.strip():
        return []
    # A login shell may greet before the answer begins.
    begins = _BEGINS.search(text)
    text = text[begins.start() :] if begins else text
    readers = {"linux": parse_findmnt, "windows": parse_get_smb_connection, "macos": parse_smbutil}
    reader = readers.get(kind or ("macos" if "SHARE" in text and text.lstrip()[:1] == "=" else "linux"))
    if reader is None:
        raise NotUnderstood(f"no such kind of client: {kind}")
    return reader(text)[:MOST_MOUNTS]


def parse_findmnt(text: str) -> list[Mount]:
    """Read ``findmnt --json``."""
    found: list[Mount] = []
    waiting = list(_list(_json(text, "filesystems")))
    while waiting:
        entry = waiting.pop(0)
        waiting += _list(entry.get("children"))
        source = str(entry.get("source") or "").replace("\\", "/")
        server, _slash, share = source.lstrip("/").partition("/")
        if not source.startswith("//") or not server:
            continue
        options = dict(_option(one) for one in str(entry.get("options") or "").split(","))
        found.append(
            Mount(
                server=server.strip("[]"),
                # findmnt appends the folder in brackets where a part of the file system is mounted.
                share=share.split("[", 1)[0].split("/", 1)[0],
                user=options.get("username", ""),
                dialect=options.get("vers", ""),
                security=options.get("sec", ""),
                connected_to=options.get("addr") or options.get("ip", ""),
                channels=_number(options.get("max_channels"), 2) if "multichannel" in options else 1,
            )
        )
    return found


def parse_get_smb_connection(text: str) -> list[Mount]:
    """Read ``Get-SmbConnection | ConvertTo-Json``: one object, or a list of them."""
    data = _json(text)
    return [
        Mount(
            server=str(one.get("ServerName") or "").strip("[]"),
            share=str(one.get("ShareName") or ""),
            user=str(one.get("UserName") or ""),
            dialect=str(one.get("Dialect") or ""),
        )
        for one in _list(data if isinstance(data, list) else [data])
        if one.get("ServerName")
    ]


def parse_smbutil(text: str) -> list[Mount]:
    """Read ``smbutil statshares -a``: the name of a share at the margin, its attributes below it."""
    found: list[Mount] = []
    share, attributes = "", dict[str, str]()

    def close() -> None:
        if share and attributes.get("SERVER_NAME"):
            dialect = attributes.get("SMB_VERSION", "").removeprefix("SMB_")
            channels = _number(attributes.get("MULTICHANNEL_CHANNELS"), 1)
            found.append(Mount(attributes["SERVER_NAME"].strip("[]"), share, dialect=dialect, channels=channels))

    for line in text.splitlines():
        attribute = _ATTRIBUTE.match(line)
        if attribute:
            attributes.setdefault(attribute["name"], attribute["value"].strip())
        elif line.strip() and not line[:1].isspace() and not _RULE.match(line) and not line.startswith("SHARE "):
            close()
            share, attributes = line.strip(), {}
    close()
    if not found and "SERVER_NAME" not in text and "ATTRIBUTE" not in text:
        raise NotUnderstood("no answer of 'smbutil statshares -a'")
    return found


def _json(text: str, key: str = "") -> t.Any:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise NotUnderstood(f"no JSON ({error})") from error
    if key and not isinstance(data, dict):
        raise NotUnderstood("no JSON object")
    return data.get(key) if key else data


def _list(value: t.Any) -> list[dict[str, t.Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _option(text: str) -> tuple[str, str]:
    name, _equals, value = text.partition("=")
    return name, value


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 6 else otherwise
