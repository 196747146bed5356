# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access zones, their SMB shares, and the SMB service switch; told to every node when they change."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from .allocation import Document
from .ports import NodePort
from .share_documents import node_share
from .smb_settings import SMB_GLOBAL_DEFAULTS, SmbChoices

ZONE_DEFAULTS: Document = {
    "alternate_system_provider": "no-fallback",
    "auth_providers": ["lsa-local-provider:System", "lsa-file-provider:System"],
    "cache_entry_expiry": 14400,
    "groupnet": "groupnet0",
    "home_directory_umask": 63,
    "ifs_restricted": [],
    "map_untrusted": "",
    "negative_cache_entry_expiry": 60,
    "netbios_name": "",
    "skeleton_directory": "/usr/share/skel",
    "system": False,
    "system_provider": "lsa-file-provider:System",
    "user_mapping_rules": [],
}


class SharesBusy(Exception):
    """Other writes of the share database kept this one waiting too long."""


class AccessZones:
    """Zones by name, and the shares of each."""

    def __init__(self, nodes: Sequence[NodePort], zones: Sequence[Document], shares: Mapping[str, Sequence[Document]]):
        self.lock = threading.RLock()
        self._nodes = tuple(nodes)
        self._share_writer = threading.Lock()
        self.zones = {zone["name"]: zone for zone in zones}
        self.shares: dict[str, dict[str, Document]] = {
            name: {share["name"]: share for share in shares.get(name, ())} for name in self.zones
        }
        self.smb_settings = copy.deepcopy(SMB_GLOBAL_DEFAULTS)
        #: What a zone says for itself, by zone: settings of the service, and of shares that do not say it.
        self.zone_settings: dict[str, Document] = {}
        self.share_settings: dict[str, Document] = {}
        self.smb_choices = SmbChoices()

    def smb_runs(self) -> bool:
        return bool(self.smb_settings["service"])

    def next_zone_id(self) -> int:
        return max(int(zone["zone_id"]) for zone in self.zones.values()) + 1

    @contextmanager
    def writing_shares(self) -> Iterator[None]:
        """Hold the share database for one write; the nodes know of it at the end. What fails half-way never was.

        Writers take turns, each for as long as a write takes; one whose turn does not come in time is refused, as OneFS
        refuses when many write at once. Share documents are replaced, never changed in place: readers need no copies.
        """
        if not self._share_writer.acquire(timeout=self.smb_choices.share_patience_seconds):
            raise SharesBusy
        try:
            began = time.monotonic()
            with self.lock:
                before = {zone: dict(shares) for zone, shares in self.shares.items()}
                try:
                    yield
                    self.tell_nodes()
                except BaseException:
                    self.shares = before
                    raise
            rest_seconds = began + self.smb_choices.share_write_seconds - time.monotonic()
            if rest_seconds > 0:
                time.sleep(rest_seconds)
        finally:
            self._share_writer.release()

    def tell_nodes(self) -> None:
        with self.lock:
            by_zone = {zone: [node_share(share) for share in shares.values()] for zone, shares in self.shares.items()}
        for node in self._nodes:
            node.write_shares(by_zone)

    def configuration(self) -> Document:
        with self.lock:
            return {
                "zones": copy.deepcopy([self.zones[name] for name in sorted(self.zones)]),
                "shares": {
                    zone: copy.deepcopy([shares[name] for name in sorted(shares)])
                    for zone, shares in sorted(self.shares.items())
                },
                "smb_settings": copy.deepcopy(self.smb_settings),
                "smb_zone_settings": copy.deepcopy(self.zone_settings),
                "smb_share_settings": copy.deepcopy(self.share_settings),
            }
