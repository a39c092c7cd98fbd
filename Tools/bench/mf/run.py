#!/usr/bin/env python3
"""Explicit ratings side by side with Surprise: the same random folds of MovieLens ml-latest-small, taken in turns.

usage: run.py DATA [--folds 5] [--seed 1] [--threads 2] [--no-surprise] [--json] [--tuned="OPTIONS OF akin train"]

DATA holds ratings.csv. Four rows: akin train --model mf with its documented defaults, with tuned options, and Surprise's
BaselineOnly and SVD with theirs. RMSE and MAE are of predictions clipped to the scale; seconds are of the fit alone, the
median over folds. Exit code 1 when the defaults are above .865, the tuned ones
above .855, or a fit takes more than a fifth of Surprise's SVD.

needs: numpy, and scikit-surprise 1.1.5 with pandas unless told not to; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
TUNED = "--dimensions 62 --epochs 20 --lambda 1.4 --bias-lambda 3.5"

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("--folds", type=int, default=5)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--no-surprise", action="store_true")
    p.add_argument("--json", action="store_true")
    p.add_argument("--tuned", default=TUNED)
    return p.parse_args()


def run_akin(rows, train, test, more, threads, directory):
    import numpy as np
    from emb import Embeddings

    path = os.path.join(directory, "train.csv")
    with open(path, "w") as file:
        file.write("userId,movieId,rating\n")
        file.writelines(f"{int(u)},{int(i)},{r}\n" for u, i, r in rows[train])
    out = os.path.join(directory, "fold.emb")
    answer = json.loads(subprocess.run(
        [AKIN, "train", path, "-o", out, "--force", "--json", "--quiet", "--model", "mf", "--threads", str(threads)]
        + more, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    predicted = Embeddings(out).predict(rows[test, 0], rows[test, 1])
    error = predicted - rows[test, 2]
    return float(np.sqrt(np.mean(error**2))), float(np.mean(np.abs(error))), answer["trainSeconds"]


def run_surprise(name, rows, train, test):
    import numpy as np
    import pandas
    import surprise

    frame = pandas.DataFrame(rows[train], columns=["u", "i", "r"])
    data = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(0.5, 5))).build_full_trainset()
    model = surprise.SVD(random_state=0) if name == "SVD" else surprise.BaselineOnly(verbose=False)
    start = time.perf_counter()
    model.fit(data)
    seconds = time.perf_counter() - start
    error = np.array([model.predict(u, i).est - r for u, i, r in rows[test]])
    return float(np.sqrt(np.mean(error**2))), float(np.mean(np.abs(error))), seconds


def main():
    o = options()
    import numpy as np

    rows = np.loadtxt(os.path.join(o.data, "ratings.csv"), delimiter=",", skiprows=1, usecols=(0, 1, 2))
    fold = np.random.default_rng(o.seed).permutation(len(rows)) % o.folds
    found = {}
    with tempfile.TemporaryDirectory() as directory:
        for k in range(o.folds):
            train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
            for name, more in [("akin default", []), ("akin tuned", o.tuned.split())]:
                found.setdefault(name, []).append(run_akin(rows, train, test, more, o.threads, directory))
            if not o.no_surprise:
                for name in ["BaselineOnly", "SVD"]:
                    found.setdefault("Surprise " + name, []).append(run_surprise(name, rows, train, test))
    table = {
        name: {"rmse": statistics.mean(r for r, _, _ in runs), "mae": statistics.mean(a for _, a, _ in runs),
               "seconds": statistics.median(s for _, _, s in runs)}
        for name, runs in found.items()
    }
    if o.json:
        print(json.dumps(table))
    else:
        print(f"{len(rows)} ratings, {o.folds} folds, seed {o.seed}; tuned: {o.tuned}")
        for name, row in table.items():
            print(f"{name:22} RMSE {row['rmse']:.4f}  MAE {row['mae']:.4f}  fit {row['seconds']:.3f} s")
    good = table["akin default"]["rmse"] <= 0.865 and table["akin tuned"]["rmse"] <= 0.855
    if "Surprise SVD" in table:
        share = table["akin default"]["seconds"] / table["Surprise SVD"]["seconds"]
        if not o.json:
            print(f"akin's default fit takes {share:.3f} of Surprise's SVD")
        good = good and share <= 0.2
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
