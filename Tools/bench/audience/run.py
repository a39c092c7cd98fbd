#!/usr/bin/env python3
"""Who wants an item: `akin audience` after its preparation, checked against every user's own list.

usage: run.py [--users 100000] [--items 100000] [--interactions 4000000] [--dimensions 64] [--top 100] [--questions 400]
              [--check 400] [--threads 2] [--directory DIR]

Trains WALS factors of a generated catalogue once (DIR keeps them). `akin recommend --all --exact` writes the lists of all users, and a
numpy product without an index checks --check of them. Then one run of `akin audience` is asked for --questions items, drawn from all
with the 20 most listed ones among them; before the clock counts, the users of every answer and their order are compared with the lists.
Prints the seconds of the whole run and of the lists alone, and quantiles of the time of one answer, as akin measures it on one
thread. The exit code is 1 where the median is 10 ms or more at 10⁵ × 10⁵ × 64 or fewer.

needs: numpy; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from factors import AKIN, add_options, akin, prepare  # noqa: E402


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(p, users=100_000)
    p.add_argument("--top", type=int, default=100)
    p.add_argument("--questions", type=int, default=400)
    p.add_argument("--check", type=int, default=400)
    return p.parse_args()


def check(o, model, lists, scores):
    """Throws where a list that includes seen items is not that of a plain product."""
    import numpy as np

    some = np.random.default_rng(1).choice(len(lists), min(o.check, len(lists)), replace=False)
    products = model["user_factors"][some].astype(np.float64) @ model["item_factors"].T.astype(np.float64)
    best = -np.sort(-products, axis=1)[:, : o.top]
    off = np.abs(best - scores[some]).max()
    assert off < 1e-5 * np.abs(best).max(), f"the lists are not those of the product: off by {off}"


def main():
    o = options()
    import numpy as np

    with tempfile.TemporaryDirectory() as temporary:
        folder = o.directory or temporary
        path = prepare(o, folder)
        model = np.load(path("model.npz"))
        base = [path("w.idx"), "--users", path("w.emb"), "--raw", "--include-seen", "--threads", o.threads]
        start = time.monotonic()
        akin("recommend", *base, "--all", "-k", o.top, "--exact", "-o", path("lists.npy"), "--scores", path("scores.npy"),
             "--force", "-q")
        listing = time.monotonic() - start
        lists, scores = np.load(path("lists.npy")), np.load(path("scores.npy"))
        check(o, model, lists, scores)
        sizes = np.bincount(lists[lists >= 0], minlength=len(model["item_factors"]))
        drawn = np.random.default_rng(2).choice(len(sizes), min(o.questions, len(sizes)), replace=False)
        items = np.unique(np.concatenate([np.argsort(-sizes, kind="stable")[:20], drawn]))
        words = [AKIN, "audience", *base, "--top", o.top, "--jsonl", "-q", *[model["item_ids"][item] for item in items]]
        start = time.monotonic()
        output = subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout
        whole = time.monotonic() - start
        answers = [json.loads(line) for line in output.splitlines()]
        assert len(answers) == len(items)
        ids = {int(one): row for row, one in enumerate(model["user_ids"])}
        for item, answer in zip(items, answers):
            users, places = np.nonzero(lists == item)
            order = np.lexsort((users, -scores[users, places]))
            found = [ids[one["id"]] for one in answer["users"]]
            assert answer["audience"] == len(users) and found == users[order].tolist(), f"the audience of item {item}"
        times = np.array([answer["seconds"] for answer in answers]) * 1e3
        print(f"{len(lists):,} users, {len(sizes):,} items × {o.dimensions}, top {o.top}: {len(items):,} answers are right, "
              f"of 0 to {sizes.max():,} users, {sizes[items].mean():,.0f} on average")
        print(f"lists of all users {listing:.1f} s, akin audience {whole:.1f} s with its preparation, {o.threads} threads")
        p50, p90, p99 = np.percentile(times, [50, 90, 99])
        print(f"one answer, one thread: p50 {p50:.2f} ms, p90 {p90:.2f} ms, p99 {p99:.2f} ms, most {times.max():.2f} ms")
        return 1 if p50 >= 10 and len(lists) * o.dimensions <= 6_400_000 else 0


if __name__ == "__main__":
    sys.exit(main())
