#!/usr/bin/env python3
"""WALS side by side with the ALS of implicit and of irspack: same pairs, same objective, same threads, taken in turns.

usage: run.py [--users 30000] [--items 40000] [--interactions 800000] [--dimensions 64] [--epochs 15] [--threads 2]
              [--lambda 0.01] [--rounds 3] [--peers implicit,irspack] [--scaling] [--json]

All minimise  sum over observed of value (1 - p.q)^2 + sum over unobserved of (p.q)^2 + lambda (|P|^2 + |Q|^2).
akin solves every half-step exactly, to the rounding of single precision; implicit takes its default three steps of
conjugate gradients, irspack one round of iALS++ over blocks of 64. Everyone's last factors go through one loss function
in double precision: akin's loss must not be above a peer's by more than a hundred-thousandth,
which is less than what another random start makes. (irspack adds its weights to 1 on
observed pairs, so it gets value - 1, or 1e-6 for a value of 1, which it would drop.)

Prints the median over rounds of the median seconds per epoch, how many times as fast akin is, the loss after the last
epoch, and akin's peak memory as a multiple of the bytes of the interactions (12 each: user, item, value) and of the
factors. --scaling runs akin with one thread too. Exit code 1 when akin is slower than a peer or its loss worse.

needs: numpy, scipy, implicit 0.7, irspack 0.5; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one level of threads, or implicit is far slower

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--users", type=int, default=30_000)
    p.add_argument("--items", type=int, default=40_000)
    p.add_argument("--interactions", type=int, default=800_000)
    p.add_argument("--dimensions", type=int, default=64)
    p.add_argument("--epochs", type=int, default=15)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--lambda", type=float, default=0.01, dest="lam")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--peers", default="implicit,irspack")
    p.add_argument("--scaling", action="store_true")
    p.add_argument("--json", action="store_true")
    return p.parse_args()


def run_akin(o, directory, threads):
    """Seconds per epoch and final loss, as the command reports them, and its peak memory in bytes."""
    command = [
        AKIN, "train", os.path.join(directory, "interactions.csv"), "-o", os.path.join(directory, "bench.emb"),
        "--force", "--json", "--quiet", "--weighting", "value", "--alpha", "1", "--w0", "1", "--nu", "0",
        "--lambda", str(o.lam), "--dimensions", str(o.dimensions), "--epochs", str(o.epochs),
        "--threads", str(threads),
    ]
    # A child counts its parent's memory until it becomes another program: so a small parent.
    launch = [
        sys.executable, "-c", "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"]
    lines = subprocess.run(launch + command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    answer = json.loads(lines[-2])
    peak = int(lines[-1]) * (1 if sys.platform == "darwin" else 1024)
    return answer["secondsPerEpoch"], answer["loss"], peak


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


def run_irspack(o, pairs):
    """The same for irspack's iALS++ over blocks of 64."""
    from irspack.recommenders.ials import IALSTrainer, str_to_loss_type, str_to_solver_type

    above = pairs.copy()
    above.data = (above.data - 1).clip(1e-6)
    trainer = IALSTrainer(
        above, o.dimensions, alpha0=1.0, reg=o.lam, nu=0.0, init_std=0.1, solver_type=str_to_solver_type("IALSPP"),
        max_cg_steps=3, ialspp_subspace_dimension=64, loss_type=str_to_loss_type("ORIGINAL"), random_seed=0,
        n_threads=o.threads, prediction_time_max_cg_steps=5, prediction_time_ialspp_iteration=7)
    seconds = []
    for _ in range(o.epochs):
        start = time.perf_counter()
        trainer.run_epoch()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), loss(pairs, trainer.core_trainer.user, trainer.core_trainer.item, o.lam)


def main():
    o = options()
    import numpy as np
    from scipy.sparse import csr_matrix

    runs = {"implicit": run_implicit, "irspack": run_irspack}
    peers = [name for name in o.peers.split(",") if name]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [AKIN, "sample", "--out", directory, "--force", "--quiet", "--users", str(o.users), "--items",
             str(o.items), "--interactions", str(o.interactions), "--seed", "1"],
            check=True, stdout=subprocess.DEVNULL)
        rows = np.loadtxt(os.path.join(directory, "interactions.csv"), delimiter=",", skiprows=1, dtype=np.float32)
        users, u = np.unique(rows[:, 0], return_inverse=True)
        items, i = np.unique(rows[:, 1], return_inverse=True)
        pairs = csr_matrix((rows[:, 2], (u, i)), shape=(len(users), len(items)))
        ours, alone, theirs = [], [], {name: [] for name in peers}
        for _ in range(o.rounds):
            ours.append(run_akin(o, directory, o.threads))
            if o.scaling:
                alone.append(run_akin(o, directory, 1))
            for name in peers:
                theirs[name].append(runs[name](o, pairs))
    seconds = statistics.median(run[0] for run in ours)
    held = 12 * pairs.nnz + 4 * o.dimensions * (len(users) + len(items))
    answer = {
        "users": len(users), "items": len(items), "interactions": pairs.nnz, "dimensions": o.dimensions,
        "epochs": o.epochs, "threads": o.threads, "akinSecondsPerEpoch": seconds, "akinLoss": ours[-1][1],
        "akinPeakBytes": max(run[2] for run in ours), "akinPeakOverData": max(run[2] for run in ours) / held,
    }
    if o.scaling:
        answer["akinOneThreadSecondsPerEpoch"] = statistics.median(run[0] for run in alone)
    good = True
    for name in peers:
        answer[name + "SecondsPerEpoch"] = statistics.median(run[0] for run in theirs[name])
        answer[name + "Loss"] = theirs[name][-1][1]
        good = good and seconds <= answer[name + "SecondsPerEpoch"]
        good = good and ours[-1][1] <= theirs[name][-1][1] * (1 + 1e-5)
    if o.json:
        print(json.dumps(answer))
        return 0 if good else 1
    print(f"{len(users)} users x {len(items)} items, {pairs.nnz} pairs, d {o.dimensions}, {o.threads} threads")
    print(f"akin      {seconds:.3f} s per epoch, loss {ours[-1][1]:.1f}, peak memory "
          f"{answer['akinPeakBytes'] / 1e6:.0f} MB = {answer['akinPeakOverData']:.2f} x (interactions + factors)")
    if o.scaling:
        one = answer["akinOneThreadSecondsPerEpoch"]
        print(f"          {one:.3f} s with one thread: {one / seconds:.2f} times as long")
    for name in peers:
        other = answer[name + "SecondsPerEpoch"]
        print(f"{name:9} {other:.3f} s per epoch, loss {answer[name + 'Loss']:.1f}; akin is {other / seconds:.2f} times as fast")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
