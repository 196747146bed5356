# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a report's page, as Jinja2: the timeline, the steps, what may be lost, sizes, configuration, readiness. Private to the collection."""

from __future__ import annotations

# One picture. Its words are in the table below it too, for whoever can't see it.
CHART = """\
{% macro chart(picture, name, title, description) %}
<svg role="img" aria-labelledby="{{ name }}-title {{ name }}-desc" height="{{ picture.height }}">
<title id="{{ name }}-title">{{ title }}</title>
<desc id="{{ name }}-desc">{{ description }}</desc>
{% if picture.shade_left_percent is not none %}
<rect class="shade" x="{{ picture.shade_left_percent }}%" y="0" width="{{ picture.shade_width_percent }}%" height="{{ picture.height - 22 }}"/>
{% endif %}
{% for tick in picture.ticks %}
<line x1="{{ tick.left_percent }}%" x2="{{ tick.left_percent }}%" y1="0" y2="{{ picture.height - 22 }}"/>
<text class="words" x="{{ tick.left_percent }}%" y="{{ picture.height - 6 }}" text-anchor="{{ tick.anchor }}">{{ tick.label }}</text>
{% endfor %}
{% for lane in picture.lanes %}
<text x="0" y="{{ lane.y + 15 }}">{{ lane.label[:40] }} <tspan class="words">{{ lane.words }}</tspan></text>
<rect class="track" x="0" y="{{ lane.y + 20 }}" width="100%" height="7" rx="2"/>
<rect class="{{ lane.kind }}" x="{{ lane.left_percent }}%" y="{{ lane.y + 20 }}" width="{{ lane.width_percent }}%" height="7" rx="2"/>
{% endfor %}
</svg>
{% endmacro %}
"""

LOSS_PART = """\
{% if report.unplanned is defined and report.unplanned %}
<h2 id="loss">Possible loss</h2>
<ul>{% for point in report.unplanned.loss_window.points %}
<li>{{ point.path }}: what was written on {{ report.source }} after {{ point.point_time }}
{{ "(its last replication had not finished)" if point.unfinished }}</li>{% endfor %}</ul>
<p>Nothing of {{ report.source }} answered {{ report.unplanned.witnesses|join(", ") }}. What is known of it is of
{{ report.unplanned.loss_window.known_as_of }}. Outside fence: {{ report.unplanned.outside_fence }}.</p>
<p>Clients last seen there: {{ report.unplanned.loss_window.clients_last_seen|join(", ") or "none" }}. Files last seen open for writing:
{{ report.unplanned.loss_window.files_last_seen_open|map(attribute="path")|join(", ") or "none" }}.</p>
{% endif %}
"""

STEPS_PART = """\
{% if report.predicted is defined %}
<h2 id="predicted">What each step will take, by earlier runs</h2>
{% if report.predicted|rejectattr("seconds", "none")|list %}
<div class="scroll" tabindex="0" role="region" aria-label="Predicted seconds">
<table>
<thead><tr><th scope="col">Step</th><th scope="col" class="n">Seconds</th></tr></thead>
<tbody>
{% for step in report.predicted %}
<tr><th scope="row">{{ step.name }}</th><td class="n">{{ no_history if step.seconds is none else "%.3f"|format(step.seconds) }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% else %}
<p>{{ no_history }}: the first run that moves this access zone makes it.</p>
{% endif %}
{% endif %}
<h2 id="steps">Timeline{{ ", as the steps were checked" if report.predicted is defined }}</h2>
{% if whole is none %}
<p>No step ran.</p>
{% endif %}
{% if waiting is not none %}
<figure>
<figcaption><h3>While clients waited</h3>
<p class="legend"><span><i class="key k-cut"></i>neither cluster serves</span> <span><i class="key k-step"></i>other steps</span>
{% if waiting.lanes|selectattr("kind", "in", ("client", "gone"))|list %}<span><i class="key k-client"></i>a client until it was seen again</span>
<span><i class="key k-bad"></i>failed, or not seen again</span>{% endif %}</p></figcaption>
{{ chart(waiting, "waiting", "What happened while clients waited", "Steps from the fence on, and each client until it was seen again; "
   ~ "%.1f"|format(waiting.span_seconds) ~ " seconds in all. The tables of steps and of clients have the figures.") }}
{% if waiting.clients_left_out %}<p class="dim">{{ waiting.clients_left_out }} more clients, which were back sooner, are in the table.</p>{% endif %}
</figure>
{% endif %}
{% if whole is not none %}
<figure>
<figcaption><h3>The whole run</h3></figcaption>
{{ chart(whole, "whole", "The steps of the run", "Each step from its start to its end, "
   ~ "%.1f"|format(whole.span_seconds) ~ " seconds in all. The table below has the figures.") }}
</figure>
<div class="scroll" tabindex="0" role="region" aria-label="Steps">
<table>
<caption>Steps in figures</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Started (UTC)</th><th scope="col" class="n">Seconds</th>
<th scope="col">{{ "Would change" if report.predicted is defined else "Changed" }}</th></tr></thead>
<tbody>
{% for step in report.steps %}
<tr><th scope="row">{{ step.name }}{% if step.failed %} <span class="bad">failed</span>{% endif %}</th><td>{{ step.started[11:21] }}</td>
<td class="n">{{ "%.3f"|format(step.seconds) }}</td><td>{{ "yes" if step.changed else "no" }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% endif %}
"""

