# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The at-risk report as lines for people. Private to the collection; pure.

Every name comes from a client: what would steer a terminal or break a line is shown as an escape, and long ones are cut.
"""

from __future__ import annotations

import typing as t

from .._onefs.printable import printable

SHOWN_ROWS = 100
WIDEST = {"file": 60, "share": 20, "user": 24, "client": 40, "why": 70}


def cut(text: str, width: int) -> str:
    """Return a text that fits; of a path the end tells more than the beginning."""
    text = printable(text)
    return text if len(text) <= width else "..." + text[3 - width :]


def table(host: str, result: t.Mapping[str, t.Any]) -> list[str]:
    """Return the whole report in lines."""
    counts = result["summary"]
    lines = [
        f"{host}, access zone {printable(str(result['access_zone']))}: {counts['total']} open files of which {counts['red']} are red, "
        f"{counts['amber']} amber, {counts['green']} green; of {counts['ambiguous']} it is not certain which client has them open"
    ]
    lines += file_lines(result["open_files"][:SHOWN_ROWS], result["open_files_total"])
    lines += client_lines(result["client_details"])
    lines += [f"not shown by OneFS: {printable(one)}" for one in result["unlisted"]]
    lines += [f"not understood: {printable(one)}" for one in result["problems"]]
    return lines


def file_lines(rows: t.Sequence[t.Mapping[str, t.Any]], total: int) -> list[str]:
    """Return the files in columns."""
    if not rows:
        return []
    cells = [("class", "file", "share", "user", "client", "for", "locks")]
    for row in rows:
        client = " or ".join(row["clients"]) or "?"
        cells.append(
            (
                str(row["risk"]),
                cut(str(row["path"]), WIDEST["file"]),
                cut(str(row["share"]) or "-", WIDEST["share"]),
                cut(str(row["user"]), WIDEST["user"]),
                cut(client, WIDEST["client"] - 1) + ("?" if row["ambiguous"] and row["clients"] else ""),
                str(row["access"]),
                str(row["locks"]),
            )
        )
    lines = columns(cells)
    if total > len(rows):
        lines.append(f"and {total - len(rows)} more")
    return lines


def client_lines(clients: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Return the clients in columns, with what is out of the ordinary about them."""
    if not clients:
        return []
    cells = [("client", "name", "by address", "remarks")]
    for client in clients[:SHOWN_ROWS]:
        remarks = [
            word
            for word, holds in (
                ("guest", client["guest"]),
                ("old dialect", client["old_dialect"]),
                (
                    f"NTLM {client['ntlm']['verdict']} ({client['ntlm']['strength']})",
                    client["ntlm"]["verdict"] == "yes",
                ),
                ("several connections", client["several_connections"]),
                ("no session shown", not client["has_session"]),
            )
            if holds
        ]
        verdict = client["by_address"]["verdict"]
        strength = client["by_address"]["strength"]
        cells.append(
            (
                printable(str(client["address"])),
                cut(str(client["name"]) or "-", WIDEST["client"]),
                f"{verdict} ({strength})" if strength else verdict,
                ", ".join(remarks) or "-",
            )
        )
    lines = columns(cells)
    if len(clients) > SHOWN_ROWS:
        lines.append(f"and {len(clients) - SHOWN_ROWS} more clients")
    return lines


def columns(cells: t.Sequence[t.Sequence[str]]) -> list[str]:
    """Return rows of words, each column as wide as its widest word."""
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    return ["  " + "  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip() for row in cells]
