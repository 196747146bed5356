# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as one HTML page that needs nothing else. Private to the collection.

It is rendered with Jinja2, which ansible-core brings along, with every value escaped and every control character made visible: names
that come from a cluster or a client are hostile until shown harmless.
"""

from __future__ import annotations

import functools
import typing as t

try:
    import jinja2
    import markupsafe

    HAS_JINJA2 = True
except ImportError:
    HAS_JINJA2 = False

from .._onefs.errors import MissingLibrary
from .._onefs.printable import printable
from .at_risk_page import CLIENTS_PART, FILES_PART, NOTICES_PART
from .rehearsal_report import NO_HISTORY
from .report_page_parts import CHART, CONFIGURATION_PART, LOSS_PART, READINESS_PART, STEPS_PART, SYNC_PART
from .report_style import POLICY, SCRIPT, STYLE
from .report_summary import amount, in_words, looked_for, who_serves
from .report_timeline import run_chart, wait_chart
from .zone_configuration import KINDS

TONES = {
    "succeeded": "good",
    "checked": "good",
    "unchanged": "good",
    "rolled_back": "warn",
    "refused": "warn",
    "taken_over": "warn",
}

PAGE = (
    CHART
    + """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy|safe }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{% if report.rehearsal is defined %}REHEARSAL: {% endif %}SMB failover of {{ report.scope.access_zone }}: {{ report.result }}</title>
<style>{{ style|safe }}</style>
</head>
<body>
<a class="skip" href="#steps">To the steps</a>
<header>
{% if report.rehearsal is defined %}
<p class="stamp">REHEARSAL, level {{ report.rehearsal.level }}</p>
{% endif %}
<h1>SMB failover: {{ report.source }} to {{ report.target }}</h1>
<div class="verdict {{ tone }}">{{ report.verdict|replace("rolled_back:", "rolled back:") }}
{% for line in report.message.split("\n") if line %}<p>{{ line }}</p>{% endfor %}</div>
</header>
<main>
<ul class="figures">
{% if report.cutover_seconds is not none %}<li><b>{{ "%.1f"|format(report.cutover_seconds) }} s</b><span>cutover: fence to target online</span></li>{% endif %}
{% if waited is not none and report.cutover_seconds is none %}<li><b>{{ "%.1f"|format(waited) }} s</b><span>clients waited</span></li>{% endif %}
{% if report.clients.connected and looked_for %}
<li><b{% if report.clients.missing %} class="warn"{% endif %}>
{{ report.clients.connected|length - report.clients.missing|length }} of {{ report.clients.connected|length }}</b><span>clients back on {{ serves }}</span></li>
{% endif %}
{% if report.client is defined %}
<li><b>{{ report.client.lost }}</b><span>acknowledged writes lost of {{ report.client.acknowledged }}</span></li>
<li><b>{{ report.client.corrupted }}</b><span>corrupted</span></li>
<li><b>{{ "%.1f"|format(report.client.longest_pause_seconds) }} s</b><span>longest pause of the client</span></li>
<li><b>{{ report.client.remounts }}</b><span>remounts</span></li>
{% endif %}
</ul>
<dl>
<dt>Access zone</dt><dd>{{ report.scope.access_zone }}</dd>
<dt>Served by</dt><dd>{{ serves }}</dd>
<dt>Method</dt><dd>{{ report.method }}</dd>
{% if report.scope.pools %}<dt>Pools</dt><dd>{% for pool in report.scope.pools %}{{ pool.source }} &rarr; {{ pool.target }}
{%- if pool.paired_by %} ({{ pool.paired_by }}){% endif %}{{ "<br>"|safe if not loop.last }}{% endfor %}</dd>{% endif %}
<dt>Run</dt><dd>{{ report.run_id or ("none: nothing was moved" if report.result == "unchanged" else "none: nothing was changed") }}</dd>
</dl>
{% if report.warnings %}
<h2>Warnings</h2>
<ul>{% for warning in report.warnings %}
<li>{{ warning }}</li>{% endfor %}</ul>
{% endif %}
"""
    + LOSS_PART
    + STEPS_PART
    + """\
{% if report.clients.connected or report.clients.missing %}
<h2 id="clients">Clients</h2>
<p>Connected when the fence fell: {{ report.clients.connected|length }}.
{% if looked_for %}Not seen again afterwards: {{ report.clients.missing|join(", ") or "none" }}.{% elif report.predicted is not defined %}Nobody looked for
them afterwards.{% endif %}</p>
"""
    + CLIENTS_PART
    + """\
{% endif %}
"""
    + FILES_PART
    + SYNC_PART
    + CONFIGURATION_PART
    + READINESS_PART
    + NOTICES_PART
    + """\
<h2 id="versions">Versions and log</h2>
<dl>
<dt>Collection</dt><dd>{{ report.versions.collection or "unknown" }}</dd>
<dt>ansible-core</dt><dd>{{ report.versions.ansible_core or "unknown" }}</dd>
{% for name, release in report.versions.onefs|dictsort %}<dt>OneFS of {{ name }}</dt><dd>{{ release or "unknown" }}</dd>
{% endfor %}
<dt>Report made</dt><dd>{{ report.made[:19]|replace("T", " ") }} UTC</dd>
{% if report.log %}<dt>Log</dt><dd>{{ report.log.file }}: {{ report.log.count }} events until this report,
the last one with SHA-256 <code>{{ report.log.sha256 }}</code></dd>{% endif %}
</dl>
{% if report.log %}<p>The playbook <code>seamless.smb_failover.verify_report</code>
says whether the log and this report are as they were written.</p>{% endif %}
</main>
<footer>Open handles do not survive a move between two clusters; clients open their files again by path.</footer>
<script>{{ script|safe }}</script>
</body>
</html>
"""
)


def render_page(report: t.Mapping[str, t.Any]) -> str:
    """Return the report as one HTML page."""
    if not HAS_JINJA2:
        raise MissingLibrary("Rendering the report", "jinja2")
    whole, waiting = run_chart(report), wait_chart(report)
    return _template().render(
        report=dict(report),
        tone=TONES.get(str(report["result"]), "bad"),
        serves=who_serves(report),
        waited=None if waiting is None else waiting.shade_width_percent * waiting.span_seconds / 100,
        whole=whole,
        waiting=waiting,
        looked_for=looked_for(report),
        no_history=NO_HISTORY,
        kinds=KINDS,
        amount=amount,
        told=in_words,
        policy=POLICY,
        style=STYLE,
        script=SCRIPT,
    )


@functools.lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_visible
    )
    return environment.from_string(PAGE)


def _visible(value: t.Any) -> t.Any:
    """Return a value without what steers a terminal or turns the direction of writing; markup is our own."""
    return printable(value) if isinstance(value, str) and not isinstance(value, markupsafe.Markup) else value
