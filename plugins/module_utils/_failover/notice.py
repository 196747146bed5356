# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people are told of a failover: when it is coming, when it starts, and when it is over.

Private to the collection. The text is made by a pure function from what is no secret, and sent by mail and to web addresses. Nothing
that goes wrong here is an error of the failover: it is written down, and the failover goes on.
"""

from __future__ import annotations

import email.message
import json
import smtplib
import socket
import ssl
import time
import typing as t
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from .._onefs.printable import printable

if t.TYPE_CHECKING:
    from .._onefs.progress import Progress

ANNOUNCE, START, COMPLETE, ROLLED_BACK = "announce", "start", "complete", "rolled_back"
EVENTS = (ANNOUNCE, START, COMPLETE, ROLLED_BACK)
WORKERS = 8

HOOK_OPTIONS: dict[str, t.Any] = {
    "name": {"type": "str", "default": ""},
    "events": {"type": "list", "elements": "str", "choices": list(EVENTS), "default": list(EVENTS)},
    "mail_to": {"type": "list", "elements": "str", "default": []},
    "mail_from": {"type": "str", "default": "smb-failover@localhost"},
    "mail_host": {"type": "str", "default": "localhost"},
    "mail_port": {"type": "int", "default": 25},
    "mail_starttls": {"type": "bool", "default": False},
    "mail_user": {"type": "str", "default": ""},
    "mail_password": {"type": "str", "default": "", "no_log": True},
    "webhook": {"type": "str", "default": "", "no_log": True},
    "webhook_token": {"type": "str", "default": "", "no_log": True},
    "tasks": {"type": "str", "default": ""},
}
ARGUMENT_SPEC: dict[str, t.Any] = {
    "event": {"type": "str", "choices": list(EVENTS), "required": True},
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "access_zone": {"type": "str", "required": True},
    "names": {"type": "list", "elements": "str", "default": []},
    "mode": {"type": "str", "default": "planned"},
    "rehearsal_level": {"type": "int", "default": 0},
    "run_id": {"type": "str", "default": ""},
    "at_risk": {"type": "dict", "default": {}},
    "missing_clients": {"type": "list", "elements": "str", "default": []},
    "bad_files": {"type": "list", "elements": "str", "default": []},
    "hooks": {"type": "list", "elements": "dict", "required": True, "options": HOOK_OPTIONS},
    "timeout_seconds": {"type": "int", "default": 10},
}


def compose(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what is told: a subject, a text for people, and the same for machines."""
    event, zone = str(params["event"]), printable(str(params["access_zone"]))
    source, target = printable(str(params["source_name"])), printable(str(params["target_name"]))
    names = ", ".join(printable(str(name)) for name in params["names"]) or f"access zone {zone}"
    stamp = "REHEARSAL: " if params["rehearsal_level"] else ""
    nobody = params["mode"] == "unplanned"
    subject, body = {
        ANNOUNCE: (
            f"{names} will move to {target}",
            f"The shares of {names} will move from {source} to {target} soon. Save your work and close your files, and wait for the "
            "message that it is complete before you go on.",
        ),
        START: (
            f"{names} is moving to {target} now",
            f"The shares of {names} are moving from {source} to {target} now and do not answer for a moment. Do not create, save or close "
            "files until the message comes that it is complete.",
        ),
        COMPLETE: (
            f"{names} is served by {target}: complete",
            f"The move is complete: the shares of {names} are served by {target}. You may go on working; nothing has to be mounted again.",
        ),
        ROLLED_BACK: (
            f"{names} was not moved",
            f"The move was cancelled and undone. Nobody serves the shares of {names} yet."
            if nobody
            else f"The move was cancelled and undone: the shares of {names} are served by {source} as before. You may go on working.",
        ),
    }[event]
    lines = [body]
    if nobody and event != ROLLED_BACK:
        lines.append(f"{source} has failed: what was written there after its last replication may be missing.")
    if stamp:
        lines.append(f"This is a rehearsal of level {params['rehearsal_level']}.")
    risk = {key: int(params["at_risk"].get(key) or 0) for key in ("red", "amber", "green")} if params["at_risk"] else {}
    missing = [printable(one) for one in params["missing_clients"]]
    bad = [printable(one) for one in params["bad_files"]]
    if event == COMPLETE and missing:
        lines.append(f"Not seen again so far: {', '.join(missing[:20])}{' and more' if len(missing) > 20 else ''}.")
    if event == COMPLETE and bad:
        lines.append(f"Look at these files: {', '.join(bad[:20])}{' and more' if len(bad) > 20 else ''}.")
    return {
        "subject": f"{stamp}{subject}",
        "text": "\n".join(lines),
        "event": event,
        "rehearsal": bool(params["rehearsal_level"]),
        "mode": params["mode"],
        "source": source,
        "target": target,
        "access_zone": zone,
        "names": [printable(str(name)) for name in params["names"]],
        "run_id": params["run_id"],
        "at_risk": risk,
        "missing_clients": missing,
        "bad_files": bad[:100],
    }


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Tell everybody, side by side; returns who could not be told and why, and never fails."""
    notice = compose(params)
    hooks = [hook for hook in params["hooks"] if params["event"] in hook["events"]]
    direct = [(way, hook) for hook in hooks for way in ("mail", "webhook") if hook["mail_to" if way == "mail" else way]]
    tasks = [{"name": label(hook, at), "file": hook["tasks"]} for at, hook in enumerate(hooks) if hook["tasks"]]
    outcomes = [
        _row(notice, label(hook, at), "none", "it has no mail_to, no webhook and no tasks")
        for at, hook in enumerate(hooks)
        if not (hook["mail_to"] or hook["webhook"] or hook["tasks"])
    ]
    if check_mode:
        would = [*(f"{way} {label(hook, hooks.index(hook))}" for way, hook in direct), *(one["name"] for one in tasks)]
        progress(f"notify: would tell '{notice['subject']}' to {', '.join(would) or 'nobody'}")
        return {"changed": bool(would), "notice": notice, "would_tell": would, "tasks": [], "outcomes": outcomes}
    timeout = float(params["timeout_seconds"])

    def tell(one: tuple[str, t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
        way, hook = one
        started = time.monotonic()
        try:
            (send_mail if way == "mail" else send_webhook)(hook, notice, timeout)
            trouble = ""
        except (OSError, ValueError, smtplib.SMTPException, urllib.error.URLError) as error:
            trouble = harmless(error, hook)
        return {**_row(notice, label(hook, hooks.index(hook)), way, trouble), "seconds": time.monotonic() - started}

    if direct:
        with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="notify") as workers:
            outcomes += workers.map(tell, direct)
    for outcome in outcomes:
        progress(f"notify: {outcome['hook']}: {outcome['trouble'] or 'told'}")
    return {"changed": bool(direct), "notice": notice, "would_tell": [], "tasks": tasks, "outcomes": outcomes}


def label(hook: t.Mapping[str, t.Any], at: int) -> str:
    """Return what a hook is called; never its address, which may hold a token."""
    return printable(str(hook["name"])) or f"hook {at + 1}"


def send_mail(hook: t.Mapping[str, t.Any], notice: t.Mapping[str, t.Any], timeout_seconds: float) -> None:
    """Send a mail."""
    mail = email.message.EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = notice["subject"], hook["mail_from"], ", ".join(hook["mail_to"])
    mail.set_content(notice["text"])
    with smtplib.SMTP(hook["mail_host"], hook["mail_port"], timeout=timeout_seconds) as server:
        if hook["mail_starttls"]:
            server.starttls(context=ssl.create_default_context())
        if hook["mail_user"]:
            server.login(hook["mail_user"], hook["mail_password"])
        server.send_message(mail)


def send_webhook(hook: t.Mapping[str, t.Any], notice: t.Mapping[str, t.Any], timeout_seconds: float) -> None:
    """Post the notice as JSON; ``text`` is what chat services show."""
    if urllib.parse.urlsplit(hook["webhook"]).scheme not in {"http", "https"}:
        raise ValueError("the address of the webhook is neither http nor https")
    headers = {"Content-Type": "application/json"}
    if hook["webhook_token"]:
        headers["Authorization"] = f"Bearer {hook['webhook_token']}"
    body = json.dumps({**notice, "text": f"{notice['subject']}\n{notice['text']}"}).encode()
    request = urllib.request.Request(hook["webhook"], data=body, headers=headers, method="POST")
    # A redirection would carry the token to somebody else.
    with urllib.request.build_opener(_NoRedirection).open(request, timeout=timeout_seconds):
        return


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Follows no redirection."""

    def redirect_request(self, *args: t.Any, **kwargs: t.Any) -> None:
        return None


def harmless(error: Exception, hook: t.Mapping[str, t.Any]) -> str:
    """Say what went wrong without an address or a password that may be a secret."""
    text = printable(f"{type(error).__name__}: {error}")[:300]
    if isinstance(error, socket.timeout):
        text = "no answer in time"
    for secret in (hook["webhook"], hook["webhook_token"], hook["mail_password"]):
        if secret:
            text = text.replace(secret, "***")
    return text


def _row(notice: t.Mapping[str, t.Any], hook: str, way: str, trouble: str) -> dict[str, t.Any]:
    return {"event": notice["event"], "hook": hook, "way": way, "told": not trouble, "trouble": trouble}
