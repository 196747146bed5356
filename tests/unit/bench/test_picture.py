# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of the cutovers: a bar for each who moved the zone, as long as it took, legible on light and dark pages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from bench.picture import PARTS, TEXT, draw

SVG = "{http://www.w3.org/2000/svg}"


def run(job: float, network: float, command: float, call: float, overhead: float) -> dict[str, Any]:
    busy = {"job": job, "network": network, "command": command, "call": call}
    return {"busy_seconds": busy, "overhead_seconds": overhead}


RUNS = {
    "ours, smartconnect": [run(10, 2, 0.5, 1, 0.25), run(10, 2, 0.5, 1, 0.35), run(11, 2, 0.5, 1, 0.3)],
    "peer & <others>": [run(10, 2, 0, 3, 15)],
}


def widths(svg: ElementTree.Element) -> dict[str, float]:
    """Return the parts of the bars by what they say when a pointer rests on them."""
    return {
        str(title.text): float(rect.attrib["width"])
        for rect in svg.iter(f"{SVG}rect")
        for title in rect.iter(f"{SVG}title")
    }


def test_bars_are_as_long_as_the_medians() -> None:
    found = widths(ElementTree.fromstring(draw(RUNS)))
    assert found["peer & <others>, nobody busy: 15.00 s"] == pytest.approx(
        found["ours, smartconnect, jobs: 10.00 s"] * 1.5, abs=0.2
    )
    assert "ours, smartconnect, nobody busy: 0.30 s" in found
    assert "peer & <others>, commands: 0.00 s" not in found


def test_all_is_inside_and_text_is_text() -> None:
    svg = ElementTree.fromstring(draw(RUNS))
    _left, _top, width, height = map(float, svg.attrib["viewBox"].split())
    for rect in svg.iter(f"{SVG}rect"):
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width
        assert float(rect.attrib["y"]) + float(rect.attrib["height"]) <= height
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"ours, smartconnect", "peer & <others>", *(word for _path, word, _colour in PARTS)} <= set(texts)
    assert "30.0 s, 15.00 s nobody busy" in texts
    assert svg.attrib["aria-label"]


def test_colours_are_seen_on_light_and_on_dark_pages() -> None:
    """At least 2.5:1 for areas, 4:1 for text, against white and against the darkest page (WCAG 2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert set(re.findall("#[0-9a-f]{6}", draw(RUNS))) == {TEXT, *(colour for _path, _word, colour in PARTS)}
    for colour, least in ((TEXT, 4.0), *((colour, 2.5) for _path, _word, colour in PARTS)):
        seen = luminance(colour) + 0.05
        assert min(1.05 / seen, seen / 0.05) >= least, colour


def test_a_cutover_of_parts_of_a_second_has_a_scale_too() -> None:
    assert "0.1 s" in draw({"floor": [run(0.2, 0.1, 0, 0.1, 0.01)]})
