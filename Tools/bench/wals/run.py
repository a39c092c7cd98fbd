#!/usr/bin/env python3
"""WALS side by side with implicit's ALS: same pairs, same objective, same number of threads, taken in turns.

usage: run.py [--users 30000] [--items 40000] [--interactions 800000] [--dimensions 64] [--epochs 8] [--threads 2]
              [--lambda 0.01] [--rounds 3] [--json]

Both minimise  sum over observed of value (1 - p.q)^2 + sum over unobserved of (p.q)^2 + lambda (|P|^2 + |Q|^2).
akin solves every half-step exactly; implicit takes its default three steps of conjugate gradients. The answer is checked
before the clock is read: akin's loss after the last epoch must not be above implicit's by more than a thousandth.
Prints the median over rounds of seconds per epoch, and akin's share. Exit code 1 when akin is slower or its loss worse.

needs: numpy, scipy, implicit 0.7; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one level of threads, or implicit is far slower

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--users", type=int, default=30_000)
    p.add_argument("--items", type=int, default=40_000)
    p.add_argument("--interactions", type=int, default=800_000)
    p.add_argument("--dimensions", type=int, default=64)
    p.add_argument("--epochs", type=int, default=8)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--lambda", type=float, default=0.01, dest="lam")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--json", action="store_true")
    return p.parse_args()


def run_akin(o, directory):
    """Seconds per epoch and final loss, as the command reports them."""
    command = [
        AKIN, "train", os.path.join(directory, "interactions.csv"), "-o", os.path.join(directory, "bench.emb"),
        "--force", "--json", "--quiet", "--weighting", "value", "--alpha", "1", "--w0", "1", "--nu", "0",
        "--lambda", str(o.lam), "--dimensions", str(o.dimensions), "--epochs", str(o.epochs),
        "--threads", str(o.threads),
    ]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return answer["secondsPerEpoch"], answer["loss"]


def loss(pairs, users, items, lam):
    """The objective in double precision, without visiting the unobserved pairs."""
    import numpy as np

    users, items = users.astype(np.float64), items.astype(np.float64)
    total = np.sum((users.T @ users) * (items.T @ items)) + lam * (np.sum(users**2) + np.sum(items**2))
    pairs = pairs.tocoo()
    for start in range(0, pairs.nnz, 100_000):
        part = slice(start, start + 100_000)
        scores = np.einsum("nd,nd->n", users[pairs.row[part]], items[pairs.col[part]])
        total += np.sum(pairs.data[part] * (1 - scores) ** 2 - scores**2)
    return float(total)


def run_implicit(o, pairs):
    """The median over epochs of seconds per epoch, and the final loss."""
    from implicit.cpu.als import AlternatingLeastSquares

    seconds = []
    model = AlternatingLeastSquares(
        factors=o.dimensions, regularization=o.lam, alpha=1.0, iterations=o.epochs, num_threads=o.threads,
        random_state=0)
    model.fit(pairs, show_progress=False, callback=lambda iteration, elapsed, *_: seconds.append(elapsed))
    return statistics.median(seconds), loss(pairs, model.user_factors, model.item_factors, o.lam)


def main():
    o = options()
    import numpy as np
    from scipy.sparse import csr_matrix

    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [AKIN, "sample", "--out", directory, "--force", "--quiet", "--users", str(o.users), "--items",
             str(o.items), "--interactions", str(o.interactions), "--seed", "1"],
            check=True, stdout=subprocess.DEVNULL)
        rows = np.loadtxt(os.path.join(directory, "interactions.csv"), delimiter=",", skiprows=1, dtype=np.float32)
        users, u = np.unique(rows[:, 0], return_inverse=True)
        items, i = np.unique(rows[:, 1], return_inverse=True)
        pairs = csr_matrix((rows[:, 2], (u, i)), shape=(len(users), len(items)))
        ours, theirs = [], []
        for _ in range(o.rounds):
            ours.append(run_akin(o, directory))
            theirs.append(run_implicit(o, pairs))
    akin = statistics.median(s for s, _ in ours)
    implicit = statistics.median(s for s, _ in theirs)
    answer = {
        "users": len(users), "items": len(items), "interactions": pairs.nnz, "dimensions": o.dimensions,
        "epochs": o.epochs, "threads": o.threads, "akinSecondsPerEpoch": akin,
        "implicitSecondsPerEpoch": implicit, "implicitOverAkin": implicit / akin, "akinLoss": ours[-1][1],
        "implicitLoss": theirs[-1][1],
    }
    if o.json:
        print(json.dumps(answer))
    else:
        print(f"{len(users)} users x {len(items)} items, {pairs.nnz} pairs, d {o.dimensions}, {o.threads} threads")
        print(f"akin      {akin:.3f} s per epoch, loss {ours[-1][1]:.1f}")
        print(f"implicit  {implicit:.3f} s per epoch, loss {theirs[-1][1]:.1f}")
        print(f"akin is {implicit / akin:.2f} times as fast")
    return 0 if akin <= implicit and ours[-1][1] <= theirs[-1][1] * 1.001 else 1


if __name__ == "__main__":
    sys.exit(main())
