"""The application: routes, limits, and what runs beside them."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import os
import time
from pathlib import Path
from typing import Any, Callable, Dict, Optional
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from .. import __version__
from ..errors import AkinError, UnknownID, UsageError
from . import asking
from .asking import Limits, Refused
from .live import LiveRecall
from .map import points
from .metrics import Metrics
from .openapi import document
from .state import State


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
        self.state = State(path, users)
        self.limits = limits
        self.recall = LiveRecall(recall_share)
        self.metrics = Metrics()
        self._reload_seconds = reload_seconds
        self._token = token
        self._page = (Path(__file__).parent / "page.html").read_text()

    def app(self) -> Starlette:
        """The ASGI application."""

        @contextlib.asynccontextmanager
        async def lifespan(_: Starlette):
            renewal = asyncio.create_task(self._renew())
            try:
                yield
            finally:
                renewal.cancel()

        routes = []
        for name in ("recommend", "related", "search"):
            methods = ["POST"] if name == "search" else ["GET", "POST"]
            routes.append(Route(f"/{name}", self._guarded(name, self._asked(getattr(asking, name))), methods=methods))
        routes += [Route("/", self._open(self.page), methods=["GET"]), Route("/health", self._open(self.health), methods=["GET"])]
        for name, handler in (("metrics", self.metrics_text), ("items", self.items), ("info", self.info), ("map", self.map)):
            routes.append(Route(f"/{name}", self._guarded(name, handler), methods=["GET"]))
        routes.append(Route("/openapi.json", self._guarded("openapi", self.openapi), methods=["GET"]))
        return Starlette(routes=routes, lifespan=lifespan)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._reload_seconds)
            with contextlib.suppress(Exception):
                await run_in_threadpool(self.state.renew)

    def _open(self, handler: Callable) -> Callable:
        async def run(request: Request) -> Response:
            return await handler(request)

        return run

    def _guarded(self, route: str, handler: Callable) -> Callable:
        """A handler with the token checked, errors as JSON, and its time counted."""

        async def run(request: Request) -> Response:
            start = time.perf_counter()
            self.metrics.in_flight += 1
            try:
                if self._token is not None:
                    given = request.headers.get("authorization", "")
                    if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
                        raise Refused(401, "a bearer token is needed")
                # Without a body there is nothing to wait for: such questions are answered at once.
                if request.method == "GET":
                    response = await handler(request)
                else:
                    response = await asyncio.wait_for(handler(request), self.limits.seconds)
            except Refused as error:
                response = refusal(error.code, str(error), error.help)
            except (asyncio.TimeoutError, TimeoutError):
                response = refusal(503, f"the request took longer than {self.limits.seconds:g} s")
            except UnknownID as error:
                response = refusal(404, str(error), error.help)
            except AkinError as error:
                response = refusal(400 if isinstance(error, UsageError) else 422, str(error), error.help)
            finally:
                self.metrics.in_flight -= 1
            self.metrics.count(route, response.status_code, time.perf_counter() - start)
            return response

        return run

    async def _given(self, request: Request) -> Dict[str, Any]:
        """The parameters of a request: of its address, or of its body of JSON."""
        if request.method == "GET":
            return dict(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if int(request.headers.get("content-length") or 0) > self.limits.body:
            raise Refused(413, f"the body must have at most {self.limits.body} bytes")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self.limits.body:
                raise Refused(413, f"the body must have at most {self.limits.body} bytes")
        try:
            given = json.loads(bytes(body))
        except (ValueError, RecursionError):
            raise Refused(400, "the body must be JSON") from None
        if not isinstance(given, dict):
            raise Refused(400, "the body must be an object")
        return given

    def _asked(self, make: Callable) -> Callable:
        """The handler of a question."""

        async def run(request: Request) -> Response:
            given = await self._given(request)
            titled = given.pop("titles", True) not in (False, "false", "0")
            state = self.state.now
            asked = make(state, given, self.limits)
            start = time.perf_counter()
            # One question takes less than a change of threads does; several would keep others waiting.
            if asked.is_one:
                ids, scores = asked.call()
            else:
                ids, scores = await run_in_threadpool(asked.call)
            seconds = time.perf_counter() - start
            if self.recall.share > 0 and asking.is_approximate(asked):
                for row, (own, score) in enumerate([(ids, scores)] if ids.ndim == 1 else zip(ids, scores)):
                    kept = own[score > float("-inf")]
                    self.recall.offer(lambda row=row: asking.exactly(asked, row), kept)
            found = asking.answer(state, asked, ids, scores, titled and state.index._facts.has_titles)
            found["generation"] = state.index.generation
            found["microseconds"] = round(seconds * 1e6, 1)
            return JSONResponse(found)

        return run

    async def items(self, request: Request) -> Response:
        """Items by the beginning of their titles, or one by its id."""
        given = request.query_params
        most = min(int(given["limit"]), 100) if given.get("limit", "").isdigit() else 10
        state = self.state.now
        if "id" in given:
            own = state.item(given["id"])
            row = state.index.rows([own])[0]
            if row < 0:
                raise Refused(404, f"no item has the id '{given['id']}'")
            return JSONResponse({"items": [{"id": own, "title": state.index.titles[row]}]})
        return JSONResponse({"items": await run_in_threadpool(state.beginning, given.get("q", "")[:200], most)})

    async def map(self, request: Request) -> Response:
        """The catalogue as points."""
        now = self.state.now
        if now.map is None:
            now.map = await run_in_threadpool(points, now)
        return JSONResponse(now.map)

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
        return JSONResponse(attributes)

    async def health(self, request: Request) -> Response:
        """Whether it answers, and since which trouble not by the newest files."""
        return JSONResponse({"status": "ok", "generation": self.state.now.index.generation, "reloadTrouble": self.state.trouble})

    async def metrics_text(self, request: Request) -> Response:
        return PlainTextResponse(self.metrics.text(self.state, self.recall), media_type="text/plain; version=0.0.4")

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(document(__version__))

    async def page(self, request: Request) -> Response:
        policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
        return HTMLResponse(self._page, headers={"content-security-policy": policy})


def refusal(code: int, sentence: str, help: Optional[str] = None) -> JSONResponse:
    """An error as JSON."""
    return JSONResponse({"error": sentence, **({"help": help} if help else {})}, status_code=code)


def from_environment() -> Starlette:
    """The application of a worker, as `akin-serve` has written it down."""
    given = json.loads(os.environ["AKIN_SERVE"])
    limits = Limits(**given.pop("limits"))
    return Server(given.pop("path"), given.pop("users"), limits=limits, token=os.environ.get("AKIN_TOKEN"), **given).app()
