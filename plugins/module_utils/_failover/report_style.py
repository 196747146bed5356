# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the page of a report looks, and the script that sorts its tables. Private to the collection.

The page is whole without the script. The policy of the page lets no other script run and nothing be loaded, should a name ever get past the escaping.
"""

from __future__ import annotations

import base64
import hashlib

# Each ink has a contrast of 4.5 or more on its paper, each edge of 3 or more: tests count it.
LIGHT = {
    "ink": "#1b1f24",
    "dim": "#57606a",
    "paper": "#ffffff",
    "panel": "#f6f8fa",
    "line": "#d0d7de",
    "bar": "#6e7781",
    "cut": "#a8327b",
    "shade": "#fbe8f3",
    "client": "#0a58b5",
    "good": "#1a6e33",
    "warn": "#8a5300",
    "bad": "#b81d28",
}
DARK = {
    "ink": "#e6edf3",
    "dim": "#a3adb8",
    "paper": "#0d1117",
    "panel": "#161b22",
    "line": "#3d444d",
    "bar": "#8b949e",
    "cut": "#f778ba",
    "shade": "#33192a",
    "client": "#6cb0ff",
    "good": "#4ac26b",
    "warn": "#e3a33c",
    "bad": "#ff7b72",
}


def _inks(inks: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in inks.items())


STYLE = (
    f"""
:root {{ color-scheme: light dark; {_inks(LIGHT)} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {_inks(DARK)} }} }}
"""
    + """
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p, li, dd, .wide { overflow-wrap: anywhere; } td, th { overflow-wrap: break-word; }
.verdict { border-left: .4rem solid var(--dim); background: var(--panel); padding: .75rem 1rem; margin: 1rem 0; font-weight: 600; font-size: 1.1rem; }
.verdict.good { border-color: var(--good); } .verdict.bad { border-color: var(--bad); } .verdict.warn { border-color: var(--warn); }
.verdict p { margin: .25rem 0 0; font-weight: 400; font-size: 1rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .verdict, .verdict p { color: var(--ink); }
.dim, small { color: var(--dim); } small { font-size: .85rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
.figures li { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem; }
.figures b { display: block; font-size: 1.5rem; line-height: 1.25; } .figures span { color: var(--dim); font-size: .9rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; } dt { color: var(--dim); } dd { margin: 0; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid var(--client); }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
caption { text-align: left; color: var(--dim); padding: .25rem 0; }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; min-width: 4.5rem; }
thead th { border-bottom: 2px solid var(--line); white-space: nowrap; } tbody th { font-weight: 500; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .wide { min-width: 12rem; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit; }
th button::after { content: "\\a0\\2195"; color: var(--dim); }
th[aria-sort=ascending] button::after { content: "\\a0\\2191"; }
th[aria-sort=descending] button::after { content: "\\a0\\2193"; }
ins, del { text-decoration: none; } .before { color: var(--bad); } .after { color: var(--good); }
figure { margin: 1rem 0; } figcaption { color: var(--dim); font-size: .95rem; }
svg { display: block; width: 100%; font: 13px system-ui, sans-serif; overflow: visible; }
svg text { fill: var(--ink); } svg .words { fill: var(--dim); } svg line { stroke: var(--line); } svg .track { fill: var(--line); opacity: .5; }
.step { fill: var(--bar); } .cut { fill: var(--cut); } .failed, .gone { fill: var(--bad); } .client { fill: var(--client); } .shade { fill: var(--shade); }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; background: currentColor; margin-right: .3em; }
.key.k-cut { color: var(--cut); } .key.k-step { color: var(--bar); } .key.k-client { color: var(--client); } .key.k-bad { color: var(--bad); }
.legend span { white-space: nowrap; margin-right: 1rem; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--dim); }
.stamp { border: 3px solid var(--cut); color: var(--cut); font-weight: 700; letter-spacing: .1em; text-align: center; padding: .5rem; margin: 0 0 1rem; }
footer { margin-top: 2.5rem; padding-bottom: 2rem; color: var(--dim); font-size: .9rem; } code { font-size: .9em; overflow-wrap: anywhere; }
.skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
@media (max-width: 36rem) { .wide { min-width: 8.5rem; } th, td { padding: .3rem; min-width: 3rem; }
table { font-size: .85rem; } thead th { white-space: normal; }
dl { grid-template-columns: 1fr; } dt { margin-top: .35rem; } }
/* Paths and names are long: a table may be wider than a line that is pleasant to read. */
@media screen and (min-width: 70rem) { header, main, footer { max-width: 77rem; } p, ul:not(.figures), dl { max-width: 60rem; }
.cards thead th { white-space: normal; } .cards tbody th.wide { min-width: 24rem; } }
/* A table with too many columns for a phone: each row is a card there, each cell a line with the name of its column before it. */
@media screen and (max-width: 36rem) {
.cards, .cards thead, .cards tbody, .cards tr, .cards td, .cards tbody th { display: block; }
.cards thead tr { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .25rem 0; }
.cards thead th { display: none; border: 0; padding: 0; min-width: 0; } .cards thead th:has(button) { display: block; }
.cards tbody tr { border-top: 2px solid var(--line); padding: .4rem 0; }
.cards tbody th, .cards td { border: 0; padding: .1rem 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
.cards tbody th { font-weight: 600; }
.cards td { display: flow-root; padding-left: 7rem; } .cards td:empty { display: none; }
.cards td::before { content: attr(data-label); float: left; width: 6.5rem; margin-left: -7rem; color: var(--dim); }
}
@media print {
  details::details-content { content-visibility: visible; }
  body { font-size: 10pt; } header, main, footer { max-width: none; padding: 0; } .skip, th button::after { display: none; content: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, figure, .figures, .verdict { break-inside: avoid; } h2, h3 { break-after: avoid; } thead { display: table-header-group; } .scroll { overflow: visible; }
}
"""
)

SCRIPT = """
document.querySelectorAll("table.sortable").forEach(function (table) {
  var body = table.tBodies[0], rank = { red: 0, amber: 1, green: 2 };
  function key(row, column) {
    var text = row.cells[column].textContent.trim();
    return text in rank ? rank[text] : text !== "" && isFinite(text) ? Number(text) : text.toLowerCase();
  }
  function compare(a, b) {
    return typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1;
  }
  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) { button.appendChild(head.firstChild); }
    head.appendChild(button);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      Array.prototype.slice.call(body.rows)
        .sort(function (a, b) { return (down ? -1 : 1) * compare(key(a, column), key(b, column)); })
        .forEach(function (row) { body.appendChild(row); });
    });
  });
});
"""


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = f"default-src 'none'; style-src {_hash_source(STYLE)}; script-src {_hash_source(SCRIPT)}; base-uri 'none'; form-action 'none'"
