# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of documentation that lists every error, made from the places that make them."""

from __future__ import annotations

import re
import textwrap

from error_catalogue.parts import Parts, take_apart
from error_catalogue.sites import FILTER_ERROR, ErrorClass, FailingTask, Site, error_classes, failing_tasks, sites

PATH = "docs/errors.md"
COLUMNS = 140
INTRODUCTION = """\
# Errors

<!-- Written by tools/error-docs from the code and the roles themselves. Change those, then run it. -->

Each message has three parts: what was tried, what came back, and what to do next (here after **Next**). A word in *italics* is filled in
when it happens; whatever a cluster says is shown in printable characters only. Where a step of a failover fails, the message of the run
also says what was undone, who serves, and how to go on: [tasks that end a run](#tasks-that-end-a-run).

What readiness finds is in [readiness.md](readiness.md), each check with its remedy.

## What a module says
"""
TASKS = """\
## Tasks that end a run

Ansible shows the name of the task, and then its message.
"""


def page() -> str:
    """Return the whole page."""
    text = [INTRODUCTION]
    made = sites()
    for one in sorted(error_classes(), key=lambda one: one.name):
        of_class = [site for site in made if site.error == one.name]
        if one.for_operator and of_class:
            text.append(_section(one, of_class))
    others = [site for site in made if site.error in {FILTER_ERROR, "module.fail_json"}]
    text.append("### Variables that can't be read\n\n" + "\n".join(_message(site) for site in others) + "\n")
    text.append(TASKS)
    text.append("\n".join(_task(task) for task in failing_tasks()) + "\n")
    return "\n".join(text)


def _section(one: ErrorClass, of_class: list[Site]) -> str:
    meaning = textwrap.fill(one.meaning.split("\n")[0].replace("``", "`"), COLUMNS)
    where = _place(one.path)
    told = (
        [_bullet(take_apart(one.template), where)]
        if one.template
        else [_message(site) for site in of_class if site.template]
    )
    listed = "".join(f"{line}\n" for line in told)
    return f"### {one.name}\n\n{meaning}\n" + (f"\n{listed}" if listed else "")


def _message(site: Site) -> str:
    return _bullet(take_apart(site.template), _place(site.path))


def _place(path: str) -> str:
    return f" (`{path.removeprefix('plugins/').removeprefix('module_utils/')}`)"


def _task(task: FailingTask) -> str:
    message = re.sub(r"\{%.*?%\}", "", task.message)
    parts = take_apart(_without_jinja(message), _without_jinja(task.name))
    return _bullet(parts, f" (`{task.path.replace('/tasks/', '/')}`)")


def _bullet(parts: Parts, where: str) -> str:
    said = parts.tried + (f": {parts.came_back}" if parts.came_back else "") + where
    lines = [said, *([f"**Next:** {parts.to_do}"] if parts.to_do else [])]
    filled = [
        textwrap.fill(_marked(line), COLUMNS - 2, break_long_words=False, break_on_hyphens=False) for line in lines
    ]
    return "- " + textwrap.indent("\\\n".join(filled), "  ").lstrip()


def _without_jinja(text: str) -> str:
    def named(found: re.Match[str]) -> str:
        words = re.findall(r"[a-z_]+", found[1].split("|")[0])
        return f"<{words[-1].removeprefix('__failover_').removeprefix('__rehearsal_').strip('_') if words else '...'}>"

    return re.sub(r"\{\{(.*?)\}\}", named, text)


def _marked(text: str) -> str:
    return re.sub(r"<([\w.]+)>", lambda found: f"*{found[1].strip('_')}*", text)
