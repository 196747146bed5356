# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every end of a run has a report in every form; its JSON is as the schema says, and no name does anything in any of them."""

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_files import stats, write_report
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_junit import render_junit
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_markdown import (
    plain,
    render_markdown,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_page import render_page
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_style import DARK, LIGHT, SCRIPT
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_summary import (
    amount,
    in_words,
    summary,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_timeline import (
    run_chart,
    wait_chart,
)
from unit.plugins.module_utils._failover.report_samples import ENDS, HOSTILE, SCHEMA, faults_of, hostile, made

EVERY_END = pytest.mark.parametrize("end", ENDS)
EVERY_NAME = pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))


class Page(HTMLParser):
    """The elements of a page, each with its attributes, and its headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@EVERY_END
def test_json_is_as_the_schema_says(end: str) -> None:
    assert faults_of(json.loads(json.dumps(made(end)))) == []


@pytest.mark.parametrize(
    "change",
    [
        {"result": "fine"},
        {"cutover_seconds": -1},
        {"made": "yesterday"},
        {"extra": 1},
        {"steps": [{"name": "fence"}]},
        {"log": {"file": "x", "count": 1, "sha256": "x"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_schema_refuses_what_is_no_report(change: dict[str, object]) -> None:
    assert faults_of({**made("succeeded"), **change})


@EVERY_END
def test_every_end_has_every_form(end: str, tmp_path) -> None:
    report = made(end)
    paths, head = write_report(report, str(tmp_path))
    assert [path.rpartition("/")[2] for path in paths] == [
        "report.json",
        "report.html",
        "report.md",
        "report.junit.xml",
    ]
    assert head is None
    assert summary(report, paths)[0] == report["verdict"]
    told = stats(report, paths, head)
    assert (told["result"], told["files"]) == (report["result"], paths)


@pytest.mark.parametrize(
    ("end", "served", "failures"),
    [
        ("succeeded", "newyork", []),
        ("rolled_back", "boston", ["run", "final_sync"]),
        ("stopped", "newyork", ["run", "reprotect"]),
        ("half_way", "unknown", ["run", "prove"]),
        ("refused", "unknown", ["run", "licenses_valid"]),
        ("unchanged", "newyork", []),
        ("taken_over", "unknown", ["run", "prove"]),
        ("checked", "boston", []),
        ("copy_failed", "boston", ["run", "client_visit"]),
        ("unplanned", "newyork", []),
        ("unplanned_undone", "nobody", ["run", "allow_writes"]),
    ],
)
def test_ci_fails_by_what_went_wrong_and_only_by_that(end: str, served: str, failures: list[str]) -> None:
    report = made(end)
    root = ElementTree.fromstring(render_junit(report))
    assert [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None] == failures
    assert int(root.get("failures")) == len(failures)
    assert int(root.get("tests")) == len(list(root.iter("testcase")))
    assert f"| Served by | {served} |" in render_markdown(report)


def test_ci_says_what_was_waived_and_what_only_warns() -> None:
    root = ElementTree.fromstring(render_junit(made("succeeded")))
    skipped = {
        case.get("name"): case.find("skipped").get("message")
        for case in root.iter("testcase")
        if case.find("skipped") is not None
    }
    assert skipped == {
        "every client came back": "not seen again: 198.51.100.102",
        "only_smb": "waived: read-only",
        "rehearsed_lately": "warn, failed: Was it tried out?",
    }
    times = {case.get("name"): case.get("time") for case in root.iter("testcase")}
    assert times["fence"] == "1.100"


@EVERY_NAME
def test_no_name_does_anything_on_the_page(name: str) -> None:
    plain_page, page = Page(render_page(hostile("usual"))), Page(render_page(hostile(name)))
    assert [element[0] for element in page.elements] == [element[0] for element in plain_page.elements]
    assert [sorted(element[1]) for element in page.elements] == [sorted(element[1]) for element in plain_page.elements]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", page.rawdata)


@EVERY_NAME
def test_no_name_does_anything_in_the_other_forms(name: str, tmp_path) -> None:
    report = hostile(name)
    write_report(report, str(tmp_path))
    usual, text = (render_markdown(hostile(one)) for one in ("usual", name))
    assert len(text.split("\n")) == len(usual.split("\n"))
    assert all(line.isprintable() for line in text.split("\n"))
    assert not re.search(r"(?<!\\)[`<{]|(?<!\\)\]\(|[a-z]://|www\.", text)
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in text.split("\n")]
    assert cells == [line.count("|") for line in usual.split("\n")]
    root, plain_root = (ElementTree.fromstring(render_junit(hostile(one))) for one in (name, "usual"))
    assert [element.tag for element in root.iter()] == [element.tag for element in plain_root.iter()]
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["source"] == name


def test_markdown_stays_readable() -> None:
    assert plain("2026-05-04T12:00:00+00:00 pre_sync (9.10.0.0)") == "2026-05-04T12:00:00+00:00 pre_sync (9.10.0.0)"
    assert [plain(text) for text in ("- a", "12. a", "# a", "_a_", "a|b")] == [
        "\\- a",
        "12\\. a",
        "\\# a",
        "\\_a\\_",
        "a\\|b",
    ]


@EVERY_END
def test_the_page_can_be_used_without_eyes(end: str) -> None:
    text = render_page(made(end))
    elements = Page(text).elements
    tags = [element[0] for element in elements]
    assert [tags.count(one) for one in ("h1", "main", "header", "footer", "title")][:4] == [1, 1, 1, 1]
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in elements if tag == "th")
    ids = [element[1]["id"] for element in elements if "id" in element[1]]
    assert len(ids) == len(set(ids))
    for tag, attributes in elements:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert set(str(attributes["aria-labelledby"]).split()) <= set(ids)
    assert [attributes["lang"] for tag, attributes in elements if tag == "html"] == ["en"]
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import", text.replace(SCRIPT, ""))


@pytest.mark.parametrize("inks", [LIGHT, DARK], ids=["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(inks: dict[str, str]) -> None:
    for ink in ("ink", "dim", "cut", "good", "warn", "bad"):
        for paper in ("paper", "panel"):
            assert contrast(inks[ink], inks[paper]) >= 4.5, (ink, paper)
    for ink in ("ink", "dim"):
        assert contrast(inks[ink], inks["shade"]) >= 4.5, ink
    for ink in ("bar", "cut", "client", "bad"):
        assert min(contrast(inks[ink], inks[paper]) for paper in ("paper", "shade")) >= 3, ink


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG counts it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return how bright a colour is."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_picture_shows_how_long_each_client_waited() -> None:
    picture = wait_chart(made("succeeded"))
    lanes = {lane.label: lane for lane in picture.lanes}
    assert picture.span_seconds == 7.5
    assert (lanes["198.51.100.101"].words, lanes["198.51.100.101"].kind) == ("back by 7.5 s", "client")
    assert lanes["198.51.100.102"].kind == "gone"
    assert (lanes["fence"].left_percent, lanes["fence"].kind, lanes["wake"].kind) == (0, "cut", "step")
    assert "plan" not in lanes
    assert (
        round(picture.shade_width_percent * picture.span_seconds / 100, 1)
        == made("succeeded")["cutover_seconds"]
        == 5.1
    )


def test_clients_of_a_run_that_was_undone_waited_until_the_source_was_back() -> None:
    picture = wait_chart(made("rolled_back"))
    assert (picture.span_seconds, picture.shade_width_percent) == (7.5, 100)
    assert {lane.label: lane.kind for lane in picture.lanes}["final_sync"] == "failed"


@EVERY_END
def test_a_picture_never_leaves_its_frame(end: str) -> None:
    for picture in (run_chart(made(end)), wait_chart(made(end))):
        for lane in picture.lanes if picture else ():
            assert 0 <= lane.left_percent <= lane.left_percent + lane.width_percent <= 100.01
        assert picture is None or 1 < len(picture.ticks) <= 6


def test_nobody_waits_where_nothing_moved() -> None:
    assert [wait_chart(made(end)) for end in ("checked", "refused", "nothing_known", "rehearsed")] == [None] * 4
    assert run_chart(made("nothing_known")) is None


def test_nothing_is_said_of_clients_for_whom_nobody_looked() -> None:
    report = made("rolled_back")
    assert "Nobody looked for" in render_page(report) and "clients back on" not in render_page(report)
    assert not any("clients back" in line for line in summary(report, []))
    assert "nobody looked for the clients afterwards" in render_junit(report)
    assert "clients back on newyork: 1 of 2" in summary(made("succeeded"), [])


def test_sizes_are_for_people() -> None:
    assert [amount(one) for one in (0, 1023, 1024, 5_000_000, 3 << 50)] == [
        "0 bytes",
        "1023 bytes",
        "1.0 KiB",
        "4.8 MiB",
        "3072.0 TiB",
    ]


def test_what_differs_stands_side_by_side() -> None:
    changes = made("succeeded")["configuration"]["changes"]
    assert {(one["cluster"], one["kind"], one["field"], one["before"] is None) for one in changes} == {
        ("boston", "pools", "sc_dns_zone", False),
        ("boston", "shares", "", False),
        ("newyork", "policies", "", True),
    }
    assert "Nothing differs" in render_page(made("rolled_back"))
    assert made("half_way")["configuration"] is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "(empty)"),
        ([{"iface": "ext-1", "lnn": 1}, {"iface": "ext-2", "lnn": 2}], "1:ext-1, 2:ext-2"),
        ([{"low": "192.0.2.1", "high": "192.0.2.9"}], "192.0.2.1-192.0.2.9"),
        (["/ifs/data", "/ifs/home"], "/ifs/data, /ifs/home"),
        ([{"lnn": 1, "another": 2}], '[{"lnn": 1, "another": 2}]'),
        (False, "false"),
    ],
)
def test_a_value_of_a_configuration_is_written_as_people_do(value: Any, words: str) -> None:
    assert in_words(value) == words
