# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for the API of a cluster with one thing wrong each."""

from __future__ import annotations

import datetime as dt
import pathlib
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from . import pki

Authority = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def make(
    folder: pathlib.Path, authority: Authority, variant: str, name: str, addresses: Sequence[str], names: Sequence[str]
) -> tuple[pathlib.Path, pathlib.Path]:
    """Make one; returns the files of certificate and key. `authority` is the one that the controller trusts."""
    folder.mkdir(parents=True, exist_ok=True)
    if variant == "expired":
        return pki.make_server(folder, authority, name, addresses, names, pki.LIFETIME + dt.timedelta(days=1))
    if variant == "other-ca":
        return pki.make_server(folder, pki.make_ca(folder), name, addresses, names)
    return pki.make_server(folder, authority, name, (), ("elsewhere.example.com",))
