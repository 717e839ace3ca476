"""The settings of the language model: from options, environment variables and a TOML file, in this order."""

from __future__ import annotations

import math
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graphkit.errors import FieldError, UsageError

#: Environment variable that names the file of settings.
VARIABLE = "GRAPHKIT_LLM"
#: Environment variable that contains the key of the server.
KEY_VARIABLE = "GRAPHKIT_LLM_KEY"
#: Environment variables of single settings, which replace those of the file.
VARIABLES = {
    "url": "GRAPHKIT_LLM_URL",
    "model": "GRAPHKIT_LLM_MODEL",
    "key_file": "GRAPHKIT_LLM_KEY_FILE",
    "cache": "GRAPHKIT_LLM_CACHE",
}
#: Parameters that graphkit sets itself.
_OWN_PARAMETERS = frozenset(["messages", "model", "n", "response_format", "stream", "tools", "functions"])
#: Smallest and largest value of each number.
_RANGES: dict[str, tuple[float, float]] = {
    "window": (200, 20_000),
    "overlap": (0, 5_000),
    "concurrency": (1, 256),
    "requests_per_minute": (0, 1_000_000),
    "tokens_per_minute": (0, 1_000_000_000),
    "timeout": (0.1, 3600),
    "attempts": (1, 20),
    "first_wait": (0, 60),
    "longest_wait": (0, 3600),
    "max_tokens": (16, 200_000),
    "confidence": (0, 1),
    "price_input": (0, 1_000_000),
    "price_output": (0, 1_000_000),
    "max_cost": (0, 1_000_000_000),
}


class Form(StrEnum):
    """How the form of an answer is requested. `auto` tries the others in order until the server accepts one."""

    auto = "auto"
    schema = "schema"
    json = "json"
    text = "text"


def default_cache() -> Path:
    """Return the folder of answers in the user's folder of caches."""
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"], "graphkit", "llm")
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"], "graphkit", "llm")
    return Path.home() / ".cache" / "graphkit" / "llm"


