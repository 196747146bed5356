# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with a cluster, as types.

Private to the collection. Every message says what was tried, what came back, and what to do next.
"""

from __future__ import annotations

import typing as t

from .printable import printable

# What an operator does next, by HTTP status. OneFS answers 401 also where only the CSRF headers are missing.
_NEXT_STEP = {
    400: "The cluster did not understand the request; check the value that it names.",
    401: "Check onefs_user and onefs_password, and that the account may use the platform API (ISI_PRIV_LOGIN_PAPI).",
    403: "Give the account the missing privilege, or the license that the message names, and run again.",
    404: "Check the name on the cluster, and run again.",
    409: "Another change is under way or stands against this one; look at what the message names, and run again.",
    503: "The cluster is busy or a service restarts; run again in a moment.",
}
_NEXT_STEP_OTHERWISE = "Look at the cluster's events ('isi event events list') and run again."


class OnefsError(Exception):
    """The base of all: whatever an operator has to be told."""

    def __init__(self, message: str, details: t.Mapping[str, t.Any] | None = None) -> None:
        """Keep the message, and what was found out until then for the result of the task."""
        # Much of it is a cluster's own words; a module's message goes to a terminal.
        self.message = "\n".join(printable(line) for line in message.split("\n"))
        super().__init__(self.message)
        self.details: dict[str, t.Any] = dict(details or {})


class MissingLibrary(OnefsError):
    """A Python package that is needed for this is not installed."""

    def __init__(self, doing: str, package: str, where: str = "on the controller") -> None:
        """Say what needs the package, and how to get it."""
        super().__init__(
            f"{doing}: the Python package '{package}' is not installed {where}. Install it there with 'pip install {package}'."
        )


class NotReached(OnefsError):
    """A state was waited for until the deadline, and did not come."""


class BadOption(OnefsError):
    """An option of a task has a value that does not fit; nothing was changed."""


class Refused(OnefsError):
    """What was asked for does not fit what the clusters hold; nothing was changed."""

    #: What was asked for, as an operator calls it.
    what = "run"

    def __init__(self, reasons: t.Sequence[str]) -> None:
        """Keep every reason, and make one message of them."""
        self.reasons = list(reasons)
        listed = " ".join(f"({number}) {reason}" for number, reason in enumerate(self.reasons, 1))
        super().__init__(
            f"The {self.what} was refused before anything was changed: {listed} Mend what is named, and run the same playbook again."
        )


class WrongCluster(OnefsError):
    """Another cluster answers than the one that is meant."""


class UnexpectedAnswer(OnefsError):
    """A cluster answered with something that cannot be understood."""


class NodesMissing(OnefsError):
    """An answer that must cover every node does not."""


class LeaseLost(OnefsError):
    """The lease of this run is not on a cluster any more, or cannot be written there."""


class PapiUnreachable(OnefsError):
    """No answer came from the platform API: name, network, TLS or time-out."""


class PapiError(OnefsError):
    """The platform API answered with an error."""

    def __init__(self, status: int, code: str, text: str, method: str, path: str, host: str) -> None:
        """Keep each part of the answer; ``code`` is empty where OneFS gives none, as for a refused login."""
        self.status = status
        self.code = code
        self.text = text
        self.method = method
        self.path = path
        self.host = host
        answer = f"{status} {code}".rstrip()
        next_step = _NEXT_STEP.get(status, _NEXT_STEP_OTHERWISE)
        super().__init__(
            f"{method} {path} on {host}: the cluster answered {answer}: {printable(text.rstrip('. '))}. {next_step}"
        )


class ShellUnreachable(OnefsError):
    """No SSH session came about: name, network, host key, authentication or time-out."""


class ShellError(OnefsError):
    """A command over SSH failed or did not end in time."""
