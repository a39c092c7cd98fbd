#!/usr/bin/env python3
"""The graph and the exact scan side by side with hnswlib and faiss Flat: same vectors, same queries, one run.

usage: run.py BASE.npy QUERY.npy [--metric euclidean|cosine|innerProduct] [--k 10] [--threads 2] [--rounds 3]

Builds with --threads; searches on one thread, one batch; takes turns, --rounds times, medians. Truth is numpy's, in float64.
Prints, for each, seconds to build, and queries per second at recall 0.90, 0.95, 0.99 and 0.999: log-linear between the ef
values measured. Exit code 1 when akin's exact answer is not the truth.

needs: numpy, hnswlib, faiss-cpu; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
EFS = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512]
TARGETS = [0.90, 0.95, 0.99, 0.999]


def akin(*words):
    return subprocess.run([AKIN, *map(str, words)], check=True, capture_output=True, text=True).stdout


def scores(base, query, metric):
    if metric == "cosine":
        base = base / np.maximum(np.linalg.norm(base, axis=1, keepdims=True), 1e-30)
    product = query @ base.T
    return 2 * product - (base * base).sum(1) if metric == "euclidean" else product


def truth(base, query, metric, k):
    """The k best rows of each query: candidates in float32, their order in float64."""
    rows = []
    for start in range(0, len(query), 200):
        block = query[start : start + 200]
        near = np.argpartition(-scores(base, block, metric), 4 * k, axis=1)[:, : 4 * k]
        for q, candidates in zip(block, near):
            exact = scores(base[candidates].astype(np.float64), q[None].astype(np.float64), metric)[0]
            rows.append(candidates[np.lexsort((candidates, -exact))[:k]])
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


class Hnswlib:
    name = "hnswlib M16 efC200"

    def __init__(self, base, query, metric, threads, folder):
        import hnswlib

        self.query = query
        space = {"euclidean": "l2", "cosine": "cosine", "innerProduct": "ip"}[metric]
        self.index = hnswlib.Index(space=space, dim=base.shape[1])
        self.index.init_index(max_elements=len(base), ef_construction=200, M=16)
        self.index.add_items(base, num_threads=threads)

    def measure(self, k):
        for ef in EFS:
            self.index.set_ef(ef)
            start = time.perf_counter()
            rows = self.index.knn_query(self.query, k=k, num_threads=1)[0]
            yield ef, rows, len(self.query) / (time.perf_counter() - start)


class Flat:
    name = "faiss Flat"

    def __init__(self, base, query, metric, threads, folder):
        import faiss

        if metric == "cosine":
            base = base / np.maximum(np.linalg.norm(base, axis=1, keepdims=True), 1e-30)
        self.query = query
        kind = faiss.METRIC_L2 if metric == "euclidean" else faiss.METRIC_INNER_PRODUCT
        self.index = faiss.IndexFlat(base.shape[1], kind)
        self.index.add(np.ascontiguousarray(base, np.float32))

    def measure(self, k):
        import faiss

        faiss.omp_set_num_threads(1)
        start = time.perf_counter()
        rows = self.index.search(self.query, k)[1]
        yield "exact", rows, len(self.query) / (time.perf_counter() - start)


class Graph:
    name = "akin graph"
    how = ["--ef", ",".join(map(str, EFS))]

    def __init__(self, base, query, metric, threads, folder):
        self.folder = folder
        akin("index", f"{folder}/base.emb", "-o", f"{folder}/base.idx", "--metric", metric, "--threads", threads, "-f")

    def measure(self, k):
        folder = self.folder
        lines = akin("query", f"{folder}/base.idx", "--vectors", f"{folder}/query.npy", "-k", k, *self.how,
                     "--threads", 1, "-o", folder + "/rows-{ef}.npy", "--json", "-f")
        for line in map(json.loads, lines.splitlines()):
            ef = line.get("ef", "exact")
            yield ef, np.load(f"{folder}/rows-{ef}.npy"), line["queriesPerSecond"]


class Exact(Graph):
    name = "akin exact"
    how = ["--exact"]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("base")
    p.add_argument("query")
    p.add_argument("--metric", default="euclidean", choices=["euclidean", "cosine", "innerProduct"])
    p.add_argument("--k", type=int, default=10)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--rounds", type=int, default=3)
    o = p.parse_args()
    base, query = (np.ascontiguousarray(np.load(path), np.float32) for path in (o.base, o.query))
    expected = truth(base, query, o.metric, o.k)
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/query.npy", query)
        akin("import", os.path.abspath(o.base), "-o", f"{folder}/base.emb")
        sides, builds = [], {}
        for side in [Graph, Exact, Hnswlib, Flat]:
            start = time.perf_counter()
            sides.append(side(base, query, o.metric, o.threads, folder))
            builds[side.name] = time.perf_counter() - start
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


main()
