"""A request to a language model, and the key under which its answer is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from graphkit.llm.limits import estimated_tokens
from graphkit.llm.settings import Form, Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked about a part of one report.

    system: instructions. data: what they are applied to, as a JSON object. name, schema: of the form of the answer.
    report: id of the report, for messages only.
    """

    system: str
    data: dict[str, Any]
    name: str
    schema: dict[str, Any]
    report: str

    def messages(self) -> list[dict[str, str]]:
        """Return the messages. The text of the report is a value in a JSON object, so that it cannot end its part."""
        return [
            {"role": "system", "content": self.system},
            {"role": "user", "content": json.dumps(self.data, ensure_ascii=False)},
        ]

    def key(self, settings: Settings) -> str:
        """Return a hash of all that the answer depends on."""
        parts = {
            "url": settings.url.rstrip("/"),
            "model": settings.model,
            "messages": self.messages(),
            "schema": self.schema,
            "form": settings.form.value,
            "max_tokens": settings.max_tokens,
            "parameters": settings.parameters,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()

    def tokens(self, form: Form = Form.schema) -> int:
        """Return a high estimate of the number of input tokens."""
        schema = json.dumps(self.schema, ensure_ascii=False) if form is Form.schema else ""
        return estimated_tokens("".join(m["content"] for m in self.messages()) + schema)


def response_format(request: Request, form: Form) -> dict[str, Any]:
    """Return the parameter `response_format` for a form, {} for text."""
    if form is Form.schema:
        schema = {"name": request.name, "strict": True, "schema": request.schema}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}
    return {"response_format": {"type": "json_object"}} if form is Form.json else {}
