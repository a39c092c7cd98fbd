"""The application: routes, limits, and what runs beside them."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import os
import time
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Tuple
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from .. import __version__
from .._options import Cancellation
from ..errors import AkinError, UnknownID, UsageError
from . import asking
from .asking import Limits, Refused
from .live import LiveRecall
from .map import points
from .metrics import Metrics
from .openapi import document
from .state import State

QUESTIONS = {"recommend": asking.recommend, "related": asking.related, "search": asking.search}


class Server:
    """One worker: its state, metrics and limits."""

    def __init__(
        self,
        path: str,
        users: Optional[str] = None,
        *,
        limits: Limits = Limits(),
        recall_share: float = 0.001,
        reload_seconds: float = 1.0,
        token: Optional[str] = None,
    ):
        self.metrics = Metrics()
        self.state = State(path, users, lambda result: self.metrics.reloads.labels(result).inc())
        self.limits = limits
        self.recall = LiveRecall(recall_share, self.metrics)
        self._reload_seconds = reload_seconds
        self._bearer = None if token is None else f"Bearer {token}".encode()
        self._page = (Path(__file__).parent / "page.html").read_text()

    def app(self) -> Callable:
        """The ASGI application: Starlette's, behind a door that answers what needs nothing of it."""

        @contextlib.asynccontextmanager
        async def lifespan(_: Starlette):
            renewal = asyncio.create_task(self._renew())
            try:
                yield
            finally:
                renewal.cancel()
                self.metrics.settle()

        routes = []
        for name, make in QUESTIONS.items():
            methods = ["POST"] if name == "search" else ["GET", "POST"]
            routes.append(Route(f"/{name}", self._guarded(name, self._posted(make)), methods=methods))
        routes += [Route("/", self._open(self.page), methods=["GET"]), Route("/health", self._open(self.health), methods=["GET"])]
        for name, handler in (("metrics", self.metrics_text), ("items", self.items), ("info", self.info), ("map", self.map)):
            routes.append(Route(f"/{name}", self._guarded(name, handler), methods=["GET"]))
        routes.append(Route("/openapi.json", self._guarded("openapi", self.openapi), methods=["GET"]))
        return self._front(Starlette(routes=routes, lifespan=lifespan))

    def _front(self, inner: Callable) -> Callable:
        """Answers single questions by address itself: Starlette's objects of a request take as long as the answer."""
        direct = {f"/{name}": (name, make) for name, make in QUESTIONS.items() if name != "search"}

        async def run(scope: Any, receive: Callable, send: Callable) -> None:
            known = direct.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
            if known is None:
                await inner(scope, receive, send)
                return
            name, make = known
            start = time.perf_counter()
            code = 500
            try:
                code, body = self._answered(make, scope)
                await send({"type": "http.response.start", "status": code, "headers": _headers(len(body))})
                await send({"type": "http.response.body", "body": body})
            finally:
                self.metrics.ended(name, code, time.perf_counter() - start)

        return run

    def _answered(self, make: Callable, scope: Any) -> Tuple[int, bytes]:
        """The status and the body of the answer to a question of an address."""
        try:
            if self._bearer is not None:
                self._check_token(dict(scope["headers"]).get(b"authorization", b""))
            given = _parameters(scope["query_string"].decode("latin-1"))
            titled = _is_titled(given)
            state = self.state.now
            asked = make(state, given, self.limits)
            start = time.perf_counter()
            # One question takes less than a change of threads does.
            ids, scores = asked.call()
            return 200, self._told(state, asked, ids, scores, titled, start)
        except (Refused, AkinError) as error:
            code, found = refusal(error)
            return code, orjson.dumps(found)

    def _told(self, state: Any, asked: Any, ids: Any, scores: Any, titled: bool, start: float) -> bytes:
        """An answer in JSON; a share of them is compared with the exact one."""
        seconds = time.perf_counter() - start
        for row in range(1 if ids.ndim == 1 else len(ids)):
            if self.recall.is_chosen() and asking.is_approximate(asked):
                own, score = (ids, scores) if ids.ndim == 1 else (ids[row], scores[row])
                self.recall.offer(lambda row=row: asking.exactly(asked, row), own[score > float("-inf")])
        lists = asking.answer(state, asked, ids, scores, titled and bool(state.index._facts.has_titles))
        facts = orjson.dumps({"generation": state.index.generation, "microseconds": round(seconds * 1e6, 1)})
        return b"{" + lists + b"," + facts[1:]

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._reload_seconds)
            with contextlib.suppress(Exception):
                self.metrics.settle()
                await run_in_threadpool(self.state.renew)

    def _open(self, handler: Callable) -> Callable:
        async def run(request: Request) -> Response:
            return await handler(request)

        return run

    def _check_token(self, given: bytes) -> None:
        if self._bearer is not None and not hmac.compare_digest(given, self._bearer):
            raise Refused(401, "a bearer token is needed")

    def _guarded(self, route: str, handler: Callable) -> Callable:
        """A handler with the token checked, errors as JSON, and its time counted."""

        async def run(request: Request) -> Response:
            start = time.perf_counter()
            self.metrics.begin()
            code = 500
            try:
                self._check_token(request.headers.get("authorization", "").encode())
                response = await handler(request)
                code = response.status_code
            except (Refused, AkinError) as error:
                code, found = refusal(error)
                response = _json(orjson.dumps(found), code)
            finally:
                self.metrics.end()
                self.metrics.ended(route, code, time.perf_counter() - start)
            return response

        return run

    async def _body(self, request: Request) -> Dict[str, Any]:
        """The parameters of a request in its body of JSON."""
        if int(request.headers.get("content-length") or 0) > self.limits.body:
            raise Refused(413, f"the body must have at most {self.limits.body} bytes")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self.limits.body:
                raise Refused(413, f"the body must have at most {self.limits.body} bytes")
        try:
            given = orjson.loads(body)
        except ValueError as error:
            raise Refused(400, f"the body must be JSON: {error}") from None
        if not isinstance(given, dict):
            raise Refused(400, "the body must be an object")
        return given

    def _posted(self, make: Callable) -> Callable:
        """The handler of a question in a body. When its time is over, its search is cancelled."""

        async def answered(request: Request, cancellation: Cancellation) -> Response:
            given = await self._body(request)
            titled = _is_titled(given)
            state = self.state.now
            asked = make(state, given, self.limits)
            start = time.perf_counter()
            ids, scores = await run_in_threadpool(asked.call, cancellation=cancellation)
            return _json(self._told(state, asked, ids, scores, titled, start))

        async def run(request: Request) -> Response:
            if request.method == "HEAD":
                code, body = self._answered(make, request.scope)
                return _json(body, code)
            cancellation = Cancellation()
            try:
                return await asyncio.wait_for(answered(request, cancellation), self.limits.seconds)
            except (asyncio.TimeoutError, TimeoutError):
                raise Refused(503, f"the request took longer than {self.limits.seconds:g} s") from None
            finally:
                # The search of a request that waits no more, because its time is over or its client is gone.
                cancellation.cancel()

        return run

    async def items(self, request: Request) -> Response:
        """Items by the beginning of their titles, or one by its id."""
        given = request.query_params
        limit = given.get("limit", "10")
        if not (limit.isascii() and limit.isdigit()):
            raise Refused(400, f"'limit' must be a whole number from 0 on, found {limit[:80]!r}")
        most = min(int(limit[:20]), 100)
        state = self.state.now
        if "id" in given:
            own = state.item(given["id"])
            row = state.index.rows([own])[0]
            if row < 0:
                raise Refused(404, f"no item has the id '{given['id']}'")
            return _json(encoded({"items": [{"id": own, "title": state.index.titles[row]}]}))
        return _json(encoded({"items": await run_in_threadpool(state.beginning, given.get("q", "")[:200], most)}))

    async def map(self, request: Request) -> Response:
        """The catalogue as points."""
        now = self.state.now
        if now.map is None:
            now.map = await run_in_threadpool(points, now)
        return _json(encoded(now.map))

    async def info(self, request: Request) -> Response:
        """What the server answers from."""
        now = self.state.now
        attributes = {
            "items": now.index.live,
            "dimension": now.index.dimension,
            "metric": now.index.metric,
            "users": now.user_count,
            "generation": now.index.generation,
            "hasTitles": bool(now.index._facts.has_titles),
        }
        return _json(encoded(attributes))

    async def health(self, request: Request) -> Response:
        """Whether it answers, and since which trouble not by the newest files."""
        return _json(encoded({"status": "ok", "generation": self.state.now.index.generation, "reloadTrouble": self.state.trouble}))

    async def metrics_text(self, request: Request) -> Response:
        return Response(self.metrics.text(self.state.now.index), media_type="text/plain; version=0.0.4")

    async def openapi(self, request: Request) -> Response:
        return _json(encoded(document(__version__, self.limits, self.state.now.index.dimension)))

    async def page(self, request: Request) -> Response:
        policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
        return HTMLResponse(self._page, headers={"content-security-policy": policy})


