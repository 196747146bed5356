# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a report's page that show what was at risk and who was told, as Jinja2. Private to the collection."""

from __future__ import annotations

CLIENTS_PART = """\
{% if report.at_risk and report.at_risk.clients %}
<div class="scroll" tabindex="0" role="region" aria-label="Clients">
<table class="sortable cards">
<thead><tr><th scope="col">Client</th><th scope="col">Users</th><th scope="col" class="n">Files</th><th scope="col">Mounted by address</th>
<th scope="col">NTLM</th>
<th scope="col" class="wide">Seen again</th></tr></thead>
<tbody>
{% for client in report.at_risk.clients %}
<tr><th scope="row">{{ client.address }}{% if client.name is defined and client.name %}<br><small>{{ client.name }}</small>{% endif %}
{% if client.guest is defined and client.guest %}<br><small>guest</small>{% endif %}
{% if client.old_dialect is defined and client.old_dialect %}<br><small>old dialect: {{ client.dialects|join(", ") }}</small>{% endif %}
{% if client.several_connections is defined and client.several_connections %}<br><small>several connections</small>{% endif %}</th>
<td data-label="Users">{{ client.users|default([])|join(", ") }}</td><td class="n" data-label="Files">{{ client.files }}</td>
{% for key, label in (("by_address", "Mounted by address"), ("ntlm", "NTLM")) %}
<td data-label="{{ label }}">
{%- if client[key] is defined %}{{ client[key].verdict }}{% for line in client[key].evidence %}<br><small>{{ line }}</small>{% endfor %}{% endif %}</td>
{% endfor %}
<td data-label="Seen again">{% if client.back is none %}not looked for
{% elif client.back_by_seconds_after_fence is none and client.back %}yes
{% elif client.back %}by {{ client.back_by_seconds_after_online }} s after the target was online,
{{ client.back_by_seconds_after_fence }} s after the fence{% else %}<span class="bad">no:</span> {{ client.why_missing }}{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% else %}
<p>{{ report.clients.connected|join(", ") }}</p>
{% endif %}
"""

FILES_PART = """\
{% if report.open_files %}
<h2 id="files">Open when the fence fell</h2>
<p>{{ report.open_files_total }} files. Their handles did not survive the move: clients open them again by path. OneFS names the user, not the
client; where several may be meant, all are named.</p>
<ul>
<li><b class="bad">red</b>: open for writing and locked, or its client may hold unwritten data</li>
<li><b class="warn">amber</b>: open for writing</li>
<li><b class="good">green</b>: open for reading</li>
</ul>
{% if report.at_risk and report.at_risk.recheck.counts %}
<p>Looked at on both clusters afterwards:
{% for what, number in report.at_risk.recheck.counts|dictsort %}{{ number }} {{ what|replace("_", " ") }}{{ ", " if not loop.last }}{% endfor %};
{{ report.at_risk.recheck.not_looked_at }} were not looked at.</p>
{% endif %}
<div class="scroll" tabindex="0" role="region" aria-label="Open files">
<table class="sortable cards" id="at-risk">
<thead><tr><th scope="col">Class</th><th scope="col" class="wide">File</th><th scope="col">Share</th><th scope="col">User</th><th scope="col">Client</th>
<th scope="col">For</th>
<th scope="col" class="n">Locks</th><th scope="col">On the target</th></tr></thead>
<tbody>
{% for row in report.open_files %}
<tr><td data-label="Class" class="{{ {"red": "bad", "amber": "warn", "green": "good"}[row.risk]|default("") }}">{{ row.risk }}</td>
<th scope="row" class="wide">{{ row.path }}</th><td data-label="Share">{{ row.share }}</td><td data-label="User">{{ row.user }}</td>
<td data-label="Client">{{ row.clients|join(" or ") or "unknown" }}{{ "?" if row.ambiguous }}</td>
<td data-label="For">{{ row.access }}</td><td class="n" data-label="Locks">{{ row.locks }}</td>
<td data-label="On the target" class="{{ 'bad' if row.on_target in ('missing', 'differs', 'unread', 'not_replicated') }}">
{{- row.on_target|replace("_", " ") }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% endif %}
"""

NOTICES_PART = """\
{% if report.notices %}
<h2 id="notices">Who was told</h2>
<ul>{% for one in report.notices %}
<li>{{ one.event|replace("_", " ") }}: {{ one.hook }} ({{ one.way }})
{%- if not one.told %}: <span class="bad">not told: {{ one.trouble }}</span>{% endif %}</li>{% endfor %}</ul>
{% endif %}
"""
