# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that can be injected by name, with what each does and its options. Data, and the check of options against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The one place that is neither cluster nor host: the site's DNS server.
SITE = "site"


@dataclass(frozen=True)
class Option:
    """One option of a fault; `positional` ones are written without their name."""

    name: str
    text: str
    kind: type = str
    default: Any = None
    choices: tuple[str, ...] = ()
    required: bool = False
    positional: bool = False

    def checked(self, value: Any) -> Any:
        """Return the value, or refuse it."""
        right = isinstance(value, (int, float) if self.kind is float else self.kind)
        if not right or (self.kind is not bool and isinstance(value, bool)):
            raise ValueError(f"{self.name} must be of type {self.kind.__name__}, not {value!r}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.name} is one of {', '.join(self.choices)}, not {value!r}")
        return value


@dataclass(frozen=True)
class FaultKind:
    """One entry of the catalogue. `places`: what may be named as the place where it strikes."""

    name: str
    text: str
    options: tuple[Option, ...] = ()
    places: str = "CLUSTER"

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return every option's value; refuse unknown, missing and ill-typed ones."""
        known = {option.name for option in self.options}
        for name in given:
            if name not in known:
                raise ValueError(
                    f"fault '{self.name}' has no option '{name}'; it has: {', '.join(sorted(known)) or 'none'}"
                )
        values = {}
        for option in self.options:
            value = given.get(option.name)
            if value is None and option.required:
                raise ValueError(f"fault '{self.name}' needs the option '{option.name}': {option.text}")
            values[option.name] = option.default if value is None else option.checked(value)
        return values


_SKIP = Option("skip", "how many that match pass first", int, 0)
_COUNT = Option("count", "how many are hit; 0 for all that come", int, 1)
_NODE = Option("node", "its number (LNN); without it, all nodes", int)
_MESSAGE = Option("message", "what the error says", default="Injected failure")
_JOB = (
    Option("policy", "only jobs of this policy"),
    Option("action", "only jobs of this action", choices=("run", "allow_write", "allow_write_revert", "resync_prep")),
    _SKIP,
    _COUNT,
)
_DNS_PLACES = f"CLUSTER or {SITE}"

KINDS = (
    FaultKind(
        "call",
        "calls of the platform or namespace API fail, hang, are slow or break off",
        (
            Option("method", "GET, PUT, POST, DELETE, CHANGE (any but GET) or ANY", default="ANY"),
            Option("path", "regular expression, searched in path and query", required=True),
            Option("status", "HTTP status of the answer", int),
            Option("code", "OneFS's error code (default: that of the status)", default=""),
            Option("message", "what the error says", default=""),
            Option("body", "sent as it is in place of an error body"),
            Option("content-type", "what a body claims to be", default="text/html"),
            _SKIP,
            _COUNT,
            Option("rate", "part of the calls that is hit, 0 to 1", float, 1.0),
            Option("seed", "begins the draw of --rate", int, 0),
            Option("passing-per-second", "so many pass in each second, and those beyond are hit", int, 0),
            Option("hang", "seconds without an answer, then the connection ends; the call is never made", float, 0.0),
            Option("slow", "seconds until the call is made and answered", float, 0.0),
            Option("late", "seconds from the change, which is made at once, to its answer", float, 0.0),
            Option(
                "drop",
                "end the connection before or after the change, or mid answer",
                default="",
                choices=("before", "after", "mid"),
            ),
        ),
    ),
    FaultKind(
        "stale-tls",
        "the API presents another certificate",
        (Option("variant", "what is wrong with it", default="expired", choices=("expired", "other-ca", "other-name")),),
    ),
    FaultKind("node-down", "a node loses power", (Option("node", "its number (LNN)", int, required=True),)),
    FaultKind(
        "link-down",
        "the link of a node's interface drops at the switch",
        (
            Option("node", "its number (LNN)", int, required=True),
            Option("interface", "its name", default="ext-1"),
        ),
    ),
    FaultKind("arp-unannounced", "nodes bring addresses up without a gratuitous ARP", (_NODE,)),
    FaultKind("network-apply-stuck", "network changes do not reach the nodes until the fault is cleared"),
    FaultKind(
        "network-apply-slow",
        "network changes reach the nodes later",
        (Option("seconds", "how much later", float, 5.0), _SKIP, Option("count", _COUNT.text, int, 0)),
    ),
    FaultKind(
        "network-apply-lost",
        "a network change does not reach the nodes, unless another one or the end of the fault brings it",
        (_SKIP, _COUNT),
    ),
    FaultKind("job-failed", "a SyncIQ job fails", (*_JOB, _MESSAGE)),
    FaultKind("job-stalled", "a SyncIQ job runs and does not move until the fault is cleared", _JOB),
    FaultKind("job-needs-attention", "a SyncIQ job ends in needs_attention", (*_JOB, _MESSAGE)),
    FaultKind(
        "journal-disk-full",
        "nothing more can be written at or below a path of /ifs, neither by the namespace API nor by SyncIQ",
        (Option("path", "the path", default="/ifs/.seamless_smb_failover"),),
    ),
    FaultKind("dns-silent", "the DNS server takes questions and never answers", places=_DNS_PLACES),
    FaultKind("dns-servfail", "the DNS server fails every question", places=_DNS_PLACES),
    FaultKind(
        "dns-stale",
        "SmartConnect answers as at this moment; the site's server keeps what it once heard, whatever its lifetime",
        places=_DNS_PLACES,
    ),
    FaultKind(
        "ssh-refused",
        "nobody gets in by SSH",
        (
            _NODE,
            Option(
                "mode",
                "no server, refused log-in, or no word from it",
                default="connection",
                choices=("connection", "login", "hang"),
            ),
        ),
    ),
    FaultKind(
        "sudo-refused",
        "sudo lets nobody but root do anything",
        (_NODE, Option("mode", "refuse, or ask for a password", default="denied", choices=("denied", "password"))),
    ),
    FaultKind(
        "clock-skew",
        "the cluster's clock is wrong",
        (Option("seconds", "how far ahead; negative: behind", float, required=True),),
    ),
    FaultKind(
        "partition",
        "nothing passes between two places",
        (
            Option(
                "peer", f"the other one: a cluster, the controller, a client or {SITE}", required=True, positional=True
            ),
            Option("reject", "tell the sender instead of dropping silently", bool, False),
        ),
        places=f"CLUSTER, controller, client or {SITE}",
    ),
)
CATALOGUE = {kind.name: kind for kind in KINDS}


def listing() -> list[dict[str, Any]]:
    """Return the catalogue as plain values."""
    return [
        {
            "fault": kind.name,
            "text": kind.text,
            "places": kind.places,
            "options": [
                {
                    "name": option.name,
                    "text": option.text,
                    "type": option.kind.__name__,
                    "default": option.default,
                    "choices": list(option.choices),
                    "required": option.required,
                    "positional": option.positional,
                }
                for option in kind.options
            ],
        }
        for kind in KINDS
    ]
