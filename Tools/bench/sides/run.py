#!/usr/bin/env python3
"""Do features help items that nobody has touched? Items of MovieLens ml-latest-small are held out whole, in five folds, and
genres are all that is known of them.

usage: run.py DATA [--folds 5] [--seed 0] [-k 10] [--threads 2] [more options of akin evaluate]

DATA holds ratings.csv and movies.csv. Films get new ids in a drawn order first: films with the same genres have the same
score, ties stand in the order of ids, and MovieLens numbers well-known films low, so that its own ids tell what is popular.

Two questions: how well are held-out items ordered among themselves, and how well do
they come through among all items. Beside wals with genres stand the same model without features, whose held-out items get
the damped means of the genres they are in (group-mean), popularity, which does not know them, and chance. The differences
are taken user by user, with 95 % intervals. A third run asks what features cost, or bring, for items that are known: random
folds of ratings, with genres and without. Exit code 1 when genres do not beat the group means among held-out items.

needs: akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))


def relabelled(data, directory, seed):
    """Copies of the two files in which films have drawn ids."""
    with open(os.path.join(data, "movies.csv"), newline="", encoding="utf-8") as file:
        films = list(csv.reader(file))
    ids = sorted(int(film[0]) for film in films[1:])
    drawn = ids[:]
    random.Random(seed).shuffle(drawn)
    new = dict(zip(map(str, ids), drawn))
    for name in ("movies.csv", "ratings.csv"):
        with open(os.path.join(data, name), newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        column = rows[0].index("movieId")
        for row in rows[1:]:
            row[column] = new[row[column]]
        with open(os.path.join(directory, name), "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)


def evaluate(args, *words):
    command = [AKIN, "evaluate", os.path.join(args.data, "ratings.csv"), "--seed", str(args.seed), "--folds",
               str(args.folds), "-k", str(args.k), "--threads", str(args.threads), "--sample", "0", "--json", "--quiet",
               *words]
    print("$", " ".join(command), file=sys.stderr)
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit(answer.stderr)
    return json.loads(answer.stdout)["models"]


def metric(model, name):
    for one in model["metrics"]:
        if one["metric"] == name:
            return one["value"], one["standardError"]
    return None


def table(title, models, k):
    print(f"\n{title}\n")
    print(f"| | NDCG@{k} | Recall@{k} | AUC | wals is ahead by, NDCG@{k} |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for model in models:
        cells = []
        for name in ("ndcg", "recall", "auc"):
            found = metric(model, name)
            cells.append(f"{found[0]:.4f} ± {found[1]:.4f}" if found else "")
        ahead = model.get("behindBy")
        cells.append(f"{ahead['value']:+.4f} ± {1.96 * ahead['standardError']:.4f}" if ahead else "")
        print(f"| {model['model']} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    args, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as directory:
        relabelled(args.data, directory, args.seed)
        args.data = directory
        return compare(args, more)


def compare(args, more):
    features = ["--item-features", os.path.join(args.data, "movies.csv"), *more]
    alone = evaluate(args, "--split", "cold-items", "--candidates", "held-out", *features)
    table("Held-out items among themselves", alone, args.k)
    table("Held-out items among all", evaluate(args, "--split", "cold-items", *features), args.k)
    table("Items that are known, with genres", evaluate(args, *features)[:1], args.k)
    table("Items that are known, without", evaluate(args)[:1], args.k)
    ahead = next(model["behindBy"] for model in alone if model["model"] == "group-mean")
    return 0 if ahead["value"] > 1.96 * ahead["standardError"] else 1


if __name__ == "__main__":
    sys.exit(main())
