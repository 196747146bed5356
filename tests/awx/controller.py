# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small HTTP server that speaks those parts of AWX's API that its modules and ansible-rulebook use; no AWX is behind it.

Refuses what AWX refuses by the rules of the modules beside this one. Jobs are recorded when they are launched, and not run.
"""

from __future__ import annotations

import http.server
import json
import pathlib
import re
import threading
import urllib.parse
from typing import Any

from awx.credential_rules import refused_type
from awx.playbook_rules import playbooks
from awx.survey_rules import refused_answers, refused_survey

API = "/api/v2/"
TOKEN = "token-of-the-test"
SINGULAR = {
    "organizations": "organization",
    "credential_types": "credential_type",
    "credentials": "credential",
    "execution_environments": "execution_environment",
    "projects": "project",
    "inventories": "inventory",
    "hosts": "host",
    "groups": "group",
    "job_templates": "job_template",
    "workflow_job_templates": "workflow_job_template",
    "workflow_job_template_nodes": "workflow_job_template_node",
    "workflow_approval_templates": "workflow_approval_template",
    "notification_templates": "notification_template",
}
# What AWX fills in where nothing was said, as far as the modules compare it.
DEFAULTS: dict[str, dict[str, Any]] = {"hosts": {"enabled": True}, "job_templates": {"survey_spec": {}}}
TEMPLATES = ("job_templates", "workflow_job_templates", "projects")
ASSOCIATIONS = {
    "hosts": "hosts",
    "credentials": "credentials",
    "success_nodes": "workflow_job_template_nodes",
    "failure_nodes": "workflow_job_template_nodes",
    "always_nodes": "workflow_job_template_nodes",
    "notification_templates_approvals": "notification_templates",
    "notification_templates_error": "notification_templates",
}
Answer = tuple[int, Any]


class Refused(Exception):
    """AWX would answer 400."""


class Controller:
    """The objects, and a server that hands them out while it is entered."""

    def __init__(self, project: pathlib.Path) -> None:
        self.objects: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in SINGULAR}
        self.links: dict[tuple[str, int, str], list[int]] = {}
        self.launched: list[dict[str, Any]] = []
        self.changes: list[str] = []
        self._playbooks = playbooks(project)
        self._lock = threading.Lock()
        self._number = 0
        controller = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length)
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    code, body = 401, {"detail": "Authentication credentials were not provided."}
                else:
                    code, body = controller.answer(self.command, self.path, json.loads(raw) if raw else {})
                data = b"" if code == 204 else json.dumps(body).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.send_header("X-API-Product-Name", "AWX")
                self.send_header("X-API-Product-Version", "24.6.1")
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = _answer

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Controller:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    # What the tests ask

    def named(self, kind: str, name: str) -> dict[str, Any]:
        """Return the one object of this name."""
        (found,) = [one for one in self.objects[kind].values() if one.get("name", one.get("identifier")) == name]
        return found

    def linked(self, kind: str, number: int, link: str) -> list[str]:
        """Return the names of what an object is linked with."""
        objects = self.objects[ASSOCIATIONS[link]]
        numbers = self.links.get((kind, number, link), [])
        return [objects[one].get("identifier") or objects[one]["name"] for one in numbers]

    # What the server answers

    def answer(self, method: str, path: str, data: dict[str, Any]) -> Answer:
        """Answer one request."""
        parsed = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(parsed.query, keep_blank_values=True))
        parts = parsed.path.removeprefix(API).strip("/").split("/")
        if method != "GET":
            self.changes.append(f"{method} {parsed.path}")
        with self._lock:
            try:
                return self._route(method, parts, query, data)
            except Refused as refused:
                return 400, {"__all__": [str(refused)], "error": str(refused)}

    def _route(self, method: str, parts: list[str], query: dict[str, str], data: dict[str, Any]) -> Answer:
        kind = parts[0]
        if kind == "config":
            return 200, {"version": "24.6.1"}
        if kind == "workflow_jobs" and len(parts) == 1:
            asked = query.get("id__in", "").split(",")
            return 200, {"count": 0, "next": None, "results": [job for job in self.launched if str(job["id"]) in asked]}
        if kind == "workflow_jobs":
            return 200, self.launched[int(parts[1]) - 1]
        if kind == "unified_job_templates" and len(parts) == 1:
            return 200, _page([one for name in TEMPLATES for one in self.objects[name].values()], query)
        if kind not in self.objects:
            return 404, {"detail": "Not found."}
        if len(parts) == 1:
            if method == "POST":
                return 201, self._create(kind, data)
            return 200, _page(list(self.objects[kind].values()), query)
        item = self.objects[kind].get(int(parts[1]))
        if item is None:
            return 404, {"detail": "Not found."}
        if len(parts) == 2:
            if method == "PATCH":
                self._check(kind, {**item, **data})
                item.update(_stored(kind, data))
            return 200, item
        return self._sub(method, kind, item, parts[2], data)

    def _create(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        self._check(kind, data)
        self._number += 1
        url = f"{API}{kind}/{self._number}/"
        item = {**DEFAULTS.get(kind, {}), **_stored(kind, data)}
        item |= {"id": self._number, "url": url, "type": SINGULAR[kind], "summary_fields": {}, "scm_revision": ""}
        item["related"] = {name: f"{url}{name}/" for name in ("survey_spec", "launch", "hosts")}
        organization = self.objects["organizations"].get(data.get("organization") or 0)
        if organization:
            item["summary_fields"] = {"organization": {"name": organization["name"]}}
        for name in ("limit", "labels", "inventory", "variables"):
            item.setdefault(f"ask_{name}_on_launch", False)
        self.objects[kind][self._number] = item
        return item

    def _check(self, kind: str, item: dict[str, Any]) -> None:
        if kind == "credential_types":
            why = refused_type(item["inputs"], item["injectors"])
            if why:
                raise Refused(why)
        if kind == "credentials":
            fields = self.objects["credential_types"][item["credential_type"]]["inputs"]
            if not set(fields["required"]) <= set(item["inputs"]) <= {field["id"] for field in fields["fields"]}:
                raise Refused("Inputs are missing, or there are more than the type has.")
        if kind == "job_templates" and item["playbook"] not in self._playbooks:
            raise Refused("Playbook not found for project.")
        if kind == "workflow_job_template_nodes" and item.get("extra_data"):
            template = self._template(item["unified_job_template"])
            wrong = refused_answers(template.get("survey_spec") or {}, item["extra_data"], required=False)
            if wrong:
                raise Refused("; ".join(wrong))

    def _template(self, number: int) -> dict[str, Any]:
        return next(self.objects[kind][number] for kind in TEMPLATES if number in self.objects[kind])

    def _sub(self, method: str, kind: str, item: dict[str, Any], sub: str, data: dict[str, Any]) -> Answer:
        if sub == "survey_spec":
            if method == "GET":
                return 200, item.get("survey_spec") or {}
            why = refused_survey(data)
            if why:
                raise Refused(why)
            item["survey_spec"] = data
            return 200, {}
        if sub == "create_approval_template":
            approval = self._create("workflow_approval_templates", data)
            item["unified_job_template"] = approval["id"]
            item["related"]["unified_job_template"] = approval["url"]
            return 201, approval
        if sub == "launch" and method == "POST":
            return self._launch(kind, item, data)
        # An approval's template has no links; its node has.
        if sub not in ASSOCIATIONS or kind == "workflow_approval_templates":
            return 404, {"detail": "Not found."}
        numbers = self.links.setdefault((kind, item["id"], sub), [])
        if method == "GET":
            return 200, _page([self.objects[ASSOCIATIONS[sub]][number] for number in numbers], {})
        numbers.remove(data["id"]) if data.get("disassociate") else numbers.append(data["id"])
        return 204, None

    def _launch(self, kind: str, item: dict[str, Any], data: dict[str, Any]) -> Answer:
        answers = data.get("extra_vars") or {}
        answers = json.loads(answers) if isinstance(answers, str) else answers
        wrong = refused_answers(item.get("survey_spec") or {}, answers)
        if wrong:
            return 400, {"variables_needed_to_start": wrong}
        number = len(self.launched) + 1
        job = {
            "id": number,
            "url": f"{API}workflow_jobs/{number}/",
            "template": item["name"],
            "kind": kind,
            "extra_vars": answers,
            "status": "successful",
            "type": "workflow_job",
            "created": "2026-01-31T22:04:05Z",
            "artifacts": {},
        }
        self.launched.append(job)
        return 201, job


def _page(objects: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
    wanted = {key: value for key, value in query.items() if not key.startswith(("or__", "page"))}
    found = [one for one in objects if all(str(one.get(key)) == value for key, value in wanted.items())]
    return {"count": len(found), "next": None, "results": found}


def _stored(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return what AWX keeps and shows: types that were left out are filled in, and secrets are hidden."""
    stored = json.loads(json.dumps(data))
    if kind == "credential_types":
        for field in stored.get("inputs", {}).get("fields", []):
            field.setdefault("type", "string")
    if kind == "credentials":
        hidden = re.compile("password|key")
        stored["inputs"] = {
            name: "$encrypted$" if hidden.search(name) and value else value for name, value in stored["inputs"].items()
        }
    return stored
