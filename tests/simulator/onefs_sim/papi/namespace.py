# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/namespace (RAN): files and folders below /ifs."""

from __future__ import annotations

import email.utils
import errno
import pathlib
import posixpath
import re
import shutil
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from ..accounts import ROOT
from ..ports import FilesPort
from ..snapshots import stored_path
from .answers import NO_CONTENT, Answer, Refusal, Request
from .namespace_attributes import acl, chosen, details, metadata, mode_of, set_acl, set_metadata
from .paging import descends, limit_of, make_token, open_token
from .validation import check_path

TARGET_TYPE = "x-isi-ifs-target-type"
SET_LOCATION = "x-isi-ifs-set-location"
COPY_SOURCE = "x-isi-ifs-copy-source"
ACCESS_CONTROL = "x-isi-ifs-access-control"
_ARGUMENTS = frozenset(
    {"acl", "clone", "continue", "detail", "dir", "hidden", "limit", "merge", "metadata", "nsaccess"}
    | {"overwrite", "recursive", "resume", "sort", "type", "versions", "zone"}
)
_EMPTY = Answer(status=200)


class NamespaceApi:
    """Serves /ifs, and further access points below it."""

    def __init__(self, files: FilesPort, protects: Callable[[str], bool], demand_space: Callable[[str], None]) -> None:
        self._files = files
        self._protects = protects
        self._access_points = {"ifs": "/ifs"}
        self._demand_space = demand_space

    def answer(self, request: Request) -> Answer:
        for name in request.query:
            if name not in _ARGUMENTS:
                raise Refusal("AEC_BAD_REQUEST", f"Unsupported query argument '{name}'", name)
        name, _, rest = unquote(request.path).removeprefix("/namespace").strip("/").partition("/")
        if not name:
            return self._list_access_points(request)
        if not rest and TARGET_TYPE not in request.headers and not {"acl", "metadata"} & set(request.query):
            if request.method == "PUT" and COPY_SOURCE not in request.headers:
                return self._create_access_point(request, name)
            if request.method == "DELETE" and name != "ifs":
                return self._delete_access_point(request, name)
        ifs_path = self._ifs_path(request.path)
        if request.method != "GET":
            self._refuse_write(ifs_path)
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

    # Paths

    def _ifs_path(self, uri_path: str) -> str:
        path = posixpath.normpath(unquote(uri_path).removeprefix("/namespace"))
        name, _, rest = path.lstrip("/").partition("/")
        if name not in self._access_points:
            raise Refusal("AEC_NOT_FOUND", f"Access point not found: '{uri_path}'. Paths begin with /namespace/ifs.")
        return posixpath.normpath(f"{self._access_points[name]}/{rest}")

    def _path(self, ifs_path: str) -> pathlib.Path:
        return self._files.path(stored_path(ifs_path))

    def _existing(self, ifs_path: str) -> pathlib.Path:
        path = self._path(ifs_path)
        if not path.exists():
            raise _not_found(ifs_path)
        return path

    def _refuse_write(self, ifs_path: str) -> None:
        if ".snapshot" in ifs_path.split("/") or self._protects(ifs_path):
            raise Refusal("AEC_FORBIDDEN", f"Unable to write '{ifs_path}' -- Read-only file system.")

    # Access points

    def _list_access_points(self, request: Request) -> Answer:
        if request.method != "GET":
            raise Refusal("AEC_METHOD_NOT_ALLOWED", f"Method {request.method} is not supported")
        if "versions" in request.query:
            return Answer.of({"versions": ["1.0"]})
        points = [{"name": name, "path": path} for name, path in sorted(self._access_points.items())]
        return Answer.of({"namespaces": points})

    def _create_access_point(self, request: Request, name: str) -> Answer:
        path = request.json_body().get("path")
        if not isinstance(path, str):
            raise Refusal("AEC_BAD_REQUEST", f"Header {TARGET_TYPE} or a body with 'path' is missing", TARGET_TYPE)
        self._refuse_all_but_root(request)
        if name == "ifs" or not self._existing(check_path(path, "path")).is_dir():
            raise Refusal("AEC_BAD_REQUEST", f"Access point '{name}' cannot be at '{path}'", "path")
        self._access_points[name] = check_path(path, "path")
        return _EMPTY

    def _delete_access_point(self, request: Request, name: str) -> Answer:
        self._refuse_all_but_root(request)
        if self._access_points.pop(name, None) is None:
            raise Refusal("AEC_NOT_FOUND", f"Access point '{name}' not found.")
        return NO_CONTENT

    @staticmethod
    def _refuse_all_but_root(request: Request) -> None:
        if request.user != ROOT:
            raise Refusal("AEC_FORBIDDEN", "Only root may change access points.")

    # Reading

    def _get(self, request: Request, ifs_path: str) -> Answer:
        path = self._existing(ifs_path)
        if "metadata" in request.query:
            return Answer.of(metadata(path))
        if "acl" in request.query:
            return Answer.of(acl(path))
        modified_at = int(path.stat().st_mtime)
        _check_conditions(request.headers, modified_at)
        is_folder = path.is_dir()
        headers = (
            (TARGET_TYPE, "container" if is_folder else "object"),
            ("Last-Modified", email.utils.formatdate(modified_at, usegmt=True)),
            (ACCESS_CONTROL, f"{path.stat().st_mode & 0o7777:04o}"),
        )
        if is_folder:
            return Answer.of(_listing(request, path), headers=headers)
        content = path.read_bytes()
        part = _range(request.headers.get("range", ""), len(content))
        if part is None:
            return Answer(body=content, content_type="application/octet-stream", headers=headers)
        shown = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
        return Answer(206, content[part], "application/octet-stream", (*headers, ("Content-Range", shown)))

    # Writing

    def _put(self, request: Request, ifs_path: str) -> Answer:
        self._demand_space(ifs_path)
        if "metadata" in request.query:
            set_metadata(self._existing(ifs_path), request.json_body())
            return _EMPTY
        if "acl" in request.query:
            set_acl(self._existing(ifs_path), request.json_body())
            return _EMPTY
        if COPY_SOURCE in request.headers:
            return self._copy(request, ifs_path)
        path, wanted = self._path(ifs_path), request.headers.get(TARGET_TYPE, "")
        if wanted == "container":
            if path.is_file():
                raise Refusal("AEC_CONFLICT", f"'{ifs_path}' exists and is no container.")
            path.mkdir(parents=request.flag("recursive"), exist_ok=True)
        elif wanted == "object":
            try:
                with path.open("wb" if request.flag("overwrite") else "xb") as stream:
                    stream.write(request.body)
            except FileExistsError as error:
                raise Refusal("AEC_CONFLICT", f"Object '{ifs_path}' exists and overwrite is not set.") from error
        else:
            raise Refusal("AEC_BAD_REQUEST", f"Header {TARGET_TYPE} must be 'container' or 'object'", TARGET_TYPE)
        if ACCESS_CONTROL in request.headers:
            path.chmod(mode_of(request.headers[ACCESS_CONTROL]))
        return _EMPTY

    def _copy(self, request: Request, ifs_path: str) -> Answer:
        """Copy a file or a folder; a folder that is there already is added to (`merge`) or replaced (`overwrite`)."""
        source, target = self._existing(self._ifs_path(request.headers[COPY_SOURCE])), self._path(ifs_path)
        merge, overwrite = request.flag("merge"), request.flag("overwrite")
        if target.exists() and not overwrite and not (merge and target.is_dir()):
            raise Refusal("AEC_CONFLICT", f"'{ifs_path}' exists and overwrite is not set.")
        if not source.is_dir():
            shutil.copy2(source, target)
        elif target.is_relative_to(source):
            raise Refusal("AEC_BAD_REQUEST", "A container cannot be copied into itself", COPY_SOURCE)
        else:
            if target.is_dir() and not merge:
                shutil.rmtree(target)
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=merge)
        return Answer.of({"success": True})

    def _delete(self, request: Request, ifs_path: str) -> Answer:
        path = self._path(ifs_path)
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
        new_ifs_path = self._ifs_path(location)
        self._refuse_write(new_ifs_path)
        self._existing(ifs_path).rename(self._path(new_ifs_path))
        return NO_CONTENT


