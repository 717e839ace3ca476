"""One request to a server with the OpenAI protocol, by the official client; responses are read within limits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from graphkit.errors import ServerError, UsageError
from graphkit.llm.answers import Answer, NotAnAnswerError, answer_of
from graphkit.llm.request import Request, response_format
from graphkit.llm.settings import Form, Settings
from graphkit.reading import printable

try:
    import httpx2
    import openai
except ImportError as missing:  # The extra `llm` is not installed.
    raise UsageError(
        f"the extractors of a language model need the package openai ({missing}); run "
        "`pip install 'policy-graphkit[llm]'`"
    ) from None

#: Maximum size of the body of a response, in bytes.
LARGEST_BODY = 4_000_000
#: Maximum number of characters of a server's message that are shown.
_SHOWN = 200
#: Status codes with which a server can reject the form of the answer that is requested.
_FORM_REJECTED = (400, 404, 415, 422, 500, 501)
_TRANSIENT = (408, 409, 425, 429)
_ORDER: tuple[Form, ...] = (Form.schema, Form.json, Form.text)


class UnansweredError(Exception):
    """A request without an answer.

    is_transient: another attempt can succeed. wait: seconds that the server asks for, None if it does not.
    is_paid: the server may charge for the request.
    """

    def __init__(self, reason: str, *, is_transient: bool, wait: float | None = None, is_paid: bool = False) -> None:
        super().__init__(reason)
        self.is_transient, self.wait, self.is_paid = is_transient, wait, is_paid


class _Bounded(httpx2.SyncByteStream):
    """The body of a response, which ends with an error after a number of bytes or seconds."""

    def __init__(self, stream: Any, seconds: float) -> None:
        self._stream, self._end = stream, time.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if size > LARGEST_BODY:
                raise httpx2.ReadError(f"the response is larger than {LARGEST_BODY:,} bytes")
            if time.monotonic() > self._end:
                raise httpx2.ReadTimeout("the response takes too long")
            yield part

    def close(self) -> None:
        self._stream.close()


class Server:
    """The server of the settings. Threads can use it at the same time."""

    def __init__(self, settings: Settings) -> None:
        """Raises UsageError if the key cannot be read."""
        self._settings = settings
        self._key = settings.key()
        self._form: Form = settings.form if settings.form is not Form.auto else Form.schema
        self._lock = threading.Lock()
        self._http = openai.DefaultHttpxClient(
            follow_redirects=False,
            timeout=httpx2.Timeout(settings.timeout, connect=min(settings.timeout, 10.0)),
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [self._bound]},
        )
        self._client = openai.OpenAI(
            api_key=self._key or "none",
            base_url=settings.url,
            max_retries=0,
            timeout=settings.timeout,
            http_client=self._http,
        )
        # The client reads these from the environment; they belong to one service, and not to every address.
        self._client.organization = self._client.project = None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _bound(self, response: Any) -> None:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise httpx2.DecodingError("the response is compressed, although this was not requested")
        response.stream = _Bounded(response.stream, self._settings.timeout)

    def send(self, request: Request) -> Answer:
        """Send a request once in each form that the server may accept, until it does.

        Raises UnansweredError, and ServerError if no request can succeed, for example because of a wrong key.
        """
        forms = _ORDER[_ORDER.index(self._form) :] if self._settings.form is Form.auto else (self._form,)
        for form in forms:
            try:
                answer = self._send(request, form)
            except openai.APIStatusError as error:
                if error.status_code in _FORM_REJECTED and form is not forms[-1] and self._is_about_form(error):
                    continue
                raise self._of_status(error) from None
            with self._lock:
                self._form = form if self._settings.form is Form.auto else self._form
            return answer
        raise AssertionError("the last form returns or raises")

    def _is_about_form(self, error: Any) -> bool:
        """Tell whether a server that fails may do so because of the form: statuses of faults must mention it."""
        if error.status_code < 500 and error.status_code != 404:
            return True
        return any(word in str(error.body or error.message).lower() for word in ("response_format", "json_schema"))

    def _send(self, request: Request, form: Form) -> Answer:
        settings = self._settings
        body = {settings.max_tokens_name: settings.max_tokens, **settings.parameters, **response_format(request, form)}
        try:
            raw = self._client.chat.completions.with_raw_response.create(
                model=settings.model,
                messages=request.messages(),  # type: ignore[arg-type]
                extra_body=body,
            )
            return answer_of(raw.http_response.content)
        except openai.APITimeoutError:
            raise UnansweredError("the server did not answer in time", is_transient=True, is_paid=True) from None
        except openai.APIConnectionError as error:
            cause = self._clean(str(error.__cause__ or error))
            is_sent = not isinstance(error.__cause__, httpx2.ConnectError)
            reason = f"the connection failed ({cause})"
            raise UnansweredError(reason, is_transient=True, is_paid=is_sent) from None
        except NotAnAnswerError as error:
            raise UnansweredError(self._clean(str(error)), is_transient=True, is_paid=True) from None

    def _of_status(self, error: Any) -> UnansweredError:
        """Return the error for a status code. Raises ServerError for those that concern all requests."""
        status, said = error.status_code, self._clean(_message(error))
        where = f"{self._settings.url} ({status})"
        if status in (401, 403):
            raise ServerError(f"{where} rejects the key: {said}; check GRAPHKIT_LLM_KEY or the file of key_file")
        if status == 404:
            raise ServerError(f"{where} has no model {self._settings.model!r} or no such address: {said}")
        if status == 402 or "insufficient_quota" in str(error.body):
            raise ServerError(f"{where} requires payment: {said}")
        if 300 <= status < 400:
            raise ServerError(
                f"{where} redirects to another address; the key is not sent there. Set url to that address"
            )
        is_transient = status in _TRANSIENT or status >= 500
        reason = f"the server answered with status {status}: {said}"
        return UnansweredError(reason, is_transient=is_transient, wait=_wait(error.response.headers))

    def _clean(self, text: str) -> str:
        """Return a message of the server on one line, without the key."""
        hidden = text.replace(self._key, "***") if self._key else text
        return printable(" ".join(hidden[: 10 * _SHOWN].split()))[:_SHOWN]


def _message(error: Any) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return str(body["message"])
    return str(error.response.text if error.response.content else error.response.reason_phrase)


def _wait(headers: Any) -> float | None:
    """Return the seconds of the header Retry-After, which can also be a date."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
