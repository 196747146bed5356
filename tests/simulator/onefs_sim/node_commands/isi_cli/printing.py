# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How `isi` prints a list or one object: table, list, json, csv."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence

from .layouts import Column, Document

FORMATS = ("table", "list", "json", "csv")


def list_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every list command takes."""
    parser.add_argument("-l", "--limit", type=int, default=0)
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("-a", "--no-header", action="store_true")
    parser.add_argument("-z", "--no-footer", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")


def view_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every view command takes."""
    parser.add_argument("--format", choices=("list", "json"), default="list")


def emit(lines: Sequence[str]) -> None:
    """Print lines; none of them is nothing, not an empty line: callers count lines."""
    if lines:
        print("\n".join(lines))


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], total: int, header: bool, footer: bool) -> list[str]:
    """Lay a table out. A column is as wide as its longest cell, and at least one wider than its title."""
    widths = [max([len(title) + 1, *(len(row[n]) for row in rows)]) for n, title in enumerate(titles)]
    line = "-" * (sum(widths) + len(widths) - 1)

    def shown(cells: Sequence[str]) -> str:
        return " ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))

    lines = [shown(titles), line] if header else []
    lines += [shown(row) for row in rows]
    if footer:
        lines += [line, f"Total: {total}"]
    return lines


def block(document: Document, rows: Sequence[Column]) -> list[str]:
    """Lay one object out: titles on the right of their column. A field that a release does not have has no row."""
    shown = [(row.title, row.show(document[row.field])) for row in rows if row.field in document]
    width = max((len(title) for title, _ in shown), default=0)
    return [f"{title:>{width}}: {value}".rstrip() for title, value in shown]


def print_list(
    options: argparse.Namespace, documents: Sequence[Document], columns: Sequence[Column], rows: Sequence[Column]
) -> None:
    """Print a list as the options say; with --verbose a table becomes a list, and csv gets more columns."""
    how = "list" if options.verbose and options.format == "table" else options.format
    if how == "json":
        print(json.dumps(list(documents), indent=4, sort_keys=True))
    elif how == "csv":
        chosen = rows if options.verbose else columns
        writer = csv.writer(sys.stdout, lineterminator="\n")
        if not options.no_header:
            writer.writerow([column.title for column in chosen])
        writer.writerows([_cell(document, column) for column in chosen] for document in documents)
    elif how == "table":
        cells = [[_cell(document, column) for column in columns] for document in documents]
        titles = [column.title for column in columns]
        emit(table(titles, cells, len(documents), not options.no_header, not options.no_footer))
    else:
        blocks = ["\n".join(block(document, rows)) for document in documents]
        line = "-" * 80
        between = [part for one in blocks for part in (line, one)][1:]
        emit([*between, *([] if options.no_footer else [line, f"Total: {len(documents)}"])])


def _cell(document: Document, column: Column) -> str:
    return column.show(document[column.field]) if column.field in document else "-"


def print_one(options: argparse.Namespace, document: Document, rows: Sequence[Column]) -> None:
    """Print one object as the options say."""
    if options.format == "json":
        print(json.dumps([document], indent=4, sort_keys=True))
    else:
        emit(block(document, rows))
