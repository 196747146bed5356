# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a report's page that show what was at risk and who was told, as Jinja2. Private to the collection."""

from __future__ import annotations

CLIENTS_PART = """\
{% if report.at_risk is defined and report.at_risk.clients %}
<table>
<thead><tr><th>Client</th><th>Users</th><th class="n">Files</th><th>Mounted by address</th><th>NTLM</th><th>Back on the target</th></tr></thead>
<tbody>
{% for client in report.at_risk.clients %}
<tr><td>{{ client.address }}{% if client.name is defined and client.name %}<br><small>{{ client.name }}</small>{% endif %}
{% if client.guest is defined and client.guest %}<br><small>guest</small>{% endif %}
{% if client.old_dialect is defined and client.old_dialect %}<br><small>old dialect: {{ client.dialects|join(", ") }}</small>{% endif %}
{% if client.several_connections is defined and client.several_connections %}<br><small>several connections</small>{% endif %}</td>
<td>{{ client.users|default([])|join(", ") }}</td><td class="n">{{ client.files }}</td>
{% for key in ("by_address", "ntlm") %}
<td>{% if client[key] is defined %}{{ client[key].verdict }}{% for line in client[key].evidence %}<br><small>{{ line }}</small>{% endfor %}{% endif %}</td>
{% endfor %}
<td>{% if client.back is none %}not looked for{% elif client.back %}by {{ client.back_by_seconds_after_online }} s after the target was online,
{{ client.back_by_seconds_after_fence }} s after the fence{% else %}<span class="bad">no:</span> {{ client.why_missing }}{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
{% endif %}
"""

FILES_PART = """\
{% if report.open_files is defined and report.open_files %}
<h2>Open when the fence fell</h2>
<p>{{ report.open_files_total }} files. Their handles did not survive the move: clients open them again by path. OneFS names the user, not the
client; where several may be meant, all are named. Red: open for writing and locked, or its client may hold unwritten data. Amber: open for
writing. Green: open for reading.</p>
{% if report.at_risk is defined and report.at_risk.recheck.counts %}
<p>Looked at on both clusters afterwards:
{% for what, number in report.at_risk.recheck.counts|dictsort %}{{ number }} {{ what|replace("_", " ") }}{{ ", " if not loop.last }}{% endfor %};
{{ report.at_risk.recheck.not_looked_at }} were not looked at.</p>
{% endif %}
<table>
<thead><tr><th>Class</th><th>File</th><th>Share</th><th>User</th><th>Client</th><th>For</th><th class="n">Locks</th><th>On the target</th></tr></thead>
<tbody>
{% for row in report.open_files %}
<tr><td>{{ row.risk|default("") }}</td><td>{{ row.path }}</td><td>{{ row.share|default("") }}</td><td>{{ row.user }}</td>
<td>{{ row.clients|join(" or ") or "unknown" }}{{ "?" if row.ambiguous is defined and row.ambiguous }}</td>
<td>{{ row.access }}</td><td class="n">{{ row.locks }}</td>
<td class="{{ 'bad' if row.on_target|default('') in ('missing', 'differs', 'unread', 'not_replicated') }}">
{{ row.on_target|default("")|replace("_", " ") }}</td></tr>
{% endfor %}
</tbody>
</table>
{% endif %}
"""

NOTICES_PART = """\
{% if report.notices is defined and report.notices %}
<h2>Who was told</h2>
<ul>{% for one in report.notices %}
<li>{{ one.event|replace("_", " ") }}: {{ one.hook }} ({{ one.way }})
{% if not one.told %}: <span class="bad">not told: {{ one.trouble }}</span>{% endif %}</li>{% endfor %}</ul>
{% endif %}
"""
