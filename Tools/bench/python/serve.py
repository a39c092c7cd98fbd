#!/usr/bin/env python3
"""Requests a second of akin-serve, beside what uvicorn and Starlette do without any work of their own.

usage: serve.py F.idx F.emb [--seconds 6] [--rounds 3] [--workers 1,2]

Three servers answer the same addresses by turns: uvicorn with an application of two lines, uvicorn with a route of Starlette, both
with a fixed answer of the same length, and akin-serve. For each: requests a second, latencies, and the processor time of a
request in the server, which other work on the machine changes less than the rest. A hundred answers of akin-serve are compared with
the library's before the clock counts. The client (wrk) runs on the same machine.

needs: akin_index with [serve], wrk; Linux (the processor time is read from /proc)
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

BARE = """
body = {body!r}

async def raw(scope, receive, send):
    if scope["type"] == "http":
        await send({{"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}})
        await send({{"type": "http.response.body", "body": body}})

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

async def fixed(request):
    return Response(body, media_type="application/json")

starlette = Starlette(routes=[Route("/recommend", fixed)])
"""

LUA = """
local users = {{{users}}}
local place = 0
request = function()
  place = place % #users + 1
  return wrk.format("GET", "/recommend?k=10&user=" .. users[place])
end
"""


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("embeddings")
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", default="1,2")
    return parser.parse_args()


def children(process):
    """A process and all below it."""
    found = [process]
    for one in found:
        with open(f"/proc/{one}/task/{one}/children") as file:
            found += [int(word) for word in file.read().split()]
    return found


def ticks(process):
    """Processor time of a process and all below it, in seconds."""
    total = 0
    for one in children(process):
        with open(f"/proc/{one}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return json.load(answer)


class Server:
    """A server under way on a port of its own."""

    def __init__(self, words, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen([*words, "--port", str(self.port)], cwd=folder, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                get(self.port, "/recommend?user=1")
                break
            except OSError as error:
                # An answer, whatever it says, is a server that is there.
                if hasattr(error, "code"):
                    break
                time.sleep(0.1)
        time.sleep(1)

    def load(self, script, seconds, connections):
        """Requests a second, the 50th and 99th percentile of latency, and microseconds of processor time a request."""
        words = ["wrk", "-t1", f"-c{connections}", "--latency", "-s", script, f"http://127.0.0.1:{self.port}/"]
        subprocess.run([*words[:1], "-d1", *words[1:]], capture_output=True, check=True)
        before = ticks(self.process.pid)
        text = subprocess.run([*words[:1], f"-d{seconds}", *words[1:]], capture_output=True, text=True, check=True).stdout
        spent = ticks(self.process.pid) - before
        if "Non-2xx" in text or "Socket errors" in text:
            sys.exit(text)
        requests = int(re.search(r"(\d+) requests in", text)[1])
        return (
            float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
            re.search(r"^\s+50%\s+(\S+)", text, re.MULTILINE)[1],
            re.search(r"^\s+99%\s+(\S+)", text, re.MULTILINE)[1],
            1e6 * spent / requests,
        )

    def end(self):
        self.process.terminate()
        self.process.wait()


def main():
    import akin_index

    o = options()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed: apt-get install wrk")
    recommender = akin_index.Recommender(o.index, o.embeddings)
    users = recommender.user_ids[:: max(1, len(recommender.user_ids) // 5000)].tolist()
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "load.lua")
        with open(script, "w") as file:
            file.write(LUA.format(users=",".join(map(str, users))))
        serve = [sys.executable, "-m", "akin_index.serve.main", os.path.abspath(o.index), "--users", os.path.abspath(o.embeddings)]
        server = Server(serve, folder)
        for user in users[:100]:
            found = [item["id"] for item in get(server.port, f"/recommend?user={user}")["items"]]
            if found != recommender.recommend(user)[0].tolist():
                sys.exit(f"the server and the library disagree about user {user}")
        search = statistics.median(get(server.port, f"/recommend?user={user}")["microseconds"] for user in users[:500])
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/recommend?user={users[0]}") as answer:
            body = answer.read()
        server.end()
        with open(os.path.join(folder, "bare.py"), "w") as file:
            file.write(BARE.format(body=body))
        bare = [sys.executable, "-m", "uvicorn", "--no-access-log", "--log-level", "warning"]
        print(f"{len(recommender):,} items x {recommender.dimension}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        print(f"the search of one request, median: {search:.0f} µs")
        for workers in map(int, o.workers.split(",")):
            ways = {
                "uvicorn alone": [*bare, "bare:raw"],
                "a fixed answer by Starlette": [*bare, "bare:starlette"],
                "akin-serve": serve,
            }
            taken = {name: [] for name in ways}
            for _ in range(o.rounds):
                for name, words in ways.items():
                    server = Server([*words, "--workers", str(workers)], folder)
                    taken[name].append(server.load(script, o.seconds, 8 * workers))
                    server.end()
            for name, runs in taken.items():
                rate, half, most, processor = sorted(runs)[len(runs) // 2]
                print(
                    f"{workers} worker{'s' if workers > 1 else ' '}  {name:28} {rate:7.0f} /s   p50 {half:>8}  p99 {most:>8}"
                    f"   {processor:5.0f} µs of processor time a request"
                )


if __name__ == "__main__":
    main()
