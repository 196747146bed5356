# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/sync/reports and /sync/target/reports: what jobs came to, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..allocation import Document
from ..synciq import Job, SyncIq
from ..synciq_documents import report_document, report_id
from .answers import Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route

_FILTERS = ("policy_name", "state", "newer_than", "reports_per_policy", "summary")
#: Reports of each policy when nobody says how many: 8.0.1 describes 10, later releases 1.
_PER_POLICY = {True: "10", False: "1"}

_Kept = Callable[[], Iterable[Job]]
_Show = Callable[[Job, int], Document]


class SyncIqReportsApi:
    """Handlers of reports."""

    def __init__(self, sync: SyncIq) -> None:
        self._sync = sync

    def routes(self) -> list[Route]:
        found = []
        for uri, kept, show in (
            ("/sync/reports", lambda: self._sync.reports, report_document),
            ("/sync/target/reports", lambda: self._sync.target_reports, self._at_target),
        ):
            side = _Side(self._sync, kept, show)
            found += [
                Route("GET", uri, side.list_reports, (*LIST_ARGUMENTS, *_FILTERS)),
                Route("GET", uri + "/{report}", side.get_report),
                Route("GET", uri + "/{report}/subreports", side.list_subreports, (*LIST_ARGUMENTS, *_FILTERS)),
                Route("GET", uri + "/{report}/subreports/{subreport}", side.get_subreport),
            ]
        return [
            *found,
            Route("GET", "/sync/reports-rotate", self.rotation),
            Route("POST", "/sync/reports-rotate", self.rotate),
        ]

    def _at_target(self, job: Job, version: int) -> Document:
        """Show a report as the target does: where the data came from and went to instead of the policy."""
        document = report_document(job, version)
        del document["policy"], document["policy_action"]
        source = self._sync.peer.host if self._sync.peer is not None else ""
        return {**document, "source_host": source, "target_path": job.policy["target_path"]}

    def rotation(self, request: Request) -> Answer:
        return Answer.of({"running": False, "message": "Report rotation is not running."})

    def rotate(self, request: Request) -> Answer:
        """Forget what is more or older than the settings let be kept."""
        with self._sync.lock:
            oldest = self._sync.clock.now() - self._sync.settings["report_max_age"]
            for kept in (self._sync.reports, self._sync.target_reports):
                seen: Counter[str] = Counter()
                for job in list(reversed(kept)):
                    seen[job.policy_name] += 1
                    too_many = seen[job.policy_name] > self._sync.settings["report_max_count"]
                    if too_many or (job.ended or 0) < oldest:
                        kept.remove(job)
        return Answer.of({"message": "Report rotation has run."}, status=201)


class _Side:
    """The reports of jobs that this cluster ran, or of those that it was the target of."""

    def __init__(self, sync: SyncIq, kept: _Kept, show: _Show) -> None:
        self._sync = sync
        self._kept = kept
        self._show = show

    def _newest_first(self) -> list[Job]:
        with self._sync.lock:
            return list(self._kept())[::-1]

    def list_reports(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            wanted = query.get("policy_name", [""])[0]
            since = _number(query, "newer_than", "0")
            reports = [
                self._show(job, request.version)
                for job in self._newest_first()
                if wanted in ("", job.policy_name) and (job.ended or 0) >= since
            ]
            state = query.get("state", [""])[0]
            reports = [one for one in reports if state in ("", one["state"])]
            return _newest_of_each(reports, _number(query, "reports_per_policy", _PER_POLICY[request.version < 7]))

        return list_answer(request, "reports", listing)

    def _job(self, request: Request) -> Job:
        for job in self._newest_first():
            if report_id(job) == request.names["report"]:
                return job
        raise Refusal("AEC_NOT_FOUND", f"Report '{request.names['report']}' not found.")

    def _subreport(self, job: Job, version: int) -> Document:
        """Show the one run that the job was."""
        return {**self._show(job, version), "id": "1"}

    def get_report(self, request: Request) -> Answer:
        return Answer.of({"reports": [self._show(self._job(request), request.version)]})

    def list_subreports(self, request: Request) -> Answer:
        job = self._job(request)

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            return [self._subreport(job, request.version)]

        return list_answer(request, "subreports", listing)

    def get_subreport(self, request: Request) -> Answer:
        found = self._subreport(self._job(request), request.version)
        if request.names["subreport"] != found["id"]:
            raise Refusal("AEC_NOT_FOUND", f"Subreport '{request.names['subreport']}' not found.")
        return Answer.of({"subreports": [found]})


def _number(query: Mapping[str, list[str]], name: str, default: str) -> int:
    text = query.get(name, [default])[0]
    if not text.isdigit():
        raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{text}' for argument '{name}'", name)
    return int(text)


def _newest_of_each(reports: Sequence[Document], number: int) -> list[Document]:
    seen: dict[str, int] = {}
    kept = []
    for report in reports:
        seen[report["policy_name"]] = seen.get(report["policy_name"], 0) + 1
        if seen[report["policy_name"]] <= number:
            kept.append(report)
    return kept
