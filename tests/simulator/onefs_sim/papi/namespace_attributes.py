# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the namespace API says of a file or a folder: details, metadata, access control."""

from __future__ import annotations

import email.utils
import os
import pathlib
import re
import stat
from collections.abc import Mapping
from typing import Any

from ..allocation import Document
from .answers import Refusal

#: Names that may stand for a mode in the header x-isi-ifs-access-control.
_MODES = {"private_read": 0o550, "private": 0o770, "public_read": 0o774, "public_read_write": 0o777, "public": 0o777}
_DEFAULT_DETAIL = ("last_modified", "mode", "name", "size", "type")
_USER = "user."


def details(path: pathlib.Path) -> Document:
    """Return all that a listing may show of one entry."""
    info = path.lstat()
    return {
        "access_time": email.utils.formatdate(info.st_atime, usegmt=True),
        "atime_val": int(info.st_atime),
        "block_size": info.st_blksize,
        "blocks": info.st_blocks,
        "change_time": email.utils.formatdate(info.st_ctime, usegmt=True),
        "ctime_val": int(info.st_ctime),
        "gid": info.st_gid,
        "id": info.st_ino,
        "is_hidden": path.name.startswith("."),
        "last_modified": email.utils.formatdate(info.st_mtime, usegmt=True),
        "mode": f"{stat.S_IMODE(info.st_mode):04o}",
        "mtime_val": int(info.st_mtime),
        "name": path.name,
        "nlink": info.st_nlink,
        "size": info.st_size,
        "stub": False,
        "type": kind(path),
        "uid": info.st_uid,
    }


def kind(path: pathlib.Path) -> str:
    if path.is_symlink():
        return "symbolic_link"
    return "container" if path.is_dir() else "object"


def chosen(detail: str, entry: Document) -> Document:
    """Return what `detail` asks for: nothing but the name, the usual fields, or those that it names."""
    if not detail or detail == "none":
        return {"name": entry["name"]}
    if detail in ("default", "yes", "true"):
        return {name: entry[name] for name in _DEFAULT_DETAIL}
    fields = ["name", *detail.split(",")]
    unknown = [name for name in fields if name not in entry]
    if unknown:
        raise Refusal("AEC_BAD_REQUEST", f"Unknown detail '{unknown[0]}'", "detail")
    return {name: entry[name] for name in fields}


def mode_of(text: str) -> int:
    """Read a mode as the access-control header and ACL bodies write it: octal, or by name."""
    if text in _MODES:
        return _MODES[text]
    if not re.fullmatch(r"[0-7]{3,4}", text):
        raise Refusal("AEC_BAD_REQUEST", f"Invalid access mode '{text}'", "mode")
    return int(text, 8)


def metadata(path: pathlib.Path) -> Document:
    """Return system attributes and those that users have set."""
    attrs = [{"name": name, "namespace": None, "value": str(value)} for name, value in details(path).items()]
    for name in sorted(os.listxattr(path, follow_symlinks=False)):
        if name.startswith(_USER):
            value = os.getxattr(path, name, follow_symlinks=False).decode(errors="replace")
            attrs.append({"name": name.removeprefix(_USER), "namespace": "user", "value": value})
    return {"attrs": attrs}


def set_metadata(path: pathlib.Path, body: Mapping[str, Any]) -> None:
    """Set or delete attributes of users; those of the system are not for this call."""
    attrs = body.get("attrs", [])
    if not isinstance(attrs, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in attrs
    ):
        raise Refusal("AEC_BAD_REQUEST", "Field 'attrs' must be a list of named attributes", "attrs")
    for one in attrs:
        if one.get("namespace") != "user":
            raise Refusal("AEC_BAD_REQUEST", f"Attribute '{one['name']}' cannot be set", "attrs")
    if body.get("action") == "replace":
        for name in os.listxattr(path):
            if name.startswith(_USER):
                os.removexattr(path, name)
    for one in attrs:
        if one.get("op") == "delete":
            os.removexattr(path, _USER + one["name"])
        else:
            os.setxattr(path, _USER + one["name"], str(one.get("value", "")).encode())


def acl(path: pathlib.Path) -> Document:
    """Return who may do what; files here have mode bits only, which OneFS shows as a list of entries too."""
    info = path.lstat()
    owner = {"id": f"UID:{info.st_uid}", "name": "", "type": "user"}
    group = {"id": f"GID:{info.st_gid}", "name": "", "type": "group"}
    everyone = {"id": "SID:S-1-1-0", "name": "Everyone", "type": "wellknown"}
    entries = []
    for trustee, shift in ((owner, 6), (group, 3), (everyone, 0)):
        bits = info.st_mode >> shift
        rights = [
            right for bit, right in ((4, "file_gen_read"), (2, "file_gen_write"), (1, "file_gen_execute")) if bits & bit
        ]
        entries.append({"accessrights": rights, "accesstype": "allow", "inherit_flags": [], "trustee": trustee})
    mode = f"{stat.S_IMODE(info.st_mode):04o}"
    return {"acl": entries, "authoritative": "mode", "group": group, "mode": mode, "owner": owner}


def set_acl(path: pathlib.Path, body: Mapping[str, Any]) -> None:
    """Set mode, owner and group. Lists of entries are refused: the files behind this simulator cannot have them."""
    if body.get("authoritative", "mode") != "mode" or "acl" in body:
        raise Refusal("AEC_BAD_REQUEST", "Only 'authoritative': 'mode' is simulated", "authoritative")
    ids = {}
    for field, prefix in (("owner", "UID:"), ("group", "GID:")):
        text = str((body.get(field) or {}).get("id", ""))
        if field in body and not re.fullmatch(prefix + r"\d{1,9}", text):
            raise Refusal("AEC_BAD_REQUEST", f"Field '{field}' needs an id as in {prefix}0", field)
        ids[field] = int(text.removeprefix(prefix)) if text else -1
    if "mode" in body:
        path.chmod(mode_of(str(body["mode"])))
    os.chown(path, ids["owner"], ids["group"])
