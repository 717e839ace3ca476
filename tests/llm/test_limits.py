"""Budget, rates, keys and settings."""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphkit.errors import FieldError, UsageError
from graphkit.llm import Run, Settings, read_settings
from graphkit.llm.estimate import SAMPLE, estimate
from graphkit.llm.extractor import LlmExtractor
from graphkit.llm.limits import Budget, BudgetError, Gate, StoppedError, estimated_tokens
from tests.llm.fake_model import Handler, completion, of_passage, saying, serving
from tests.llm.reports import KNOWN, REPORT, TEXT

REPORTS = [replace(REPORT, id=str(n), text=f"{TEXT}\n这是当天的第{n}次调研。") for n in range(12)]
#: Each answer of the server has 1,000 input and 100 output tokens: 0.0012 with these prices.
PRICES = {"price_input": 1.0, "price_output": 2.0, "max_tokens": 200}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("", "_URL", "_MODEL", "_KEY", "_KEY_FILE", "_CACHE"):
        monkeypatch.delenv(f"GRAPHKIT_LLM{name}", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))


def test_the_run_stops_before_the_budget_is_exceeded(tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model:
        run = Run(model.settings(tmp_path, **PRICES, max_cost=0.018))
        with pytest.raises(BudgetError, match=r"of --max-cost 0.018 are spent.*higher --max-cost"):
            list(LlmExtractor(run).read(REPORTS))
        assert 0 < run.tally.cost <= 0.018
        assert run.tally.cost == pytest.approx(0.0012 * run.tally.answered)
        kept = len(list(run.settings.cache.rglob("*.json")))
        assert kept == run.tally.answered == len(model.received)
        more = Run(model.settings(tmp_path, **PRICES, max_cost=1.0))
        assert len(list(LlmExtractor(more).read(REPORTS))) == 12
        assert len(model.received) == 12
        assert (more.tally.cached, more.tally.answered) == (kept, 12 - kept)


@pytest.mark.parametrize("concurrency", [1, 8])
def test_requests_at_the_same_time_do_not_exceed_the_budget(concurrency: int, tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model:
        run = Run(model.settings(tmp_path, **PRICES, max_cost=0.02, concurrency=concurrency))
        with pytest.raises(BudgetError):
            list(LlmExtractor(run).read(REPORTS))
        assert run.tally.cost <= 0.02


def test_what_others_do_not_need_is_returned_to_the_budget() -> None:
    budget = Budget(1.0, 1.0, 10.0)
    budget.reserve(9.0)
    waiting = threading.Thread(target=budget.reserve, args=(5.0,))
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    budget.settle(9.0, 1.0)
    waiting.join(5)
    assert not waiting.is_alive()
    with pytest.raises(BudgetError):
        budget.reserve(9.5)


def test_without_a_statement_of_the_server_the_tokens_are_estimated(tmp_path: Path) -> None:
    def behave(handler: Handler) -> None:
        handler.send(200, completion(of_passage(KNOWN)(handler.data), usage=None))

    with serving(behave) as model:
        run = Run(model.settings(tmp_path, **PRICES))
        list(LlmExtractor(run).read(REPORTS[:1]))
        (request,) = LlmExtractor(run).requests(REPORTS[:1])
        assert run.tally.input_tokens == request.tokens()
        assert run.tally.output_tokens > 100
        assert run.tally.cost > 0


def test_the_estimate_counts_requests_without_an_answer(tmp_path: Path) -> None:
    with serving(saying(of_passage(KNOWN))) as model:
        extractor = LlmExtractor(Run(model.settings(tmp_path, **PRICES)))
        before = estimate(extractor, REPORTS)
        assert (before.reports, before.requests, before.output_tokens) == (12, 12, 12 * 200)
        assert 0 < before.least < before.most
        assert before.most == pytest.approx(before.least + 12 * 200 * 2 / 1e6)
        list(extractor.read(REPORTS[:5]))
        assert estimate(extractor, REPORTS).requests == 7
        assert len(model.received) == 5


def test_the_estimate_of_many_reports_is_extrapolated(tmp_path: Path) -> None:
    settings = Settings("http://127.0.0.1:1/v1", "m", cache=tmp_path, price_input=1, price_output=1)
    many = (replace(REPORT, id=str(n), text=f"{TEXT}\n第{n}次调研。") for n in range(SAMPLE + 50))
    found = estimate(LlmExtractor(Run(settings)), many)
    assert (found.reports, found.requests, found.is_sampled) == (SAMPLE + 50, SAMPLE + 50, True)
    assert found.line().startswith("estimate for 250 reports: about 250 requests")


def test_requests_are_not_sent_faster_than_the_limit(tmp_path: Path) -> None:
    moments: list[float] = []

    def behave(handler: Handler) -> None:
        moments.append(time.monotonic())
        handler.send(200, completion(of_passage(KNOWN)(handler.data)))

    with serving(behave) as model:
        list(LlmExtractor(Run(model.settings(tmp_path, requests_per_minute=600, concurrency=8))).read(REPORTS[:6]))
    assert max(moments) - min(moments) >= 5 * 0.1 - 0.05


def test_tokens_are_not_sent_faster_than_the_limit() -> None:
    gate, started = Gate(0, 60_000), time.monotonic()
    for _ in range(4):
        gate.enter(100)
    assert time.monotonic() - started >= 0.3


def test_a_stopped_gate_ends_all_waiting() -> None:
    gate, ended = Gate(1, 0), threading.Event()

    def wait() -> None:
        with pytest.raises(StoppedError):
            gate.pause(60, everyone=False)
        ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    gate.stop()
    assert ended.wait(5)
    thread.join()


def test_a_chinese_character_is_at_most_one_and_a_half_tokens() -> None:
    assert estimated_tokens("石渡县") == 5
    assert estimated_tokens("visited") == 4
    assert estimated_tokens("") == 0


def test_the_key_is_sent_and_kept_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GRAPHKIT_LLM_KEY", "sk-secret-4711")
    caplog.set_level("DEBUG")
    with serving(saying(of_passage(KNOWN))) as model:
        run = Run(model.settings(tmp_path))
        extractor = LlmExtractor(run)
        list(extractor.read(REPORTS[:2]))
        sent = {h.get("Authorization") or h.get("authorization") for h in model.headers}
    assert sent == {"Bearer sk-secret-4711"}
    assert "sk-secret" not in caplog.text
    assert "sk-secret" not in extractor.version
    assert "sk-secret" not in repr(run.settings)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"sk-secret" not in path.read_bytes()


def test_keys_of_other_services_are_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "of-another-service")
    with serving(saying(of_passage(KNOWN))) as model:
        list(LlmExtractor(Run(model.settings(tmp_path))).read(REPORTS[:1]))
        assert "of-another-service" not in str(model.headers)


def test_the_key_can_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("sk-from-file\n", encoding="utf-8")
    file = tmp_path / "llm.toml"
    file.write_text('url = "http://127.0.0.1:1/v1"\nmodel = "m"\nkey_file = "key.txt"\n', encoding="utf-8")
    assert read_settings(file).key() == "sk-from-file"
    with pytest.raises(UsageError, match=r"key_file .*missing.txt: the key cannot be read: No such file"):
        replace(read_settings(file), key_file=str(tmp_path / "missing.txt")).key()


@pytest.mark.parametrize("key", ["two words", "密钥", "line\nbreak", "tab\tkey"])
def test_a_key_that_no_header_can_contain_is_named_without_printing_it(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHKIT_LLM_KEY", key)
    with pytest.raises(UsageError, match="GRAPHKIT_LLM_KEY: the key contains") as raised:
        Settings("http://127.0.0.1:1/v1", "m").key()
    assert key not in str(raised.value)


def test_settings_of_options_come_before_the_environment_and_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "llm.toml"
    file.write_text('url = "http://a/v1"\nmodel = "file"\nwindow = 900\ndoubtful = [0.2, 0.9]\n', encoding="utf-8")
    monkeypatch.setenv("GRAPHKIT_LLM", str(file))
    assert read_settings().model == "file"
    monkeypatch.setenv("GRAPHKIT_LLM_MODEL", "environment")
    found = read_settings(max_cost=2.0, price_input=1.0, price_output=1.0)
    assert (found.model, found.window, found.doubtful, found.max_cost) == ("environment", 900, (0.2, 0.9), 2.0)
    assert read_settings(model="option").model == "option"


def test_missing_settings_are_named() -> None:
    with pytest.raises(UsageError, match=r"needs url \(GRAPHKIT_LLM_URL\) and model \(GRAPHKIT_LLM_MODEL\)"):
        read_settings()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('key = "sk-1"', "write the key into a file of its own"),
        ("windows = 5", "unknown setting 'windows'"),
        ('window = "long"', "window: 'long' is not valid; expected int"),
        ("window = 1.5", "window: 1.5 is not valid; expected int"),
        ("window = true", "window: True is not valid"),
        ("window = 10", "window: 10 is not between 200 and 20000"),
        ("overlap = 800", "overlap: 800 is more than half of the window"),
        ("timeout = inf", "timeout: inf is not valid"),
        ("attempts = 0", "attempts: 0 is not between 1 and 20"),
        ('form = "yaml"', "form: 'yaml' is not valid; expected auto, schema, json, text"),
        ("doubtful = [0.5]", r"doubtful: \[0.5\] is not valid; expected two numbers"),
        ("doubtful = [0.9, 0.1]", "doubtful: .* is not a range"),
        ("max_cost = 1", "max_cost: the prices are needed"),
        ("price_input = 1", "give both prices or none"),
        ("parameters = {stream = true}", "parameters: graphkit sets stream itself"),
        ('model = ""', "needs model"),
        ("model = ", "cannot be read: Invalid value"),
    ],
)
def test_an_invalid_setting_is_named_with_the_file(lines: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "llm.toml"
    model = "" if lines.startswith("model") else 'model = "m"\n'
    file.write_text(f'url = "http://127.0.0.1:1/v1"\n{model}{lines}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_settings(file)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:11434",
        "ftp://a/v1",
        "http://",
        "http://user:pass@a/v1",
        "http://a/v1?key=x",
        "http://a b",
        "http://[x",
    ],
)
def test_an_invalid_address_is_named(url: str) -> None:
    with pytest.raises(FieldError, match="url: ") as raised:
        Settings(url, "m")
    assert "pass@" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"llm.toml: the settings of the language model cannot be read: No such file"):
        read_settings(tmp_path / "llm.toml")


def test_without_the_extra_the_message_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, "graphkit.llm.server", raising=False)
    monkeypatch.delattr("graphkit.llm.server", raising=False)
    extractor = LlmExtractor(Run(Settings("http://127.0.0.1:1/v1", "m", cache=tmp_path)))
    with pytest.raises(UsageError, match=r"pip install 'policy-graphkit\[llm\]'"):
        list(extractor.read([REPORT]))


def test_the_parameters_are_sent(tmp_path: Path) -> None:
    changes: dict[str, Any] = {"parameters": {"top_p": 0.9}, "max_tokens_name": "max_completion_tokens"}
    with serving(saying(of_passage(KNOWN))) as model:
        list(LlmExtractor(Run(model.settings(tmp_path, **changes))).read(REPORTS[:1]))
        body = json.loads(model.received[0])
    assert body.keys() == {"model", "messages", "top_p", "max_completion_tokens", "response_format"}