def refusal(error: Exception) -> Tuple[int, Dict[str, Any]]:
    """The status and the JSON of an error."""
    if isinstance(error, Refused):
        code = error.code
    elif isinstance(error, UnknownID):
        code = 404
    else:
        code = 400 if isinstance(error, UsageError) else 422
    return code, {"error": str(error), **({"help": error.help} if error.help else {})}


def encoded(found: Any) -> bytes:
    """JSON."""
    return orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY)


def _json(body: bytes, code: int = 200) -> Response:
    return Response(body, status_code=code, media_type="application/json")


def _parameters(query: str) -> Dict[str, Any]:
    """The parameters of an address; the last of several with one name."""
    if "%" in query or "+" in query:
        return dict(parse_qsl(query, keep_blank_values=True))
    # Most addresses have nothing to decode.
    return {name: value for name, _, value in (part.partition("=") for part in query.split("&")) if name}


def _is_titled(given: Dict[str, Any]) -> bool:
    """Takes out of the parameters whether titles are wanted."""
    return asking.flag(given.pop("titles", True), "titles")


def _headers(length: int) -> list:
    return [(b"content-type", b"application/json"), (b"content-length", b"%d" % length)]


def from_environment() -> Starlette:
    """The application of a worker, as `akin-serve` has written it down."""
    given = json.loads(os.environ["AKIN_SERVE"])
    limits = Limits(**given.pop("limits"))
    return Server(given.pop("path"), given.pop("users"), limits=limits, token=os.environ.get("AKIN_TOKEN"), **given).app()
