"""How far is `akin update` from a training, and does its residual say so?

    Tools/bench/update/run.py --data ml-latest-small/ratings.csv [--akin .build/release/akin]

A fifth of the ratings, drawn at random, is kept for the test. The rest comes in the order of time: a model is trained on the first half, 70, 80, 90, 95, 99 % of it, and updated with what follows; another is trained
on all. For `wals` recall@20 of test ratings of 4 and more is taken over users with one (what is known of
them left out; nothing is found for a user whom a model does not know), for `mf` the RMSE of all test ratings. Needs numpy.
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "mf"))
from emb import Embeddings  # noqa: E402


def write(path, rows):
    with open(path, "w") as file:
        file.write("userId,itemId,rating\n")
        file.writelines(f"{u},{i},{r}\n" for u, i, r, _ in rows)


def quality(path, model, known, test):
    e = Embeddings(path)
    if model == "mf":
        users, items, ratings = zip(*((u, i, r) for u, i, r, _ in test))
        return np.sqrt(np.mean((e.predict(users, items) - np.array(ratings)) ** 2))
    seen, want = defaultdict(list), defaultdict(set)
    for u, i, _, _ in known:
        if i in e.item_row:
            seen[u].append(e.item_row[i])
    for u, i, r, _ in test:
        if r >= 4:
            want[u].add(e.item_row.get(i, -i))
    recalls = []
    for u, wanted in want.items():
        top = []
        if u in e.user_row:
            scores = e.items @ e.users[e.user_row[u]]
            scores[seen[u]] = -np.inf
            top = np.argsort(-scores, kind="stable")[:20].tolist()
        recalls.append(len(wanted & set(top)) / min(20, len(wanted)))
    return np.mean(recalls)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--akin", default=".build/release/akin")
    parser.add_argument("--models", default="wals,mf")
    options = parser.parse_args()
    with open(options.data) as file:
        rows = [(int(u), int(i), float(r), int(t)) for u, i, r, t in list(csv.reader(file))[1:]]
    random = np.random.default_rng(1)
    is_test = random.random(len(rows)) < 0.2
    test = [row for row, out in zip(rows, is_test) if out]
    known = sorted((row for row, out in zip(rows, is_test) if not out), key=lambda row: row[3])
    print("| Model | Trained on | Residual | Updated | Trained on that only | Trained on all |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        def path(name):
            return os.path.join(folder, name)
        for model in options.models.split(","):
            write(path("all.csv"), known)
            train = [options.akin, "train", "--model", model, "-q", "-f"]
            subprocess.run(train + [path("all.csv"), "-o", path("all.emb")], check=True)
            whole = quality(path("all.emb"), model, known, test)
            for share in (0.5, 0.7, 0.8, 0.9, 0.95, 0.99):
                cut = int(len(known) * share)
                write(path("old.csv"), known[:cut])
                write(path("new.csv"), known[cut:])
                subprocess.run(train + [path("old.csv"), "-o", path("old.emb")], check=True)
                said = subprocess.run(
                    [options.akin, "update", path("old.emb"), path("new.csv"), "-o", path("new.emb"), "-f", "-q", "--json"],
                    check=True, capture_output=True, text=True).stdout
                updated = quality(path("new.emb"), model, known, test)
                old = quality(path("old.emb"), model, known, test)
                print(f"| `{model}` | {share:.0%} | {json.loads(said)['residual']:.1%} | {updated:.4f} | {old:.4f} "
                      f"| {whole:.4f} |", flush=True)


if __name__ == "__main__":
    main()
