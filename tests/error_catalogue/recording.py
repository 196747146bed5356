# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which errors a test provokes: each one that the collection's own code makes meanwhile, with the place that makes it."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import pathlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.module_utils.basic import AnsibleModule
from error_catalogue.parts import take_apart
from error_catalogue.sites import ROOT, Site, sites

CATALOGUE = pathlib.Path(__file__).with_name("provoked.json")
# What was tried with one file or one name server: a part of a message that says what it means, never a message of its own.
PASSED_ON = frozenset({"FileTrouble", "FileNotOpened", "NotAnswered"})


@dataclass(frozen=True)
class Provoked:
    """An error that was made, and where."""

    site: Site
    message: str

    def trouble(self, secrets: tuple[str, ...]) -> list[str]:
        """Say what is wrong with the message, nothing where it can be shown to an operator."""
        found = [f"{self.message!r} shows a secret" for secret in secrets if secret in self.message]
        if not all(line.isprintable() for line in self.message.split("\n")):
            found.append(f"{self.message!r} has characters that steer a terminal")
        if self.site.error not in PASSED_ON and (missing := take_apart(self.message).missing()):
            found.append(f"{self.message!r} does not say {' and '.join(missing)}")
        return [f"{self.site.path}:{self.site.first_line}: {one}" for one in found]


@contextlib.contextmanager
def recording(base: type[Exception]) -> Iterator[list[Provoked]]:
    """Keep what is made of ``base``, of filters' errors and by modules that fail, by the collection's code, not by the tests themselves."""
    made: list[Provoked] = []
    before: dict[Any, Any] = {kind: kind.__init__ for kind in (base, AnsibleFilterError)}
    module: Any = AnsibleModule
    fail_json = module.fail_json

    def keep(site: Site | None, message: str) -> None:
        if site is not None:
            made.append(Provoked(site, message))

    def replaced(kind: type[Exception]) -> Any:
        original: Any = before[kind]

        @functools.wraps(original)
        def init(self: Any, *args: Any, **options: Any) -> None:
            original(self, *args, **options)
            keep(_site_of(self, sys._getframe(1)), str(self))

        return init

    @functools.wraps(fail_json)
    def fails(self: Any, msg: str, **more: Any) -> None:
        keep(_site_of(self, sys._getframe(1)), msg)
        fail_json(self, msg, **more)

    for kind in before:
        kind.__init__ = replaced(kind)
    module.fail_json = fails
    try:
        yield made
    finally:
        module.fail_json = fail_json
        for kind, original in before.items():
            kind.__init__ = original


def catalogue() -> dict[str, str]:
    """Return the test that provokes each place."""
    read: dict[str, str] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return read


def write_catalogue(found: dict[str, str]) -> None:
    """Replace the catalogue; places that are gone go with it, and a test that still provokes a place stays its test."""
    keys = {site.key for site in sites()}
    with CATALOGUE.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = {key: test for key, test in {**found, **json.load(file)}.items() if key in keys}
        file.seek(0)
        file.truncate()
        file.write(json.dumps(kept, indent=1, sort_keys=True) + "\n")


@functools.cache
def _by_path() -> dict[str, list[Site]]:
    found: dict[str, list[Site]] = {}
    for site in sites():
        found.setdefault(site.path, []).append(site)
    return found


def _site_of(made: object, frame: FrameType | None) -> Site | None:
    # The classes' own constructors are no places: who called them is.
    while frame is not None and frame.f_code.co_name == "__init__" and frame.f_locals.get("self") is made:
        frame = frame.f_back
    if frame is None:
        return None
    path = pathlib.Path(frame.f_code.co_filename).resolve()
    if not path.is_relative_to(ROOT / "plugins"):
        return None
    places = _by_path().get(path.relative_to(ROOT).as_posix(), [])
    return next((site for site in places if site.first_line <= frame.f_lineno <= site.last_line), None)
