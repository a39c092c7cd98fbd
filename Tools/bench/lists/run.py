#!/usr/bin/env python3
"""The lists of all users: `akin recommend --all` beside implicit's batched recommend, on the same factors, by turns.

usage: run.py [--users 140000] [--items 100000] [--interactions 4000000] [-k 100] [--threads 2] [--rounds 3] [--batch 1000]
              [--directory DIR]

Trains WALS factors of a generated catalogue once (DIR keeps them), exports them, and gives the same factors to implicit's
AlternatingLeastSquares. Both leave out the items that a user has seen. Before the clock counts, the answers are compared: equal
scores at every place of every list (ties may come in another order), and no seen item. The time of akin is that of the whole
command: opening, byte codes, exact search, and both files on the disk, flushed; that of implicit is the calls of recommend alone, for
--batch users each. One call for all users ended without a word on a machine of 24 GB. The last row has the ratio of the medians; the
exit code is 1 when it is below 5 with 2 threads and k = 100.

needs: numpy, scipy, implicit; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

# implicit shares users between its own threads, and asks for a BLAS without more.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from factors import AKIN, add_options, prepare  # noqa: E402


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(p, users=140_000)
    p.add_argument("-k", type=int, default=100)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--batch", type=int, default=1000)
    return p.parse_args()


def seen(path, user_ids, item_ids):
    import numpy as np
    from scipy.sparse import csr_matrix

    with open(path("interactions.csv")) as file:
        names = file.readline().strip().split(",")
        rows = np.loadtxt(file, delimiter=",", dtype=np.int64, usecols=(names.index("user"), names.index("item")))
    users, items = np.searchsorted(user_ids, rows[:, 0]), np.searchsorted(item_ids, rows[:, 1])
    ones = np.ones(len(rows), np.float32)
    return csr_matrix((ones, (users, items)), shape=(len(user_ids), len(item_ids)))


def run_akin(path, o):
    words = [AKIN, "recommend", path("w.idx"), "--users", path("w.emb"), "--all", "-k", str(o.k), "--exact", "--raw", "--threads",
             str(o.threads), "-o", path("lists.npy"), "--scores", path("scores.npy"), "--force", "-q"]
    start = time.monotonic()
    subprocess.run(words, check=True)
    return time.monotonic() - start


def run_implicit(model, matrix, o):
    import numpy as np

    start = time.monotonic()
    parts = []
    for first in range(0, matrix.shape[0], o.batch):
        users = np.arange(first, min(first + o.batch, matrix.shape[0]))
        parts.append(model.recommend(users, matrix[users], N=o.k, filter_already_liked_items=True))
    seconds = time.monotonic() - start
    return np.concatenate([ids for ids, _ in parts]), np.concatenate([scores for _, scores in parts]), seconds


def check(lists, scores, ids, theirs, matrix):
    """Throws where the answers differ by more than ties and rounding, or hold a seen item."""
    import numpy as np

    scale = np.maximum(np.abs(theirs).max(), 1e-6)
    filled = lists >= 0
    assert filled.sum() == (ids >= 0).sum() or filled.all(), "lists of other lengths"
    off = np.abs(np.where(filled, scores, 0) - np.where(filled, theirs, 0)).max() / scale
    assert off < 1e-5, f"scores differ by {off} of the largest"
    users = np.repeat(np.arange(len(lists)), lists.shape[1])[filled.ravel()]
    for answer in [lists, ids]:
        listed = answer.ravel()[filled.ravel()]
        for first in range(0, len(users), 1 << 22):
            part = slice(first, first + (1 << 22))
            assert not np.asarray(matrix[users[part], listed[part]]).any(), "a seen item is in a list"
    return (lists == ids).mean(), off


def main():
    o = options()
    import numpy as np
    from implicit.cpu.als import AlternatingLeastSquares

    with tempfile.TemporaryDirectory() as temporary:
        folder = o.directory or temporary
        path = prepare(o, folder)
        arrays = np.load(path("model.npz"))
        matrix = seen(path, arrays["user_ids"], arrays["item_ids"])
        model = AlternatingLeastSquares(factors=o.dimensions, num_threads=o.threads)
        model.user_factors, model.item_factors = arrays["user_factors"], arrays["item_factors"]
        users = np.arange(len(model.user_factors))
        print(f"{len(users):,} users, {len(model.item_factors):,} items × {o.dimensions}, {matrix.nnz:,} pairs, k {o.k}", flush=True)
        times = {"akin": [], "implicit": []}
        for number in range(o.rounds):
            times["akin"].append(run_akin(path, o))
            ids, theirs, seconds = run_implicit(model, matrix, o)
            times["implicit"].append(seconds)
            if number == 0:
                same, off = check(np.load(path("lists.npy")), np.load(path("scores.npy")), ids, theirs, matrix)
                print(f"the answers agree: {same:.4%} of places hold the same item, scores differ by {off:.1e} at most", flush=True)
            print(f"round {number + 1}: akin {times['akin'][-1]:.2f} s, implicit {times['implicit'][-1]:.2f} s", flush=True)
        medians = {name: statistics.median(values) for name, values in times.items()}
        ratio = medians["implicit"] / medians["akin"]
        for name, seconds in medians.items():
            print(f"{name:9} {seconds:7.2f} s  {len(users) / seconds:9,.0f} lists/s")
        print(f"ratio     {ratio:7.2f}")
        return 1 if o.k == 100 and o.threads == 2 and ratio < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
