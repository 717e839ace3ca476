"""An answer of a language model: what is kept of it, and why it cannot be used."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.S)
_THOUGHTS = re.compile(r"<think>.*?</think>", re.S)


class NotAnAnswerError(Exception):
    """The body of a response is no chat completion, so the request can be sent again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The content of an answer. flaw: why it cannot be used, "" if it can.

    input_tokens, output_tokens: as the server states them, 0 if it does not.
    """

    content: str
    flaw: str = ""
    input_tokens: int = 0
    output_tokens: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def answer_of(body: bytes) -> Answer:
    """Return the answer in the body of a response. Raises NotAnAnswerError if the body is no chat completion."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAnAnswerError("the response is not JSON") from None
    if not isinstance(found, dict):
        raise NotAnAnswerError("the response is not an object")
    choices = found.get("choices")
    if not isinstance(choices, list) or not choices:
        stated = found.get("error")
        raise NotAnAnswerError(
            f"the response has an error: {stated!r:.200}" if stated else "the response has no choices"
        )
    if not isinstance(choices[0], dict) or not isinstance(choices[0].get("message"), dict):
        raise NotAnAnswerError("the response has no message")
    message, usage = choices[0]["message"], found.get("usage")
    tokens = [_count(usage, name) for name in ("prompt_tokens", "completion_tokens")]
    content = message.get("content")
    flaw = _flaw(message, choices[0].get("finish_reason"), len(choices))
    return Answer(content if isinstance(content, str) else "", flaw, *tokens)


def _flaw(message: dict[str, Any], finish: object, choices: int) -> str:
    if choices > 1:
        return "the answer has several choices instead of one"
    if message.get("tool_calls") or message.get("function_call"):
        return "the answer is a tool call"
    if message.get("refusal"):
        return "the model refused to answer"
    if finish == "length":
        return "the answer was cut at max_tokens; increase it, or make the window shorter"
    if finish == "content_filter":
        return "the content filter of the server removed the answer"
    content = message.get("content")
    if content is None or content == "":
        return "the answer is empty"
    return "" if isinstance(content, str) else "the content of the answer is not text"


def _count(usage: object, name: str) -> int:
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if type(value) is int and 0 <= value < 1_000_000_000 else 0


def parsed(content: str, name: str, most: int) -> tuple[list[Any], str]:
    """Return the list `name` of the JSON object of an answer, or [] and why there is none.

    most: maximum length of the list; a longer one is not used at all.
    """
    words = _THOUGHTS.sub("", content).strip()
    fenced = _FENCED.fullmatch(words)
    try:
        found = json.loads(fenced[1] if fenced else words)
    except (ValueError, RecursionError):
        return [], "the answer is not JSON"
    if not isinstance(found, dict) or not isinstance(found.get(name), list):
        return [], f"the answer has no list {name}"
    if len(found[name]) > most:
        return [], f"the list {name} of the answer has more than {most} entries"
    return found[name], ""
