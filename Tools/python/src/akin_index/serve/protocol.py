"""Connections of uvicorn that send the head and the body of an answer together."""

from __future__ import annotations

import asyncio
from typing import Any, List

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LARGE = 1 << 16


class OneWrite(HttpToolsProtocol):
    """uvicorn's protocol on httptools. What it writes within one step of the event loop goes out by one call of the system."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(_Joined(transport, asyncio.get_running_loop()))


class _Joined:
    """A transport that keeps what is written until the loop's next step."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop):
        self._transport = transport
        self._soon = loop.call_soon
        self._kept: List[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._kept:
            self._soon(self._send)
        self._kept.append(data)
        if len(data) >= _LARGE:
            self._send()

    def _send(self) -> None:
        kept, self._kept = self._kept, []
        # The client may have gone meanwhile.
        if kept and not self._transport.is_closing():
            self._transport.write(b"".join(kept))

    def close(self) -> None:
        self._send()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
