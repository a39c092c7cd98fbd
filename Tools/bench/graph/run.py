#!/usr/bin/env python3
"""The graph and the exact scan side by side with other libraries: same vectors, same queries, one run.

usage: run.py BASE.npy QUERY.npy | --make clustered|tight|factors [--rows N] [--dimension D]
              [--metric euclidean|cosine|innerProduct] [--peers NAME,...] [--k 10] [--threads 2] [--rounds 3]

Builds with --threads; searches on one thread, one batch; takes turns, --rounds times, medians. Truth is numpy's, in float64.
Prints, for each, seconds to build, and queries per second at recall 0.90, 0.95, 0.99 and 0.999: log-linear between the ef
values measured. `akin auto` asks for these recalls by --recall. Exit code 1 when akin's exact answer is not the truth.

needs: numpy; akin at $AKIN, or .build/release/akin beside this checkout; of hnswlib, faiss-cpu, usearch, voyager,
scalable-vs, rabitqlib and scann those that are to be measured (--peers takes parts of names; all that are installed)
"""
import argparse
import importlib.metadata
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import peers
from peers import EFS

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from vectors import METRIC, vectors  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
TARGETS = [0.90, 0.95, 0.99, 0.999]


def akin(*words):
    return subprocess.run([AKIN, *map(str, words)], check=True, capture_output=True, text=True).stdout


def scores(base, query, metric):
    if metric == "cosine":
        base = base / np.maximum(np.linalg.norm(base, axis=1, keepdims=True), 1e-30)
    product = query @ base.T
    return 2 * product - (base * base).sum(1) if metric == "euclidean" else product


def truth(base, query, metric, k):
    """The k best rows of each query: candidates in float32, their scores in float64; equal ones (as float32) by row."""
    if metric == "cosine":
        query = query / np.maximum(np.linalg.norm(query.astype(np.float64), axis=1, keepdims=True), 1e-30)
    rows = []
    for start in range(0, len(query), 200):
        block = query[start : start + 200]
        near = np.argpartition(-scores(base, block.astype(np.float32), metric), 16 * k, axis=1)[:, : 16 * k]
        for q, candidates in zip(block, near):
            exact = scores(base[candidates].astype(np.float64), q[None].astype(np.float64), metric)[0]
            rows.append(candidates[np.lexsort((candidates, -exact.astype(np.float32)))[:k]])
    return np.array(rows)


def recall(found, expected):
    return float(np.mean([len(np.intersect1d(a, b)) for a, b in zip(found, expected)]) / expected.shape[1])


def at(points, target):
    """Queries per second at a recall, or None where it was not reached."""
    points = sorted(points)
    best = max((speed for r, speed in points if r >= target), default=None)
    for (low, slow), (high, fast) in zip(points, points[1:]):
        if low < target <= high:
            share = (target - low) / (high - low)
            best = max(best or 0, math.exp(math.log(slow) * (1 - share) + math.log(fast) * share))
    return best


class Graph:
    name = "akin graph"
    how = ["--ef", ",".join(map(str, [1, 2, 4, 6, 8] + EFS))]

    def __init__(self, folder, metric, threads):
        self.folder = folder
        akin("index", f"{folder}/base.emb", "-o", f"{folder}/base.idx", "--metric", metric, "--threads", threads, "-f")

    def measure(self, k):
        folder = self.folder
        lines = akin("query", f"{folder}/base.idx", "--vectors", f"{folder}/query.npy", "-k", k, *self.how,
                     "--threads", 1, "--repeat", 2, "-o", folder + "/rows-{ef}.npy", "--jsonl", "-f")
        for line in map(json.loads, lines.splitlines()):
            ef = line.get("ef") or line.get("recallTarget") or "exact"
            yield str(ef), np.load(f"{folder}/rows-{ef}.npy"), line["queriesPerSecond"]


class Exact(Graph):
    name = "akin exact"
    how = ["--exact"]


class Auto(Graph):
    name = "akin auto"
    how = ["--recall", ",".join(map(str, TARGETS))]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("base", nargs="?")
    p.add_argument("query", nargs="?")
    p.add_argument("--make", choices=list(METRIC), help="items and queries made here; see ../vectors.py")
    p.add_argument("--rows", type=int, default=100_000)
    p.add_argument("--dimension", type=int, default=64)
    p.add_argument("--metric", choices=["euclidean", "cosine", "innerProduct"])
    p.add_argument("--k", type=int, default=10)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--peers", default="", help="parts of names, with commas")
    o = p.parse_args()
    if (o.make is None) == (o.base is None or o.query is None):
        p.error("either BASE.npy and QUERY.npy, or --make")
    o.metric = o.metric or METRIC.get(o.make, "euclidean")
    made = vectors(o.make, o.rows, o.dimension, 2000) if o.make else map(np.load, (o.base, o.query))
    base, query = (np.ascontiguousarray(part, np.float32) for part in made)
    expected = truth(base, query, o.metric, o.k)
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/query.npy", query)
        np.save(f"{folder}/base.npy", base)
        akin("import", f"{folder}/base.npy", "-o", f"{folder}/base.emb")
        sides, builds = [], {}
        for side in [Graph, Exact, Auto]:
            start = time.perf_counter()
            sides.append(side(folder, o.metric, o.threads))
            builds[side.name] = time.perf_counter() - start
        for peer in peers.ALL:
            if not any(part.lower() in peer.name.lower() for part in o.peers.split(",")):
                continue
            try:
                version = importlib.metadata.version(peer.package)
                start = time.perf_counter()
                sides.append(peer(base, query, o.metric, o.threads))
                builds[peer.name] = time.perf_counter() - start
                print(f"{peer.name}: {peer.package} {version}", file=sys.stderr)
            except importlib.metadata.PackageNotFoundError:
                print(f"{peer.name}: {peer.package} is not installed", file=sys.stderr)
        speeds = {side.name: {} for side in sides}
        recalls = {side.name: {} for side in sides}
        for _ in range(o.rounds):
            for side in sides:
                for ef, rows, speed in side.measure(o.k):
                    speeds[side.name].setdefault(ef, []).append(speed)
                    recalls[side.name][ef] = recall(rows, expected)
    print(f"{len(base)} x {base.shape[1]}, {len(query)} queries, {o.metric}, recall@{o.k}")
    print(f"{'':20s} {'build s':>8s}" + "".join(f" {'@' + str(t):>9s}" for t in TARGETS) + "  best recall")
    for side in sides:
        points = [(recalls[side.name][ef], statistics.median(s)) for ef, s in speeds[side.name].items()]
        cells = "".join(f" {v:9.0f}" if v else f" {'-':>9s}" for v in (at(points, t) for t in TARGETS))
        print(f"{side.name:20s} {builds[side.name]:8.1f}{cells}  {max(points)[0]:.4f}")
    if recalls["akin exact"]["exact"] < 1:
        sys.exit(f"akin's exact answer has recall {recalls['akin exact']['exact']}")


if __name__ == "__main__":
    main()
