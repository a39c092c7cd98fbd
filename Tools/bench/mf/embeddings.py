#!/usr/bin/env python3
"""The embeddings of deep-learning courses: mean squared error on MovieLens 100K with a random fifth held out.

usage: embeddings.py u.data [--splits 5] [--first-seed 0] [--threads 1] [--options="OPTIONS OF akin train" ...]

u.data has a user, an item, a rating and a time a line (https://grouplens.org/datasets/movielens/100k/). Each split holds out a
random fifth of the ratings. Rows: akin train --preset course-embeddings, one training of it, the same with the numbers of the course, mf
with its defaults, and each --options. The error is of predictions clipped to 1...5; seconds are of the training alone. Exit code 1 when the
preset's mean is above .8115 or a training of it takes more than 5 s.

needs: numpy; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from emb import Embeddings

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
PRESET = "--preset course-embeddings"
COURSE = f"{PRESET} --runs 1 --dimensions 50 --batch 64 --learning-rate 0.005 --weight-decay 0.1"


def train(rows, options, threads, folder):
    path, out = os.path.join(folder, "train.csv"), os.path.join(folder, "m.emb")
    with open(path, "w") as file:
        file.write("user,item,value\n")
        file.writelines(f"{u},{i},{r}\n" for u, i, r in rows)
    run = subprocess.run(
        [AKIN, "train", path, "-o", out, "--force", "--json", "--quiet", "--threads", str(threads)] + options.split(),
        check=True, capture_output=True, text=True)
    return Embeddings(out), json.loads(run.stdout.splitlines()[-1])["trainSeconds"]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("--splits", type=int, default=5)
    p.add_argument("--first-seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--options", action="append", default=[])
    asked = p.parse_args()
    rows = np.loadtxt(asked.data, dtype=np.int64, usecols=(0, 1, 2))
    print("| | Mean squared error | Each split | Seconds, longest |\n| --- | ---: | --- | ---: |")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for options in [PRESET, f"{PRESET} --runs 1 --dimensions 64", COURSE, "--model mf"] + asked.options:
            errors, seconds = [], []
            for seed in range(asked.first_seed, asked.first_seed + asked.splits):
                order = np.random.default_rng(seed).permutation(len(rows))
                held = len(rows) // 5
                test = rows[order[:held]]
                model, time = train(rows[order[held:]], options, asked.threads, folder)
                predicted = np.clip(model.predict(test[:, 0], test[:, 1]), 1, 5)
                errors.append(float(np.mean((predicted - test[:, 2]) ** 2)))
                seconds.append(time)
            mean = float(np.mean(errors))
            each = " ".join(f"{error:.4f}" for error in errors)
            print(f"| `{options}` | {mean:.4f} | {each} | {max(seconds):.2f} |", flush=True)
            failed |= options == PRESET and (mean > 0.8115 or max(seconds) > 5)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