def _listing(request: Request, path: pathlib.Path) -> dict[str, object]:
    """Return one page of a folder; a resume token carries its first call's query."""
    query: Mapping[str, list[str]] = request.query
    offset = 0
    if "resume" in query:
        query, offset = open_token(request.first("resume"))

    def first(name: str, default: str = "") -> str:
        return query.get(name, [default])[0]

    entries = [details(child) for child in sorted(path.iterdir())]
    if first("hidden", "true").lower() == "false":
        entries = [one for one in entries if not one["is_hidden"]]
    entries = [one for one in entries if first("type") in ("", "any", one["type"])]
    sort = first("sort")
    if sort:
        if entries and sort not in entries[0]:
            raise Refusal("AEC_BAD_REQUEST", f"Cannot sort by '{sort}'", "sort")
        entries.sort(key=lambda one: one[sort], reverse=descends(query))
    end = offset + limit_of(query)
    document: dict[str, object] = {"children": [chosen(first("detail"), one) for one in entries[offset:end]]}
    if end < len(entries):
        document["resume"] = make_token(query, end)
    return document


def _check_conditions(headers: Mapping[str, str], modified_at: int) -> None:
    """Answer by status alone when the file is as new, or as old, as the caller asks. A date that is none is ignored."""
    for name, status in (("if-modified-since", 304), ("if-unmodified-since", 412)):
        try:
            moment = email.utils.parsedate_to_datetime(headers[name]).timestamp() if name in headers else None
        except ValueError:
            moment = None
        if moment is not None and (modified_at > moment) == (status == 412):
            code = "AEC_NOT_MODIFIED" if status == 304 else "AEC_PRE_CONDITION_FAILED"
            raise Refusal(code, "The object is not as the condition asks", status=status)


def _range(text: str, size: int) -> slice | None:
    """Read a Range header of one range; None: all is wanted."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", text.strip())
    if not found or not any(found.groups()):
        return None
    low, high = found.groups()
    first = int(low) if low else max(size - int(high), 0)
    last = min(int(high), size - 1) if low and high else size - 1
    if first >= size or last < first:
        raise Refusal("AEC_INVALID_REQUEST_RANGE", f"Range '{text}' is not within {size} bytes", status=416)
    return slice(first, last + 1)


def _not_found(ifs_path: str) -> Refusal:
    name = ifs_path.removeprefix("/ifs/")
    return Refusal("AEC_NOT_FOUND", f"Unable to open object '{name}' in store 'ifs' -- not found.")


def _refusal_of(error: OSError, ifs_path: str) -> Refusal:
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENODATA):
        return _not_found(ifs_path)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Refusal("AEC_FORBIDDEN", f"Unable to write '{ifs_path}' -- {error.strerror}.")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        # Status and code are an assumption: no source shows what OneFS answers when its disk is full.
        message = f"Unable to write '{ifs_path}' -- {error.strerror}."
        return Refusal("AEC_SYSTEM_INTERNAL_ERROR", message, status=507)
    return Refusal("AEC_CONFLICT", f"Unable to change '{ifs_path}' -- {error.strerror}.")
