# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page in a real browser: it asks nobody for anything, complains of nothing, fits a phone, and no name does anything.

Pictures lie in ``.build/report-pictures`` afterwards, for whoever wants to look at them.
"""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_files import report_of
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_page import render_page
from unit.plugins.module_utils._failover.chromium import Chromium
from unit.plugins.module_utils._failover.report_samples import (
    ENDS,
    HOSTILE,
    ROOT,
    START,
    hostile,
    long_names,
    made,
)

PICTURES = ROOT / ".build" / "report-pictures"
PHONE, DESK = 390, 1200


@pytest.fixture
def page(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "report.html"
    path.write_text(render_page(made("succeeded")), encoding="utf-8")
    return path


@pytest.mark.parametrize("end", ["succeeded", "rolled_back", "stopped", "refused", "unchanged", "checked"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_it_fits_the_screen_and_needs_nothing_else(
    browser: Chromium, tmp_path: pathlib.Path, end: str, width: int
) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_page(made(end)), encoding="utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)
    browser.requests.clear()
    browser.complaints.clear()
    for dark in (False, True):
        browser.open(path, width=width, dark=dark)
        assert browser.ask("document.documentElement.scrollWidth") <= width
        assert browser.ask("getComputedStyle(document.body).backgroundColor") == (
            "rgb(13, 17, 23)" if dark else "rgb(255, 255, 255)"
        )
        browser.picture(PICTURES / f"{end}-{width}-{'dark' if dark else 'light'}.png")
    assert set(browser.requests) == {path.as_uri()}
    assert browser.complaints == []


def test_words_of_the_picture_stay_readable_on_a_phone(browser: Chromium, page: pathlib.Path) -> None:
    browser.open(page, width=PHONE)
    heights = browser.ask(
        "Array.from(document.querySelectorAll('svg text'), text => text.getBoundingClientRect().height)"
    )
    assert min(heights) >= 12
    outside = "Array.from(document.querySelectorAll('svg text')).filter(text => text.getBoundingClientRect().right > innerWidth).length"
    assert browser.ask(outside) == 0


def test_a_table_is_sorted_by_a_click_and_from_the_keyboard(browser: Chromium, page: pathlib.Path) -> None:
    browser.open(page)
    column = "Array.from(document.querySelector('#at-risk').tBodies[0].rows, row => row.cells[{}].textContent.trim())"
    click = "document.querySelector('#at-risk').tHead.rows[0].cells[{}].querySelector('button').click()"
    assert browser.ask(column.format(0)) == ["red", "amber", "green"]
    browser.ask(click.format(6))
    assert browser.ask(column.format(6)) == ["0", "9", "10"]
    browser.ask(click.format(6))
    assert browser.ask(column.format(6)) == ["10", "9", "0"]
    assert browser.ask("document.querySelectorAll('#at-risk [aria-sort]').length") == 1
    assert browser.ask("document.querySelector('#at-risk [aria-sort]').getAttribute('aria-sort')") == "descending"
    browser.ask(click.format(1))
    assert browser.ask(column.format(1)) == sorted(browser.ask(column.format(1)))
    browser.ask(click.format(0))
    assert browser.ask(column.format(0)) == ["red", "amber", "green"]
    browser.ask("document.querySelector('#at-risk th button').focus()")
    assert browser.ask("document.activeElement.tagName") == "BUTTON"


def test_without_scripts_everything_is_there(browser: Chromium, page: pathlib.Path) -> None:
    browser.open(page, script=False)
    # The debugger may still ask where the page may not run anything.
    assert browser.ask("document.querySelectorAll('#at-risk tbody tr').length") == 3
    assert browser.ask("document.querySelectorAll('th button').length") == 0


def test_it_prints(browser: Chromium, page: pathlib.Path) -> None:
    browser.open(page, dark=True)
    paper = browser.printed()
    assert paper.startswith(b"%PDF-")
    browser._ask(
        "Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}]
    )
    assert browser.ask("getComputedStyle(document.body).color") == "rgb(27, 31, 36)"


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_stays_a_name(browser: Chromium, tmp_path: pathlib.Path, name: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_page(hostile(name)), encoding="utf-8")
    browser.requests.clear()
    browser.complaints.clear()
    browser.open(path)
    assert browser.ask("document.title").startswith("SMB failover of ")
    assert browser.ask("document.querySelectorAll('img, iframe, a:not(.skip), [onerror], [onmouseover]').length") == 0
    assert browser.ask("document.scripts.length") == 1
    assert set(browser.requests) == {path.as_uri()}
    assert browser.complaints == []


def test_the_policy_stops_what_would_get_past_the_escaping(browser: Chromium, page: pathlib.Path) -> None:
    text = page.read_text(encoding="utf-8")
    injected = "<script>document.title='owned'</script><img src='http://198.51.100.9/x.png' onerror=\"document.title='owned'\">"
    page.write_text(text.replace("<main>", f"<main>{injected}"), encoding="utf-8")
    browser.complaints.clear()
    browser.open(page)
    assert browser.ask("document.title") != "owned"
    # That it complains shows that the tests above would have noticed.
    assert len([one for one in browser.complaints if "Content Security Policy" in one]) >= 2
    browser.complaints.clear()


@pytest.mark.parametrize("width", [320, PHONE, 768, DESK])
def test_the_name_of_a_cluster_stays_in_one_line(browser: Chromium, tmp_path: pathlib.Path, width: int) -> None:
    long = {
        "ifaces": [f"{node}:ext-1" for node in range(1, 40)],
        "sc_dns_zone": "finance-and-sales.emea.corp.example.com",
    }
    after = {name: {"pools": {"groupnet0.subnet1.sales": long}} for name in ("boston", "newyork")}
    before = {name: {"pools": {"groupnet0.subnet1.sales": {**long, "sc_dns_zone": ""}}} for name in after}
    given = {**ENDS["succeeded"], "configuration_before": before, "configuration_after": after}
    path = tmp_path / "report.html"
    path.write_text(render_page(report_of(given, START)), encoding="utf-8")
    browser.open(path, width=width)
    lines = browser.ask(
        "Array.from(document.querySelectorAll('#configuration ~ .scroll tbody th'), cell => { var all = document.createRange();"
        " all.selectNodeContents(cell); return [cell.textContent, all.getClientRects().length]; })"
    )
    assert ["newyork", 1] in lines
    assert [name for name, count in lines if name in after and count > 1] == []


WIDER_THAN_THEIR_PLACE = (
    "Array.from(document.querySelectorAll('.scroll')).filter(part => part.scrollWidth > part.clientWidth)"
    ".map(part => part.getAttribute('aria-label'))"
)


@pytest.mark.parametrize("end", ["succeeded", "rolled_back", "stopped", "unchanged", "checked"])
def test_on_a_phone_no_column_is_cut_off(browser: Chromium, tmp_path: pathlib.Path, end: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_page(made(end)), encoding="utf-8")
    browser.open(path, width=PHONE)
    assert browser.ask(WIDER_THAN_THEIR_PLACE) == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [360, PHONE, 1280])
def test_long_names_leave_every_column_in_sight(
    browser: Chromium, tmp_path: pathlib.Path, width: int, script: bool
) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_page(report_of(long_names(), START + 60)), encoding="utf-8")
    browser.open(path, width=width, script=script)
    assert browser.ask(WIDER_THAN_THEIR_PLACE) == []
    # Of a card each line says what it is; without the script there is nothing to sort by.
    first = "getComputedStyle(document.querySelector('#at-risk tbody td'), '::before').content"
    assert browser.ask(first) == ('"Class"' if width < 600 else "none")
    shown = "Array.from(document.querySelectorAll('#at-risk thead th')).filter(head => head.offsetWidth).length"
    assert browser.ask(shown) == (8 if script or width > 600 else 0)
