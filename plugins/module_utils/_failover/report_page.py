# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report, as a Jinja2 template. Private to the collection."""

from __future__ import annotations

from .at_risk_page import CLIENTS_PART, FILES_PART, NOTICES_PART

PAGE = (
    """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{% if report.rehearsal is defined %}REHEARSAL: {% endif %}SMB failover of {{ report.scope.access_zone }}: {{ report.result }}</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --paper: #fff; --line: #d1d9e0; --bar: #8c959f; --cut: #bf3989;
  --good: #1a7f37; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --paper: #0d1117; --line: #3d444d; --bar: #656c76;
  --cut: #f778ba; --good: #3fb950; --bad: #f85149; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.verdict { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.figures li { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.figures b { display: block; font-size: 1.6rem; line-height: 1.2; }
.figures span { color: var(--dim); font-size: .9rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: middle; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.lane { width: 45%; } svg { display: block; width: 100%; height: 14px; }
.bar { fill: var(--bar); } .bar.cut { fill: var(--cut); } footer { margin-top: 2rem; color: var(--dim); font-size: .9rem; }
.stamp { border: 3px solid var(--cut); color: var(--cut); font-weight: 700; letter-spacing: .1em; text-align: center; padding: .5rem; }
@media print { body { margin: 0; } }
</style>
</head>
<body>
{% if report.rehearsal is defined %}
<p class="stamp">REHEARSAL, level {{ report.rehearsal.level }}</p>
{% endif %}
<h1>SMB failover: {{ report.source }} to {{ report.target }}</h1>
<p class="verdict {{ 'good' if report.result in ('succeeded', 'checked') else 'bad' }}">
{{ report.result }}
{% if report.message is defined and report.message %}: {{ report.message }}{% endif %}</p>
<p>Access zone <b>{{ report.scope.access_zone }}</b>, method {{ report.method }}, pools
{% for pool in report.scope.pools %}{{ pool.source }} &rarr; {{ pool.target }}
{%- if pool.paired_by %} ({{ pool.paired_by }}){% endif %}{{ ", " if not loop.last }}{% endfor %}.</p>
<ul class="figures">
{% if report.cutover_seconds is not none %}<li><b>{{ "%.1f"|format(report.cutover_seconds) }} s</b><span>cutover: fence to target online</span></li>{% endif %}
{% if report.client is defined %}
<li><b>{{ report.client.lost }}</b><span>acknowledged writes lost of {{ report.client.acknowledged }}</span></li>
<li><b>{{ report.client.corrupted }}</b><span>corrupted</span></li>
<li><b>{{ "%.1f"|format(report.client.longest_pause_seconds) }} s</b><span>longest pause of the client</span></li>
<li><b>{{ report.client.remounts }}</b><span>remounts</span></li>
{% endif %}
</ul>
{% if report.predicted is defined %}
<h2>What each step will take, by earlier runs</h2>
<table>
<thead><tr><th>Step</th><th class="n">Seconds</th></tr></thead>
<tbody>
{% for step in report.predicted %}
<tr><td>{{ step.name }}</td><td class="n">{{ no_history if step.seconds is none else "%.3f"|format(step.seconds) }}</td></tr>
{% endfor %}
</tbody>
</table>
{% endif %}
<h2>Steps{{ ", as they were checked" if report.predicted is defined }}</h2>
<table>
<thead><tr><th>Step</th><th>Started (UTC)</th><th class="n">Seconds</th><th>Changed</th><th class="lane">Timeline</th></tr></thead>
<tbody>
{% for step in report.steps %}
{% set bar = bars[loop.index0] %}
<tr><td>{{ step.name }}</td><td>{{ step.started[11:23] }}</td><td class="n">{{ "%.3f"|format(step.seconds) }}</td><td>{{ "yes" if step.changed else "no" }}</td>
<td class="lane">
<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{{ bar.seconds }} seconds">
<rect class="bar{{ ' cut' if bar.cutover }}" x="{{ bar.left }}" y="1" width="{{ bar.width }}" height="8"/></svg></td></tr>
{% endfor %}
</tbody>
</table>
<p>In the steps drawn in colour neither cluster serves. A client may notice later that the target does: that is what "wake" is for.</p>
{% if report.clients is defined and report.clients %}
<h2>Clients</h2>
<p>Connected when the fence fell: {{ report.clients.connected|join(", ") or "none" }}.
Not seen on the target afterwards: {{ report.clients.missing|join(", ") or "none" }}.</p>
"""
    + CLIENTS_PART
    + """\
{% endif %}
{% if report.unplanned is defined and report.unplanned %}
<h2>Possible loss</h2>
<ul>{% for point in report.unplanned.loss_window.points %}
<li>{{ point.path }}: what was written on {{ report.source }} after {{ point.point_time }}
{{ "(its last replication had not finished)" if point.unfinished }}</li>{% endfor %}</ul>
<p>Nothing of {{ report.source }} answered {{ report.unplanned.witnesses|join(", ") }}. What is known of it is of
{{ report.unplanned.loss_window.known_as_of }}. Outside fence: {{ report.unplanned.outside_fence }}.</p>
<p>Clients last seen there: {{ report.unplanned.loss_window.clients_last_seen|join(", ") or "none" }}. Files last seen open for writing:
{{ report.unplanned.loss_window.files_last_seen_open|map(attribute="path")|join(", ") or "none" }}.</p>
{% endif %}
"""
    + FILES_PART
    + NOTICES_PART
    + """\
{% if report.pre_sync_rounds is defined and report.pre_sync_rounds %}
<h2>Replicated while clients worked</h2>
<ul>{% for round in report.pre_sync_rounds %}
<li>Round {{ round.number }}: {{ "%.1f"|format(round.seconds) }} s, {{ round.files }} files, {{ round.bytes }} bytes</li>{% endfor %}</ul>
{% endif %}
{% if report.unfulfilled is defined and report.unfulfilled %}
<h2>Not fulfilled when the run began</h2>
<table>
<thead><tr><th>Check</th><th>Counts as</th><th>Evidence</th><th>Waived, because</th></tr></thead>
<tbody>
{% for check in report.unfulfilled %}
<tr><td>{{ check.title }}<br><small>{{ check.id }}</small></td><td>{{ check.severity }}{{ ", unknown" if check.status == "unknown" }}</td>
<td>{% for line in check.evidence %}{{ line }}{{ "" if loop.last else "<br>"|safe }}{% endfor %}</td>
<td>{{ check.waiver_reason if check.waived else "" }}</td></tr>
{% endfor %}
</tbody>
</table>
{% endif %}
{% if report.warnings is defined and report.warnings %}
<h2>Warnings</h2>
<ul>{% for warning in report.warnings %}
<li>{{ warning }}</li>{% endfor %}</ul>
{% endif %}
<footer>Open handles do not survive a move between two clusters; clients open their files again by path. Run {{ report.run_id }}.</footer>
</body>
</html>
"""
)