SYNC_PART = """\
{% if report.pre_sync_rounds or report.final_sync_rounds %}
<h2 id="sync">Replicated</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Replication">
<table>
<thead><tr><th scope="col">When</th><th scope="col" class="n">Seconds</th><th scope="col" class="n">Files</th><th scope="col" class="n">Size</th></tr></thead>
<tbody>
{% for round in report.pre_sync_rounds %}
<tr><th scope="row">while clients worked, round {{ round.number }}</th><td class="n">{{ "%.1f"|format(round.seconds) }}</td><td class="n">{{ round.files }}</td>
<td class="n">{{ amount(round.bytes) }}</td></tr>
{% endfor %}
{% for round in report.final_sync_rounds %}
<tr><th scope="row">the rest, while clients waited</th><td class="n">{{ "%.1f"|format(round.seconds) }}</td><td class="n">{{ round.files }}</td>
<td class="n">{{ amount(round.bytes) }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% endif %}
"""

CONFIGURATION_PART = """\
{% if report.configuration %}
<h2 id="configuration">Configuration, before and after</h2>
{% if report.configuration.changes %}
<div class="scroll" tabindex="0" role="region" aria-label="Configuration before and after">
<table class="cards">
<thead><tr><th scope="col">Cluster</th><th scope="col" class="wide">What</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>
{% for one in report.configuration.changes %}
<tr><th scope="row">{{ one.cluster }}</th><td class="wide" data-label="What">{{ kinds[one.kind] }} {{ one.name }}
{% if one.field %}<br><small>{{ one.field }}</small>{% endif %}</td>
{% if one.before is none and not one.field %}
<td class="wide" data-label="Before"><del class="before">was not there</del></td>
<td class="wide" data-label="After"><ins class="after">is there</ins></td>
{%- elif one.after is none and not one.field %}
<td class="wide" data-label="Before"><del class="before">was there</del></td>
<td class="wide" data-label="After"><ins class="after">is gone</ins></td>
{%- elif one.kind == "shares" %}
<td class="wide" data-label="Before"></td>
<td class="wide" data-label="After"><ins class="after">changed (path, permissions or settings)</ins></td>
{%- else %}
<td class="wide" data-label="Before"><del class="before">{{ told(one.before) }}</del></td>
<td class="wide" data-label="After"><ins class="after">{{ told(one.after) }}</ins></td>
{%- endif %}
</tr>
{% endfor %}
</tbody>
</table>
</div>
{% else %}
<p>Nothing differs: pools, SyncIQ policies and shares of both clusters are as they were before the run.</p>
{% endif %}
{% endif %}
"""

READINESS_PART = """\
{% set checks = report.readiness or report.unfulfilled %}
{% if checks %}
<h2 id="readiness">Readiness</h2>
{% for title, rows, open in (
  ("Not fulfilled, or not known, when the run began", checks|rejectattr("status", "equalto", "ok")|rejectattr("waived")|list, true),
  ("Waived", checks|selectattr("waived")|list, true),
  ("Fulfilled", checks|selectattr("status", "equalto", "ok")|list, false),
) if rows %}
<h3>{{ title }}: {{ rows|length }}</h3>
<details{{ " open" if open }}><summary>The checks with their evidence</summary>
<div class="scroll" tabindex="0" role="region" aria-label="{{ title }}">
<table class="cards">
<thead><tr><th scope="col">Check</th><th scope="col">Counts as</th><th scope="col" class="wide">Evidence</th>
{%- if title == "Waived" %}<th scope="col">Waived, because</th>{% endif %}</tr></thead>
<tbody>
{% for check in rows %}
<tr><th scope="row" class="wide">{{ check.title }}<br><small>{{ check.id }}</small></th>
<td data-label="Counts as">{{ check.severity }}{{ ", unknown" if check.status == "unknown" }}</td>
<td class="wide" data-label="Evidence">{% for line in check.evidence %}{{ line }}{{ "" if loop.last else "<br>"|safe }}{% endfor %}
{% if check.status != "ok" and check.remedy|default("") %}<br><small>{{ check.remedy }}</small>{% endif %}</td>
{%- if title == "Waived" %}<td data-label="Waived, because">{{ check.waiver_reason }}</td>{% endif %}</tr>
{% endfor %}
</tbody>
</table>
</div>
</details>
{% endfor %}
{% endif %}
"""
