"""A server that follows the protocol and misbehaves: no false statement is accepted, and each rejection is counted."""

from __future__ import annotations

import gzip
import json
import re
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphkit.building import Outcome, read_in_chunks
from graphkit.errors import ServerError
from graphkit.llm import Run
from graphkit.llm.extractor import LlmExtractor
from graphkit.model import Statement
from tests.llm.fake_model import Behaviour, Handler, Item, completion, listed, saying, serving
from tests.llm.reports import AREA, KNOWN, PHRASE, TEXT, TRUE, VISIT

GOOD = listed(*KNOWN)


def content(words: object) -> Behaviour:
    return lambda handler: handler.send(200, completion(words))


def body(data: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> Behaviour:
    return lambda handler: handler.send(status, data, kind, **headers)


def one(changes: Item) -> Behaviour:
    """The known statements, and a further one: the visit with changed fields."""
    return content(listed(*KNOWN, {**VISIT, **changes}))


def once(first: Behaviour) -> Behaviour:
    """Misbehaves for the first request, and answers the others."""

    def behave(handler: Handler) -> None:
        (first if len(handler.model.received) == 1 else content(GOOD))(handler)

    return behave


def error(status: int, message: str = "broken", code: str = "", **headers: str) -> Behaviour:
    return body(json.dumps({"error": {"message": message, "code": code}}).encode(), status, **headers)


def silent(handler: Handler) -> None:
    time.sleep(4)


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"message": {"content": "')
    while True:
        handler.wfile.write("石渡县".encode() * 10_000)


def endless_error(handler: Handler) -> None:
    handler.send_response(500)
    handler.end_headers()
    while True:
        handler.wfile.write(b"error " * 10_000)


def reset(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.connection.close()


def cut_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(completion(GOOD)[:200])
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def not_http(handler: Handler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


CALL = {"tool_calls": [{"id": "1", "type": "function", "function": {"name": "record", "arguments": GOOD}}]}
BOMB = gzip.compress(completion(GOOD) + b" " * 50_000_000)
MANY = completion(listed(*[VISIT] * 401))
HUGE = completion(listed(*KNOWN, {**VISIT, "quote": "林" * 5_000_000}))

#: The answer arrives: name → behaviour and the reasons that are counted, one for each rejected part.
ANSWERED: dict[str, tuple[Behaviour, list[str]]] = {
    "as it should be": (content(GOOD), []),
    "in a fence": (content(f"```json\n{GOOD}\n```"), []),
    "thoughts before it": (content(f"<think>{{林知远}}</think>\n{GOOD}"), []),
    "wrong content type": (body(completion(GOOD), kind="text/plain"), []),
    "offsets": (content(listed(*({**i, "start": 7, "end": 9} for i in KNOWN))), []),
    "full-width forms": (content(listed(*({**i, "quote": i["quote"].replace("，", ",")} for i in KNOWN))), []),
    "cut JSON": (content(GOOD[:-20]), ["the answer is not JSON"]),
    "cut at max_tokens": (
        body(completion(GOOD[:-20], choice={"finish_reason": "length"})),
        ["the answer was cut at max_tokens"],
    ),
    "content filter": (body(completion(GOOD, choice={"finish_reason": "content_filter"})), ["content filter"]),
    "prose": (content("很抱歉，我无法完成这项任务。"), ["the answer is not JSON"]),
    "JSON and prose": (content(f"{GOOD}\n以上是全部陈述。"), ["the answer is not JSON"]),
    "deep JSON": (content("[" * 100_000), ["the answer is not JSON"]),
    "wrong schema": (content(json.dumps({"facts": KNOWN})), ["the answer has no list statements"]),
    "a list": (content(json.dumps(KNOWN)), ["the answer has no list statements"]),
    "entries that are text": (content(json.dumps({"statements": ["林知远"]})), ["an entry is not an object"]),
    "refusal": (body(completion(None, message={"refusal": "I cannot."})), ["the model refused to answer"]),
    "null": (content(None), ["the answer is empty"]),
    "empty": (content(""), ["the answer is empty"]),
    "a list of parts": (content([{"type": "text", "text": GOOD}]), ["the content of the answer is not text"]),
    "a tool call": (body(completion(None, message=CALL)), ["the answer is a tool call"]),
    "several choices": (
        body(completion(GOOD, choices=[json.loads(completion(GOOD))["choices"][0]] * 2)),
        ["several choices"],
    ),
    "many statements": (body(MANY), ["more than 400 entries"]),
    "duplicates": (content(listed(*KNOWN, VISIT, AREA)), ["repeats a statement", "repeats a statement"]),
    "an invented quote": (one({"quote": "林知远来到石渡县白鹭洲社区看望群众"}), ["the quote is not in the text"]),
    "changed punctuation": (one({"quote": "他强调：要持续优化营商环境"}), ["the quote is not in the text"]),
    "an ellipsis": (one({"quote": "市委书记林知远深入……调研"}), ["the quote is not in the text"]),
    "another language": (
        one({"subject": "Lin Zhiyuan", "quote": "Party secretary Lin Zhiyuan visited Bailuzhou"}),
        ["the quote is not in the text"],
    ),
    "another report": (
        one({"subject": "容清越", "object": "栖梧市", "quote": "市长容清越到栖梧市调研"}),
        ["the quote is not in the text"],
    ),
    "two sentences": (
        one({"quote": "市委书记林知远深入石渡县白鹭洲社区调研。他强调，要持续优化营商环境"}),
        ["the quote is longer than a sentence"],
    ),
    "an empty quote": (one({"quote": " "}), ["quote is missing"]),
    "an invented subject": (one({"subject": "容清越"}), ["the subject is not in the text up to"]),
    "an invented object": (one({"object": "栖梧大学"}), ["the quote does not contain the object"]),
    "an object of another sentence": (one({"object": "石渡智能装备产业园项目"}), ["does not contain the object"]),
    "a later subject": (one({"subject": "石渡智能装备产业园项目", "subject_type": "Organization"}), ["up to the end"]),
    "itself": (
        one({"relation": "located_in", "subject": "石渡县白鹭洲社区", "subject_type": "Site"}),
        ["subject and object are the same"],
    ),
    "unknown relation": (one({"relation": "married_to"}), ["there is no relation 'married_to'"]),
    "a type that is not allowed": (one({"object_type": "Post"}), ["the type 'Post' is not allowed for the object"]),
    "an unknown type": (one({"object_type": "Planet"}), ["the type 'Planet' is not allowed for the object"]),
    "no type": (one({"object_type": None}), ["the type None is not allowed"]),
    "a type that does not fit": (one({"subject_type": "Organization"}), ["'Organization' does not fit the subject"]),
    "a kind": (one({"kind": "area"}), ["the kind 'area' does not fit the relation"]),
    "no kind": (content(listed(*KNOWN, {**AREA, "kind": "weight"})), ["the kind 'weight' does not fit"]),
    "unknown status": (one({"status": "rumoured"}), ["there is no status 'rumoured'"]),
    "numbers": (one({"subject": 7}), ["subject is missing or not text"]),
    "a sentence as phrase": (
        content(listed(*KNOWN, {**PHRASE, "object": "他强调，要持续优化营商环境" * 4})),
        ["the phrase does not have 2 to 40 characters"],
    ),
    "a character as phrase": (content(listed(*KNOWN, {**PHRASE, "object": "要"})), ["does not have 2 to 40"]),
    "control characters": (one({"subject": "林知远\x00\x1b[2J"}), ["subject contains control characters"]),
    "half a character": (one({"subject": "\ud83d林知远"}), ["subject contains control characters"]),
    "a long name": (one({"object": "石渡县" * 500}), ["object is too long"]),
}
#: No answer arrives: name → behaviour, the reason, and the number of requests.
UNANSWERED: dict[str, tuple[Behaviour, str, int]] = {
    "429": (error(429, "slow down"), "status 429: slow down", 3),
    "429 for an hour": (error(429, "slow down", Retry_After="3600"), "status 429", 1),
    "500": (error(500), "status 500: broken", 3),
    "503 with a page": (body(b"<h1>Down</h1>", 503, "text/html"), "status 503: <h1>Down</h1>", 3),
    "an endless error": (endless_error, "larger than", 3),
    "413": (error(413, "too long"), "status 413: too long", 1),
    "silent": (silent, "did not answer in time", 3),
    "slow": (drip, "did not answer in time", 3),
    "endless": (endless, "larger than", 3),
    "huge": (body(HUGE), "larger than", 3),
    "reset": (reset, "the connection failed", 3),
    "cut off": (cut_off, "the connection failed", 3),
    "not HTTP": (not_http, "the connection failed", 3),
    "compressed": (body(BOMB, Content_Encoding="gzip"), "the response is compressed", 3),
    "an HTML page": (body(b"<html>Login</html>", kind="text/html"), "the response is not JSON", 3),
    "an empty body": (body(b""), "the response is not JSON", 3),
    "no UTF-8": (body(b'{"choices": "\xff\xfe"}'), "the response is not JSON", 3),
    "a list as body": (body(b"[]"), "the response is not an object", 3),
    "no choices": (body(b'{"choices": []}'), "the response has no choices", 3),
    "choices that are text": (body(b'{"choices": ["x"]}'), "the response has no message", 3),
    "an error with status 200": (body(b'{"error": {"message": "overloaded"}}'), "overloaded", 3),
}
#: No request can succeed: name → behaviour and message.
STOPPED: dict[str, tuple[Behaviour, str]] = {
    "401": (error(401, "Incorrect API key provided: sk-secret-4711"), r"rejects the key: .*\*\*\*"),
    "403": (error(403), "rejects the key"),
    "404": (error(404, "model 'invented-1' not found"), "has no model 'invented-1'"),
    "402": (error(402), "requires payment"),
    "quota": (error(429, "quota", "insufficient_quota"), "requires payment"),
}


def timeout_for(name: str) -> float:
    """Seconds for an answer: few where it does not come, many elsewhere, because the machine may be busy."""
    return 2 if name in ("silent", "slow") else 30


Try = Callable[..., tuple[list[Statement], Outcome, Run, int]]


@pytest.fixture
def attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Try:
    """Reads the report with a server of one behaviour."""
    monkeypatch.setenv("GRAPHKIT_LLM_KEY", "sk-secret-4711")
    (tmp_path / "tour.txt").write_text(TEXT, encoding="utf-8")

    def of(behaviour: Behaviour, **options: Any) -> tuple[list[Statement], Outcome, Run, int]:
        with serving(behaviour) as model:
            run, outcome = Run(model.settings(tmp_path, **{"timeout": 30, **options})), Outcome()
            try:
                found = [
                    s for r in read_in_chunks([tmp_path / "tour.txt"], LlmExtractor(run), outcome) for s in r.statements
                ]
            finally:
                run.asking.close()
            return found, outcome, run, len(model.received)

    return of


def triples(found: list[Statement]) -> set[tuple[str, str, str]]:
    return {(s.subject.name, s.relation, s.object.name) for s in found}


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_that_the_text_does_not_support_is_refused_with_its_reason(name: str, attempt: Try) -> None:
    behaviour, reasons = ANSWERED[name]
    found, outcome, run, requests = attempt(behaviour)
    assert triples(found) <= TRUE
    assert all(TEXT[s.start : s.end] and s.rule == "llm" and s.extractor == "llm" for s in found)
    assert outcome.refused == len(reasons)
    assert all(any(reason in r.example for r in outcome.refusals.values()) for reason in reasons), outcome.refusals
    assert (outcome.added, requests, run.tally.answered) == (1, 1, 1)
    whole = not reasons or any(
        part in name for part in ("duplicates", "quote", "object", "subject", "type", "status", "kind", "relation")
    )
    assert not whole or triples(found) == TRUE


@pytest.mark.parametrize("name", UNANSWERED)
def test_a_report_without_an_answer_is_a_failure_with_the_reason(name: str, attempt: Try) -> None:
    behaviour, reason, number = UNANSWERED[name]
    found, outcome, run, requests = attempt(behaviour, timeout=timeout_for(name))
    assert found == []
    ((failure),) = outcome.failures
    assert reason in failure.reason
    assert "report tour" in failure.reason
    assert (outcome.added, requests) == (0, number)
    assert not list(run.settings.cache.rglob("*.json"))


@pytest.mark.parametrize("name", UNANSWERED)
def test_a_request_that_fails_once_is_sent_again(name: str, attempt: Try) -> None:
    behaviour, reason, number = UNANSWERED[name]
    found, outcome, run, requests = attempt(once(behaviour), timeout=timeout_for(name))
    if number == 1:
        assert len(outcome.failures) == 1
        return
    assert triples(found) == TRUE
    assert (requests, outcome.failures) == (2, [])
    ((said, times),) = run.tally.retries.items()
    assert reason in said
    assert times == 1


@pytest.mark.parametrize("name", STOPPED)
def test_the_run_stops_if_no_request_can_succeed(name: str, attempt: Try) -> None:
    behaviour, message = STOPPED[name]
    with pytest.raises(ServerError, match=message) as raised:
        attempt(behaviour)
    assert "sk-secret-4711" not in str(raised.value)


def test_a_redirect_to_another_host_is_not_followed(attempt: Try) -> None:
    with serving(content(GOOD)) as other:
        target = f"http://localhost:{other.port}/v1/chat/completions"
        with pytest.raises(ServerError, match="redirects to another address"):
            attempt(body(b"", 307, Location=target))
        assert other.received == []


def test_the_time_that_the_server_asks_for_is_waited(attempt: Try) -> None:
    started = time.monotonic()
    found, _, _, requests = attempt(once(error(429, Retry_After="0.4")))
    assert time.monotonic() - started >= 0.4
    assert (triples(found), requests) == (TRUE, 2)


@pytest.mark.parametrize(("accepted", "number"), [("json_schema", 1), ("json_object", 2), ("", 3)])
@pytest.mark.parametrize("status", [400, 422])
def test_a_server_without_schemas_gets_the_request_in_another_form(
    accepted: str, number: int, status: int, attempt: Try
) -> None:
    def behave(handler: Handler) -> None:
        form = handler.request_body.get("response_format", {"type": ""})["type"]
        answer = content(GOOD) if form == accepted else error(status, "response_format is not supported")
        answer(handler)

    found, _, _, requests = attempt(behave)
    assert (triples(found), requests) == (TRUE, number)


def test_the_form_that_was_accepted_is_used_for_further_requests(tmp_path: Path) -> None:
    def behave(handler: Handler) -> None:
        form = handler.request_body.get("response_format", {"type": ""})["type"]
        (content(GOOD) if form == "" else error(400, "unknown parameter"))(handler)

    with serving(behave) as model:
        run = Run(model.settings(tmp_path, concurrency=1))
        extractor = LlmExtractor(run)
        reports = [replace(_report(n), id=str(n)) for n in range(4)]
        assert len(list(extractor.read(reports))) == 4
        assert len(model.received) == 3 + 3


def _report(n: int) -> Any:
    from tests.llm.reports import REPORT

    return replace(REPORT, text=f"{TEXT}\n第{n}次报道。")


def test_only_the_set_form_is_tried(attempt: Try) -> None:
    _, outcome, _, requests = attempt(error(400, "no"), form="json")
    assert (len(outcome.failures), requests) == (1, 1)


def test_a_report_that_is_not_answered_does_not_affect_the_others(tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(f"{TEXT}\n第{n}次报道。", encoding="utf-8")

    def behave(handler: Handler) -> None:
        (error(500) if "第2次" in handler.data["passage"] else content(GOOD))(handler)

    with serving(behave) as model:
        outcome = Outcome()
        run = Run(model.settings(tmp_path))
        ids = [r.report.id for r in read_in_chunks([tmp_path], LlmExtractor(run), outcome)]
        assert [re.sub(r".*/", "", i) for i in ids] == ["0", "1", "3", "4"]
        assert [f.source.endswith("2.txt") for f in outcome.failures] == [True]
        # The request that failed is not repeated when the reports of the chunk are read one by one.
        assert len(model.received) == 4 + 3


def test_the_run_stops_after_five_requests_without_an_answer(tmp_path: Path) -> None:
    with serving(error(500)) as model:
        run = Run(model.settings(tmp_path, concurrency=1, attempts=1))
        reports = [replace(_report(n), id=str(n)) for n in range(20)]
        with pytest.raises(ServerError, match="5 requests in a row were not answered"):
            list(LlmExtractor(run).read(reports))
        assert len(model.received) == 5


def test_no_server_at_all(tmp_path: Path) -> None:
    with serving(saying(lambda _: GOOD)) as model:
        settings = model.settings(tmp_path)
    outcome = Outcome()
    (tmp_path / "tour.txt").write_text(TEXT, encoding="utf-8")
    assert not list(read_in_chunks([tmp_path / "tour.txt"], LlmExtractor(Run(settings)), outcome))
    assert "the connection failed" in outcome.failures[0].reason
