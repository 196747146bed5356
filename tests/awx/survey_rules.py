# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX demands of a survey, and of the answers to it, written after its source (24.6) from what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": (float, int),
}
QUESTION: dict[str, type] = {"type": str, "question_name": str, "variable": str, "required": bool}


def refused_survey(survey: Mapping[str, Any]) -> str:
    """Return why AWX would refuse a survey, empty where it takes it."""
    for field, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(survey.get(field), kind):
            return f"'{field}' is missing or no {kind.__name__}"
    if not survey["spec"]:
        return "'spec' has no questions"
    seen: set[str] = set()
    for number, question in enumerate(survey["spec"]):
        why = _refused_question(question) if isinstance(question, Mapping) else "is no object"
        if why:
            return f"question {number} {why}"
        if question["variable"] in seen:
            return f"question {number} repeats the variable {question['variable']}"
        seen.add(question["variable"])
    return ""


def _refused_question(question: Mapping[str, Any]) -> str:
    for field, kind in QUESTION.items():
        if not isinstance(question.get(field), kind):
            return f"has no {field}, or it is no {kind.__name__}"
    kind_of_question = question["type"]
    if kind_of_question not in TYPES:
        return f"has the unknown type {kind_of_question}"
    default = question.get("default", "")
    if default != "" and not isinstance(default, TYPES[kind_of_question]):
        return f"has a default of another type than {kind_of_question}"
    for limit in ("min", "max"):
        if question.get(limit) is not None and not isinstance(question[limit], int):
            return f"has a {limit} that is no whole number"
    if kind_of_question in ("multiplechoice", "multiselect"):
        if "choices" not in question:
            return "has no choices"
        defaults = [line for line in str(question.get("default", "")).splitlines() if line.strip()]
        if kind_of_question == "multiplechoice" and len(defaults) > 1:
            return "has more than one default"
        if any(one not in _choices(question) for one in defaults):
            return "has a default that is none of its choices"
    if isinstance(default, str) and default.startswith("$encrypted$"):
        return "has a default that looks encrypted"
    return ""


def _choices(question: Mapping[str, Any]) -> list[str]:
    choices = question["choices"]
    return [one for one in (choices.splitlines() if isinstance(choices, str) else choices) if one.strip()]


def refused_answers(survey: Mapping[str, Any], answers: Mapping[str, Any], *, required: bool = True) -> list[str]:
    """Return what AWX would refuse of the answers to a survey; variables that no question asks for among them."""
    questions = {question["variable"]: question for question in survey.get("spec", [])}
    refused = [f"{name} is not asked for" for name in answers if name not in questions]
    for name, question in questions.items():
        if name not in answers:
            if required and question["required"] and question.get("default") in (None, ""):
                refused.append(f"{name} is missing")
            continue
        refused += _refused_answer(name, question, answers[name])
    return refused


def _refused_answer(name: str, question: Mapping[str, Any], answer: Any) -> list[str]:
    kind = question["type"]
    if kind == "multiplechoice":
        return [] if answer in _choices(question) else [f"{name} is none of its choices"]
    if kind == "multiselect":
        good = isinstance(answer, list) and set(answer) <= set(_choices(question))
        return [] if good else [f"{name} is not among its choices"]
    # A truth value is a whole number in Python, and AWX asks for the very type.
    if isinstance(answer, bool) or not isinstance(answer, TYPES[kind]):
        return [f"{name} is no {kind}"]
    size = len(answer) if isinstance(answer, str) else answer
    if question.get("min") not in (None, "") and size < question["min"]:
        return [f"{name} is too small"]
    if question.get("max") not in (None, "") and size > question["max"]:
        return [f"{name} is too large"]
    return []
