#!/usr/bin/env python3
"""Features of users and items for akin train --model two-tower, made of the training pairs alone.

usage: features.py TRAIN.csv FOLDER [--dimensions 64] [--movies MOVIES.csv]

TRAIN has a user and an item a line, with a header. FOLDER gets users.csv and items.csv. With --dimensions d > 0 they hold the vectors of
akin train --model spectral, d numbers a row: a user or an item that comes later gets its own by fold-in. With --movies, the
movies.csv of a MovieLens set, an item also has its year and one flag a genre, and a user the share of each genre among its items and their mean
year.

needs: numpy; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import csv
import os
import re
import subprocess
import tempfile

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))


def spectral(path, dimensions):
    """Columns and the rows of users and of items, by id."""
    with tempfile.TemporaryDirectory() as folder:
        emb, table = os.path.join(folder, "m.emb"), os.path.join(folder, "m.npz")
        subprocess.run(
            [AKIN, "train", path, "-o", emb, "-q", "--model", "spectral", "--dimensions", str(dimensions)], check=True)
        subprocess.run([AKIN, "export", emb, "-o", table, "--what", "all", "-q"], check=True)
        with np.load(table) as arrays:
            model = dict(arrays)
    names = [f"v{k}" for k in range(dimensions)]
    return names, [
        {str(name): list(row) for name, row in zip(model[f"{side}_ids"], model[f"{side}_factors"])}
        for side in ("user", "item")]


def films(path, pairs):
    """Columns and the rows of users and of items, by id."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    genres = sorted({genre for row in rows for genre in row["genres"].split("|")})
    items = {}
    for row in rows:
        years = re.findall(r"\((\d{4})\)", row["title"])
        items[row["movieId"]] = [float(years[-1]) if years else 1990.0] + [
            float(genre in row["genres"].split("|")) for genre in genres]
    sums, counts = {}, {}
    for user, item in pairs:
        if item not in items:
            raise SystemExit(f"{path} has no item {item}, which {user} has in the training pairs")
        sums[user] = sums.get(user, 0) + np.array(items[item])
        counts[user] = counts.get(user, 0) + 1
    return ["year"] + genres, [{user: list(sums[user] / counts[user]) for user in sums}, items]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("folder")
    parser.add_argument("--dimensions", type=int, default=64)
    parser.add_argument("--movies")
    options = parser.parse_args()
    with open(options.train, newline="") as file:
        pairs = [(row[0], row[1]) for row in list(csv.reader(file))[1:]]
    parts = [spectral(options.train, options.dimensions)] if options.dimensions > 0 else []
    parts += [films(options.movies, pairs)] if options.movies else []
    os.makedirs(options.folder, exist_ok=True)
    for side, name in enumerate(("user", "item")):
        rows = sorted({pair[side] for pair in pairs})
        with open(os.path.join(options.folder, f"{name}s.csv"), "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([name] + [column for names, _ in parts for column in names])
            for row in rows:
                writer.writerow([row] + [f"{value:.6g}" for _, sides in parts for value in sides[side][row]])


if __name__ == "__main__":
    main()
