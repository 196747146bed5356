# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/namespace (RAN): files and folders below /ifs."""

from __future__ import annotations

import email.utils
import errno
import pathlib
import posixpath
import shutil
from collections.abc import Callable
from urllib.parse import unquote

from ..allocation import Document
from ..ports import FilesPort
from .answers import NO_CONTENT, Answer, Refusal, Request

TARGET_TYPE = "x-isi-ifs-target-type"
SET_LOCATION = "x-isi-ifs-set-location"
_ARGUMENTS = frozenset(
    {"recursive", "overwrite", "detail", "limit", "metadata", "resume", "sort", "dir", "type", "hidden"}
)
_EMPTY = Answer(status=200)


class NamespaceApi:
    """Serves the access point /ifs."""

    def __init__(self, files: FilesPort, protects: Callable[[str], bool]) -> None:
        self._files = files
        self._protects = protects

    def answer(self, request: Request) -> Answer:
        for name in request.query:
            if name not in _ARGUMENTS:
                raise Refusal("AEC_BAD_REQUEST", f"Unsupported query argument '{name}'", name)
        ifs_path = _ifs_path(request.path)
        if request.method != "GET" and self._protects(ifs_path):
            raise Refusal("AEC_FORBIDDEN", f"Unable to write '{ifs_path}' -- Read-only file system.")
        try:
            return self._dispatch(request, ifs_path)
        except OSError as error:
            raise _refusal_of(error, ifs_path) from error

    def _dispatch(self, request: Request, ifs_path: str) -> Answer:
        if request.method == "GET":
            return self._get(request, ifs_path)
        if request.method == "PUT":
            return self._put(request, ifs_path)
        if request.method == "DELETE":
            return self._delete(request, ifs_path)
        if request.method == "POST":
            return self._move(request, ifs_path)
        raise Refusal("AEC_METHOD_NOT_ALLOWED", f"Method {request.method} is not supported")

    def _existing(self, ifs_path: str) -> pathlib.Path:
        path = self._files.path(ifs_path)
        if not path.exists():
            raise _not_found(ifs_path)
        return path

    def _get(self, request: Request, ifs_path: str) -> Answer:
        path = self._existing(ifs_path)
        if "metadata" in request.query:
            details = _details(path)
            return Answer.of({"attrs": [{"name": name, "value": value} for name, value in details.items()]})
        modified = ("Last-Modified", email.utils.formatdate(path.stat().st_mtime, usegmt=True))
        if path.is_dir():
            children = [_details(child) for child in sorted(path.iterdir())]
            if "detail" not in request.query:
                children = [{"name": child["name"]} for child in children]
            headers = ((TARGET_TYPE, "container"), modified)
            return Answer.of({"children": children}, headers=headers)
        headers = ((TARGET_TYPE, "object"), modified)
        return Answer(body=path.read_bytes(), content_type="application/octet-stream", headers=headers)

    def _put(self, request: Request, ifs_path: str) -> Answer:
        path = self._files.path(ifs_path)
        kind = request.headers.get(TARGET_TYPE, "")
        if kind == "container":
            if path.is_file():
                raise Refusal("AEC_CONFLICT", f"'{ifs_path}' exists and is no container.")
            if request.flag("recursive"):
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.mkdir(exist_ok=True)
            return _EMPTY
        if kind != "object":
            raise Refusal("AEC_BAD_REQUEST", f"Header {TARGET_TYPE} must be 'container' or 'object'", TARGET_TYPE)
        if path.exists() and not request.flag("overwrite"):
            raise Refusal("AEC_CONFLICT", f"Object '{ifs_path}' exists and overwrite is not set.")
        path.write_bytes(request.body)
        return _EMPTY

    def _delete(self, request: Request, ifs_path: str) -> Answer:
        path = self._files.path(ifs_path)
        if not path.exists():
            # RAN deletes are idempotent.
            return NO_CONTENT
        if not path.is_dir():
            path.unlink()
        elif request.flag("recursive"):
            shutil.rmtree(path)
        else:
            path.rmdir()
        return NO_CONTENT

    def _move(self, request: Request, ifs_path: str) -> Answer:
        location = request.headers.get(SET_LOCATION, "")
        if not location:
            raise Refusal("AEC_BAD_REQUEST", f"Header {SET_LOCATION} is missing", SET_LOCATION)
        new_ifs_path = _ifs_path(location)
        if self._protects(new_ifs_path):
            raise Refusal("AEC_FORBIDDEN", f"Unable to write '{new_ifs_path}' -- Read-only file system.")
        path = self._existing(ifs_path)
        path.rename(self._files.path(new_ifs_path))
        return NO_CONTENT


def _ifs_path(uri_path: str) -> str:
    path = unquote(uri_path).removeprefix("/namespace")
    plain = posixpath.normpath(path)
    if plain != "/ifs" and not plain.startswith("/ifs/"):
        raise Refusal("AEC_NOT_FOUND", f"Access point not found: '{uri_path}'. Paths begin with /namespace/ifs.")
    return plain


def _details(path: pathlib.Path) -> Document:
    info = path.lstat()
    return {
        "last_modified": email.utils.formatdate(info.st_mtime, usegmt=True),
        "mode": f"{info.st_mode & 0o7777:04o}",
        "name": path.name,
        "size": info.st_size,
        "type": "container" if path.is_dir() else "object",
    }


def _not_found(ifs_path: str) -> Refusal:
    name = ifs_path.removeprefix("/ifs/")
    return Refusal("AEC_NOT_FOUND", f"Unable to open object '{name}' in store 'ifs' -- not found.")


def _refusal_of(error: OSError, ifs_path: str) -> Refusal:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return _not_found(ifs_path)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Refusal("AEC_FORBIDDEN", f"Unable to write '{ifs_path}' -- {error.strerror}.")
    return Refusal("AEC_CONFLICT", f"Unable to change '{ifs_path}' -- {error.strerror}.")