def _default_parameters() -> dict[str, Any]:
    return {"temperature": 0, "seed": 0}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the extractors need to know about a server, and the limits that they keep.

    url: address of the API, for example http://localhost:11434/v1. model: name of the model there.
    key_file, key_variable: file, or environment variable, with the key.
    cache: folder of answers. form: how the form of an answer is requested.
    window, overlap: maximum number of characters of a window of a report, and of the end of the window before it that
    it repeats. concurrency: number of requests at the same time. requests_per_minute, tokens_per_minute: 0 is no limit.
    timeout: seconds for one answer. attempts: number of times that a request is sent until it is answered.
    first_wait, longest_wait: seconds before the second attempt, and the maximum before any.
    max_tokens, max_tokens_name: maximum length of an answer, and the name of this parameter. parameters: further ones.
    confidence: of the statements of the model, 0-1. doubtful: range of probabilities of statements that are judged.
    price_input, price_output: of a million tokens; max_cost: limit of a run in the same currency.
    """

    url: str
    model: str
    key_file: str = ""
    key_variable: str = KEY_VARIABLE
    cache: Path = field(default_factory=default_cache)
    form: Form = Form.auto
    window: int = 1500
    overlap: int = 200
    concurrency: int = 4
    requests_per_minute: float = 0
    tokens_per_minute: float = 0
    timeout: float = 120
    attempts: int = 6
    first_wait: float = 1
    longest_wait: float = 60
    max_tokens: int = 4096
    max_tokens_name: str = "max_tokens"
    parameters: Mapping[str, Any] = field(default_factory=_default_parameters)
    confidence: float = 0.5
    doubtful: tuple[float, float] = (0.3, 0.8)
    price_input: float | None = None
    price_output: float | None = None
    max_cost: float | None = None

    def __post_init__(self) -> None:
        """Raises FieldError for an invalid value."""
        object.__setattr__(self, "form", Form(self.form))
        object.__setattr__(self, "cache", Path(self.cache))
        _check_url(self.url)
        if not self.model.strip() or not self.model.isprintable() or len(self.model) > 100:
            raise FieldError("model", f"{self.model!r:.120} is not a name of 1 to 100 printable characters")
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise FieldError(name, f"{value} is not between {least:g} and {most:g}")
        if self.overlap * 2 > self.window:
            raise FieldError("overlap", f"{self.overlap} is more than half of the window of {self.window} characters")
        if not 0 <= self.doubtful[0] <= self.doubtful[1] <= 1:
            raise FieldError(
                "doubtful", f"{list(self.doubtful)} is not a range of probabilities, for example [0.3, 0.8]"
            )
        if (self.price_input is None) != (self.price_output is None):
            raise FieldError("price_input, price_output", "give both prices or none")
        if self.max_cost is not None and self.price_input is None:
            raise FieldError(
                "max_cost", "the prices are needed: give price_input and price_output for a million tokens"
            )
        own = sorted(_OWN_PARAMETERS & self.parameters.keys())
        if own:
            raise FieldError("parameters", f"graphkit sets {', '.join(own)} itself")

    def key(self) -> str:
        """Return the key of the server, "" if there is none. Raises UsageError if the file cannot be read."""
        if not self.key_file:
            return _checked_key(os.environ.get(self.key_variable, ""), self.key_variable)
        path = Path(self.key_file).expanduser()
        try:
            return _checked_key(path.read_text(encoding="utf-8-sig"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise UsageError(f"key_file {path}: the key cannot be read: {reason}") from None


def _checked_key(key: str, source: str) -> str:
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(f"{source}: the key contains spaces or characters that a key cannot have")
    return key


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_valid = False
    if not is_valid or not url.isprintable() or " " in url:
        raise FieldError("url", "this is not an address such as http://localhost:11434/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise FieldError("url", f"write the address without login and parameters; the key is read from {KEY_VARIABLE}")


def read_settings(path: str | Path | None = None, **options: Any) -> Settings:
    """Return the settings of a TOML file with those of environment variables and options.

    path: by default the file that the environment variable GRAPHKIT_LLM names, if it is set. options: values other
    than None replace those of the file. Raises UsageError with the file and the setting for invalid settings.
    """
    file = str(path or os.environ.get(VARIABLE, ""))
    values = _read_file(Path(file)) if file else {}
    values |= {name: os.environ[variable] for name, variable in VARIABLES.items() if os.environ.get(variable)}
    values |= {name: value for name, value in options.items() if value is not None}
    missing = [name for name in ("url", "model") if not values.get(name)]
    if missing:
        named = " and ".join(f"{name} ({VARIABLES[name]})" for name in missing)
        raise UsageError(
            f"the language model needs {named}: set the environment variable, or write the setting in a TOML file and "
            f"name it with --llm or {VARIABLE} (docs/llm.md)"
        )
    try:
        return Settings(**{name: _typed(name, value) for name, value in values.items()})
    except FieldError as error:
        raise UsageError(f"settings of the language model{f' in {file}' if file else ''}: {error}") from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{path}: the settings of the language model cannot be read: {reason}") from None
    if "key" in values:
        raise UsageError(f"{path}: write the key into a file of its own (key_file) or into {KEY_VARIABLE}")
    known = {f.name for f in fields(Settings)}
    unknown = sorted(values.keys() - known)
    if unknown:
        raise UsageError(f"{path}: unknown setting {unknown[0]!r}; one of {', '.join(sorted(known))}")
    for name in ("key_file", "cache"):
        if isinstance(values.get(name), str):
            values[name] = str(path.parent / Path(values[name]).expanduser())
    return values


def _typed(name: str, value: object) -> Any:
    """Return a value in the type of the setting. Raises FieldError."""
    kind = {f.name: str(f.type) for f in fields(Settings)}[name]
    if kind == "Path" and isinstance(value, (str, Path)):
        return Path(value).expanduser()
    if kind == "Form" and isinstance(value, str) and value in {*Form}:
        return Form(value)
    if kind == "str" and isinstance(value, str):
        return value
    if kind == "int" and type(value) is int:
        return value
    if kind.startswith("float") and type(value) in (int, float) and math.isfinite(value):  # type: ignore[arg-type]
        return value
    if kind.startswith("Mapping") and isinstance(value, dict):
        return value
    if (
        kind.startswith("tuple")
        and isinstance(value, (list, tuple))
        and [type(v) in (int, float) for v in value]
        == [
            True,
            True,
        ]
    ):
        return tuple(value)
    expected = {"Form": ", ".join(Form), "tuple[float, float]": "two numbers", "Mapping[str, Any]": "a table"}
    raise FieldError(name, f"{value!r:.80} is not valid; expected {expected.get(kind, kind.removesuffix(' | None'))}")


def with_limits(settings: Settings, **options: Any) -> Settings:
    """Return the settings with those options that are not None. Raises FieldError."""
    return replace(settings, **{name: value for name, value in options.items() if value is not None})
