"""`akin-serve`."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import signal
import sys
import tempfile
from typing import Any, List, Optional

from .. import __version__
from ..errors import AkinError


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="akin-serve", description="Serves related items, recommendations and searches of an index over HTTP."
    )
    made.add_argument("index", metavar="CATALOGUE|F.idx", help="the directory of a catalogue, or an index file")
    made.add_argument("--users", metavar="F.emb", help="the embeddings file with users, unless the index holds it")
    made.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s: this machine alone)")
    made.add_argument("--port", type=int, default=8080, help="port to listen on (default %(default)s)")
    made.add_argument("--workers", type=int, default=1, help="processes; they share one mapping of the files (default %(default)s)")
    made.add_argument("--max-k", type=int, default=1000, help="largest k of a request (default %(default)s)")
    made.add_argument("--max-batch", type=int, default=1000, help="most questions of a request (default %(default)s)")
    made.add_argument("--max-body", type=int, default=1 << 20, help="most bytes of a request (default %(default)s)")
    made.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="time of a request (default %(default)s)")
    made.add_argument(
        "--recall-share",
        type=float,
        default=0.001,
        metavar="X",
        help="share of answers that are compared with exact ones (default %(default)s)",
    )
    made.add_argument(
        "--reload", type=float, default=1.0, metavar="SECONDS", help="time between looks for newer files (default %(default)s)"
    )
    made.add_argument("--version", action="version", version=__version__)
    made.epilog = "AKIN_TOKEN in the environment: requests need it as a bearer token, all but /health and the page at /."
    return made


def main(words: Optional[List[str]] = None) -> int:
    given = parser().parse_args(words)
    try:
        import uvicorn

        from .state import State
    except ImportError as error:
        print(f"akin-serve: {error}; pip install 'akin-index[serve]'", file=sys.stderr)
        return 2
    try:
        now = State(given.index, given.users).now
    except AkinError as error:
        print(f"akin-serve: error: {error}", file=sys.stderr)
        if error.help:
            print(f"akin-serve: help: {error.help}", file=sys.stderr)
        return 3
    print(f"akin-serve: {now.index.live} items, at http://{given.host}:{given.port}", file=sys.stderr)
    del now
    os.environ["AKIN_SERVE"] = json.dumps(
        {
            "path": os.path.abspath(given.index),
            "users": given.users and os.path.abspath(given.users),
            "limits": {"k": given.max_k, "batch": given.max_batch, "body": given.max_body, "seconds": given.timeout},
            "recall_share": given.recall_share,
            "reload_seconds": given.reload,
        }
    )
    # uvicorn ends its work at SIGTERM, and sends it once more to whoever was there before: here it ends the process in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.ExitStack() as stack:
        if given.workers > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            # Workers add up their metrics there.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="akin-serve."))
        serve(uvicorn, given)
    return 0


def protocol() -> str:
    """The protocol of connections: uvicorn's on httptools with fewer writes, or what uvicorn finds."""
    return "auto" if importlib.util.find_spec("httptools") is None else "akin_index.serve.protocol:OneWrite"


def serve(uvicorn: Any, given: argparse.Namespace) -> None:
    """Serves until it is stopped."""
    uvicorn.run(
        "akin_index.serve.app:from_environment",
        factory=True,
        host=given.host,
        port=given.port,
        workers=given.workers,
        http=protocol(),
        # Nothing here asks who the client is.
        proxy_headers=False,
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    sys.exit(main())
