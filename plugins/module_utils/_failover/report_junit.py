# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as JUnit XML, for what runs failovers as jobs: the outcome, each step and each readiness check is a case.

Private to the collection; pure. Only what stopped a run is a failure there; what was waived or only warns is skipped, with its words.
"""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree

from .._onefs.printable import printable
from .report_summary import looked_for

WENT_WELL = frozenset({"succeeded", "checked", "unchanged"})


def render_junit(report: t.Mapping[str, t.Any]) -> str:
    """Return the report as JUnit XML."""
    suites = [_outcome(report), _steps(report), _readiness(report)]
    root = ElementTree.Element("testsuites", {"name": clean(f"SMB failover {report['source']} to {report['target']}")})
    for suite in suites:
        root.append(suite)
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def clean(value: t.Any) -> str:
    """Return a value as text that XML may hold: control characters made visible, line breaks kept."""
    # Half a surrogate pair can be in a name of a file; it can't be in UTF-8.
    lines = str(value).encode("utf-8", "backslashreplace").decode("utf-8").split("\n")
    return "\n".join(printable(line) for line in lines)


def _outcome(report: t.Mapping[str, t.Any]) -> ElementTree.Element:
    case = _case("outcome", "run", None)
    if report["result"] not in WENT_WELL:
        _add(case, "failure", report["verdict"], report["message"], report["result"])
    back = _case("outcome", "every client came back", None)
    missing = report["clients"]["missing"]
    if report["clients"]["connected"] and not looked_for(report):
        _add(back, "skipped", "nobody looked for the clients afterwards")
    elif missing:
        _add(back, "skipped", f"not seen again: {', '.join(missing)}")
    return _suite("outcome", [case, back])


def _steps(report: t.Mapping[str, t.Any]) -> ElementTree.Element:
    cases = []
    for step in report["steps"]:
        case = _case("steps", step["name"], step["seconds"])
        if step["failed"]:
            _add(case, "failure", f"step {step['name']} failed", step["message"], "step")
        cases.append(case)
    return _suite("steps", cases)


def _readiness(report: t.Mapping[str, t.Any]) -> ElementTree.Element:
    cases = []
    for check in report["readiness"] or report["unfulfilled"]:
        case = _case("readiness", check["id"], None)
        evidence = "\n".join(str(line) for line in check.get("evidence") or ())
        words = f"{check['severity']}, {check['status']}: {check['title']}"
        if check["status"] == "ok":
            _add(case, "system-out", None, evidence)
        elif check.get("waived"):
            _add(case, "skipped", f"waived: {check.get('waiver_reason', '')}", evidence)
        elif check["severity"] == "block":
            _add(case, "failure", words, evidence, "readiness")
        else:
            _add(case, "skipped", words, evidence)
        cases.append(case)
    return _suite("readiness", cases)


def _suite(name: str, cases: t.Sequence[ElementTree.Element]) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", {"name": name, "tests": str(len(cases)), "errors": "0"})
    for outcome, attribute in (("failure", "failures"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(outcome) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    suite.extend(cases)
    return suite


def _case(suite: str, name: t.Any, seconds: float | None) -> ElementTree.Element:
    case = ElementTree.Element("testcase", {"classname": f"smb_failover.{suite}", "name": clean(name)})
    case.set("time", f"{seconds or 0.0:.3f}")
    return case


def _add(case: ElementTree.Element, tag: str, message: t.Any, text: t.Any = "", kind: str = "") -> None:
    element = ElementTree.SubElement(case, tag)
    if message is not None:
        element.set("message", clean(message))
    if kind:
        element.set("type", kind)
    element.text = clean(text) or None
