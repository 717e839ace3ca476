"""The instructions for the language model, from the data file `prompt.toml` and the schema of the project."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphkit.errors import GrammarError
from graphkit.schema import Relation, load_schema

FILE = Path(__file__).parent / "data" / "prompt.toml"

_TEXTS = ("extract", "judge", "relation_line", "line", "example")


@cache
def prompt_file() -> dict[str, Any]:
    """Return the content of the file. Raises GrammarError if it is not valid."""
    try:
        found = tomllib.loads(FILE.read_text(encoding="utf-8"))
        if not all(isinstance(found[name], str) for name in _TEXTS) or type(found["version"]) is not int:
            raise ValueError(f"{', '.join(_TEXTS)} have to be texts, and version an integer")
        if not all(isinstance(found[name], dict) for name in ("relations", "attributes", "status")):
            raise ValueError("relations, attributes and status have to be tables")
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise GrammarError(f"{FILE.name}: the instructions for the language model are not valid: {error}") from error
    return found


def prompt_version() -> int:
    """Return the version of the instructions."""
    return int(prompt_file()["version"])


@cache
def instructions(task: str) -> str:
    """Return the system message of a task, `extract` or `judge`."""
    found, schema = prompt_file(), load_schema()
    tables = {
        "{relations}": "\n".join(_relation(r, found["relations"]) for r in schema.relations.values()),
        "{attributes}": _lines({n: a.definition for n, a in schema.attributes.items()}, found["attributes"]),
        "{status}": _lines(schema.status, found["status"]),
        "{examples}": "\n".join(_example(e) for e in found.get("examples", ())),
    }
    text = str(found[task])
    for name, value in tables.items():
        text = text.replace(name, value)
    return text.strip()


def _relation(relation: Relation, guidelines: Mapping[str, str]) -> str:
    """Return the line of a relation. A relation without a guideline has its definition in the schema."""
    return str(prompt_file()["relation_line"]).format(
        name=relation.name,
        label=relation.zh,
        subject=", ".join(sorted(relation.subject)),
        object=", ".join(sorted(relation.object)),
        guideline=guidelines.get(relation.name, relation.definition),
    )


def _lines(names: Mapping[str, str], wordings: Mapping[str, str]) -> str:
    line = str(prompt_file()["line"])
    return "\n".join(
        line.format(name=name, meaning=wordings.get(name, definition)) for name, definition in names.items()
    )


def _example(example: Mapping[str, Any]) -> str:
    data = json.dumps({"passage": example["passage"]}, ensure_ascii=False)
    answer = json.dumps({"statements": example["statements"]}, ensure_ascii=False)
    return str(prompt_file()["example"]).format(input=data, answer=answer)
