# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SSH host keys of nodes, pinned in a ``known_hosts`` file: a key is believed for its fingerprint, or because somebody said so.

Private to the collection. Who answers in a node's place would get the account's password, so a key that differs from the one that is
pinned is never replaced, and a key that nobody vouches for is never written. Lines that were added here end in a mark, and only these
are taken off again.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import re
import socket
import tempfile
import typing as t
from dataclasses import dataclass

from .._onefs.errors import BadOption, MissingLibrary, OnefsError
from .._onefs.progress import Progress

try:
    import paramiko

    HAS_PARAMIKO = True
except ImportError:
    HAS_PARAMIKO = False

MARK = "seamless.smb_failover"
SSH_PORT = 22
ANSWER_SECONDS = 10.0
DEFAULT_FILE = "~/.ssh/known_hosts"

ARGUMENT_SPEC: dict[str, t.Any] = {
    "hosts": {"type": "list", "elements": "str", "required": True},
    "port": {"type": "int", "default": SSH_PORT},
    "known_hosts_file": {"type": "path", "default": DEFAULT_FILE},
    "fingerprints": {"type": "list", "elements": "str", "default": []},
    "trust_on_first_use": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

# What would be a line of its own, or a pattern for many hosts, is no host.
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?")
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?")


class HostKeyRefused(OnefsError):
    """A node shows a key that nobody vouches for, or another one than is pinned."""


@dataclass(frozen=True)
class HostKey:
    """The key that a host shows: its kind, and its text as it stands in ``known_hosts``."""

    kind: str
    text: str

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint as ``ssh-keygen -l`` prints it."""
        digest = hashlib.sha256(base64.b64decode(self.text)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def entry_name(host: str, port: int) -> str:
    """Return how a host is named in the file."""
    return host if port == SSH_PORT else f"[{host}]:{port}"


def line_of(name: str, key: HostKey) -> str:
    """Return the line that pins a key."""
    return f"{name} {key.kind} {key.text} {MARK}"


def is_own(line: str, names: t.Container[str]) -> bool:
    """Whether a line was added here for one of some hosts."""
    fields = line.split()
    return len(fields) == 4 and fields[3] == MARK and fields[0] in names


def require_trust(
    name: str, shown: HostKey, pinned: t.Collection[HostKey], fingerprints: t.Collection[str], first_use: bool
) -> bool:
    """Return whether the key is still to be pinned; raise where it is not to be believed."""
    if shown in pinned:
        return False
    if any(key.kind == shown.kind for key in pinned) or (pinned and shown.fingerprint not in fingerprints):
        raise HostKeyRefused(
            f"Pinning the SSH host key of {name}: it shows {shown.kind} {shown.fingerprint}, and another key is pinned. Nothing was changed. "
            "Somebody may answer in its place. Where the node was made anew, compare the fingerprint at its console "
            f"('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'), take the old key off ('ssh-keygen -R {name}') and run again."
        )
    if shown.fingerprint not in fingerprints and not first_use:
        raise HostKeyRefused(
            f"Pinning the SSH host key of {name}: it shows {shown.kind} {shown.fingerprint}, which is none of the fingerprints that were "
            "given. Nothing was changed. Compare it at the node's console ('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub') and give "
            "it in prerequisites_host_key_fingerprints, or set prerequisites_trust_on_first_use on a network that you trust."
        )
    return True


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Pin the key of every host, or take off what was pinned here."""
    path = os.path.realpath(os.path.expanduser(params["known_hosts_file"]))
    hosts = checked_hosts(params["hosts"])
    names = [entry_name(host, int(params["port"])) for host in hosts]
    before = _read(path)
    if params["state"] == "absent":
        after = "".join(line for line in before.splitlines(keepends=True) if not is_own(line, names))
        keys: list[dict[str, str]] = []
    else:
        after, keys = _with_keys(path, before, list(zip(hosts, names)), params)
    changed = after != before
    if changed and not check_mode:
        progress(f"{path}: host keys of {', '.join(names)} {'pinned' if keys else 'taken off'}")
        _replace(path, after)
    return {
        "changed": changed,
        "known_hosts_file": path,
        "host_keys": keys,
        "diff": {
            "before_header": path,
            "after_header": path,
            "before": _only_of(before, names),
            "after": _only_of(after, names),
        },
    }


def checked_hosts(hosts: t.Sequence[str]) -> list[str]:
    """Return the hosts, each once, or say which one can't be one."""
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise BadOption(
                f"Reading the name of an SSH host: {host!r} is none. Give names or addresses, as in onefs_ssh_host."
            )
    return list(dict.fromkeys(hosts))


def checked_fingerprints(fingerprints: t.Iterable[str]) -> set[str]:
    """Return fingerprints as they are compared, or say which one is none."""
    for fingerprint in fingerprints:
        if not _FINGERPRINT.fullmatch(fingerprint):
            raise BadOption(
                f"Reading a fingerprint: {fingerprint!r} is none. Give it as 'ssh-keygen -l' prints it, such as SHA256: and 43 characters."
            )
    return {fingerprint.rstrip("=") for fingerprint in fingerprints}


def _with_keys(
    path: str, text: str, hosts: list[tuple[str, str]], params: t.Mapping[str, t.Any]
) -> tuple[str, list[dict[str, str]]]:
    if not HAS_PARAMIKO:
        raise MissingLibrary("Reading SSH host keys", "paramiko")
    fingerprints = checked_fingerprints(params["fingerprints"] or ())
    known = paramiko.HostKeys()
    if os.path.exists(path):
        known.load(path)
    keys = []
    for host, name in hosts:
        pinned = [HostKey(kind, key.get_base64()) for kind, key in (known.lookup(name) or {}).items()]
        shown = show_key(host, int(params["port"]), [key.kind for key in pinned])
        if require_trust(name, shown, pinned, fingerprints, bool(params["trust_on_first_use"])):
            text += ("" if not text or text.endswith("\n") else "\n") + line_of(name, shown) + "\n"
        keys.append({"host": name, "kind": shown.kind, "key": shown.text, "fingerprint": shown.fingerprint})
    return text, keys


def show_key(host: str, port: int, kinds: t.Sequence[str] = ()) -> HostKey:
    """Ask a host for its key; of more than one kind for those that are pinned, as a client does."""
    trouble: Exception
    try:
        with contextlib.closing(socket.create_connection((host, port), ANSWER_SECONDS)) as wire:
            transport = paramiko.Transport(wire)
            try:
                options = transport.get_security_options()
                first = [kind for kind in options.key_types if kind in kinds]
                options.key_types = [*first, *(kind for kind in options.key_types if kind not in first)]
                transport.start_client(timeout=ANSWER_SECONDS)
                key = transport.get_remote_server_key()
                return HostKey(key.get_name(), key.get_base64())
            finally:
                transport.close()
    except (OSError, EOFError, paramiko.SSHException) as error:
        trouble = error
    raise HostKeyRefused(
        f"Asking {host} port {port} for its SSH host key: {type(trouble).__name__}: {trouble}. Check onefs_ssh_host, and that SSH runs there "
        "('isi services sshd enable')."
    ) from trouble


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""


def _replace(path: str, text: str) -> None:
    """Put the new file in the place of the old one, in one step."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    mode = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o600
    handle, name = tempfile.mkstemp(prefix=".known_hosts.", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _only_of(text: str, names: t.Container[str]) -> str:
    """Return the lines of some hosts: what else is in the file is nobody's business."""
    return "".join(line for line in text.splitlines(keepends=True) if line.split(" ", 1)[0] in names)
