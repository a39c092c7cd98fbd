#!/usr/bin/env python3
"""Models of top lists on a split that is given: quality by one metric code, and seconds of training.

usage: run.py TRAIN.csv TEST.csv [--threads 1] [--repeat 1] [MODEL...]

A MODEL is a quoted list of options of `akin train`, such as 'contrastive --epochs 40'; without any, the defaults of wals,
spectral and contrastive. TRAIN and TEST have a user and an item a line, with a header. Each model is trained on TRAIN; the vectors
are exported, every item that the user does not have in TRAIN is scored, and the best 20 are compared with the user's
items in TEST: recall is hits / the user's test items, NDCG has gains of 1 and its ideal list is cut at 20; means over the
test users that TRAIN knows. Items that TRAIN does not know count as missed.

needs: numpy; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one level of threads

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
K = 20


def pairs(path):
    with open(path, newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [(row[0], row[1]) for row in rows]


def train(options, path, threads, folder):
    emb, table = os.path.join(folder, "m.emb"), os.path.join(folder, "m.npz")
    start = time.perf_counter()
    run = subprocess.run(
        [AKIN, "train", path, "-o", emb, "--force", "--threads", str(threads), "--json", "-q", "--model"]
        + options.split(), capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if run.returncode != 0:
        sys.exit(run.stderr)
    subprocess.run([AKIN, "export", emb, "-o", table, "--what", "all", "--force", "-q"], check=True)
    with np.load(table) as arrays:
        return dict(arrays), seconds, json.loads(run.stdout)


def evaluate(model, known, wanted):
    users = {str(name): row for row, name in enumerate(model["user_ids"])}
    items = {str(name): row for row, name in enumerate(model["item_ids"])}
    seen, test = {}, {}
    for user, item in known:
        seen.setdefault(users[user], []).append(items[item])
    for user, item in wanted:
        if user in users:
            test.setdefault(users[user], []).append(items.get(item, -1))
    vectors, queries = model["item_factors"], model["user_factors"]
    biases = model.get("item_biases", np.zeros(len(vectors), np.float32))
    discounts = 1 / np.log2(np.arange(2, K + 2))
    recalls, gains = [], []
    asked = sorted(test)
    for first in range(0, len(asked), 500):
        block = asked[first : first + 500]
        scores = queries[block] @ vectors.T + biases
        for place, user in enumerate(block):
            scores[place, seen[user]] = -np.inf
            best = np.argpartition(-scores[place], K)[:K]
            best = best[np.argsort(-scores[place, best], kind="stable")]
            hits = np.isin(best, test[user])
            recalls.append(hits.sum() / len(test[user]))
            gains.append((hits * discounts).sum() / discounts[: min(K, len(test[user]))].sum())
    return np.array(recalls), np.array(gains)


def interval(values):
    return 1.96 * values.std(ddof=1) / len(values) ** 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("models", nargs="*", default=["wals", "spectral", "contrastive"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    known, wanted = pairs(options.train), pairs(options.test)
    print("| `--model` | Recall@20 | NDCG@20 | Seconds |\n| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for words in options.models:
            runs = [train(words, options.train, options.threads, folder) for _ in range(options.repeat)]
            recalls, gains = evaluate(runs[0][0], known, wanted)
            seconds = statistics.median(run[1] for run in runs)
            print(
                f"| `{words}` | {recalls.mean():.4f} ± {interval(recalls):.4f} | {gains.mean():.4f} ± {interval(gains):.4f} "
                f"| {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
