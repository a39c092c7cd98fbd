#!/usr/bin/env python3
"""The content-based lab of courses, as far as its data can be had: akin train --model two-tower.

usage: run.py DATA [--seed 0] [--threads 2] [--by random|rating|both] [--keep DIR]

DATA holds ratings.csv and movies.csv of MovieLens ml-latest-small. The stand-in for the lab's own files: films of 2001 and
later with at least 10 ratings and no genre but the lab's 14; one row for each rating and genre of the film. An item is a
film under one of its genres: year, mean rating, one flag. A user is the mean of his ratings in each genre. Four rows in
five train, and the mean squared error of values scaled to -1...1 is measured on both parts, from the vectors in the file.

The lab splits rows, so copies of one rating fall on both sides; --by rating keeps them together. Exit code 1 when, split by
rows, the training error is above .101, the test error above .109, or training takes more than 60 s.

needs: numpy; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
GENRES = ("Action Adventure Animation Children Comedy Crime Documentary Drama Fantasy Horror Mystery Romance Sci-Fi "
          "Thriller").split()
PUBLISHED = {1: .1254, 2: .1187, 5: .1142, 10: .1083, 30: .0985}

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mf"))


def read(directory, name):
    with open(os.path.join(directory, name), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def lab(data):
    """Ratings (user, film, stars) and films (year, genres) of the stand-in."""
    ratings = [(int(r["userId"]), int(r["movieId"]), float(r["rating"])) for r in read(data, "ratings.csv")]
    counts = {}
    for _, film, _ in ratings:
        counts[film] = counts.get(film, 0) + 1
    films = {}
    for row in read(data, "movies.csv"):
        film, years, genres = int(row["movieId"]), re.findall(r"\((\d{4})\)", row["title"]), row["genres"].split("|")
        if years and int(years[-1]) >= 2001 and counts.get(film, 0) >= 10 and set(genres) <= set(GENRES):
            films[film] = (int(years[-1]), genres)
    return [r for r in ratings if r[1] in films], films


def write(directory, ratings, films):
    """Features of users and of items, as the lab makes them: from all ratings, those of the test too."""
    of_film, of_user = {}, {}
    for user, film, stars in ratings:
        of_film.setdefault(film, []).append(stars)
        for genre in films[film][1]:
            of_user.setdefault(user, {}).setdefault(genre, []).append(stars)
    users, items = os.path.join(directory, "users.csv"), os.path.join(directory, "items.csv")
    with open(users, "w") as file:
        file.write("userId," + ",".join(GENRES) + "\n")
        for user, means in sorted(of_user.items()):
            row = [sum(means[g]) / len(means[g]) if g in means else 0 for g in GENRES]
            file.write(f"{user}," + ",".join(f"{x:.7g}" for x in row) + "\n")
    with open(items, "w") as file:
        file.write("itemId,year,mean,genre\n")
        for film, (year, genres) in sorted(films.items()):
            mean = sum(of_film[film]) / len(of_film[film])
            file.writelines(f"{film}__{genre},{year},{mean:.7g},{genre}\n" for genre in genres)
    return users, items


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--by", choices=["random", "rating", "both"], default="both")
    p.add_argument("--keep", help="write the files here, and leave them")
    o = p.parse_args()
    import numpy as np
    from emb import Embeddings

    ratings, films = lab(o.data)
    rows = [(k, user, f"{film}__{genre}", stars)
            for k, (user, film, stars) in enumerate(ratings) for genre in films[film][1]]
    print(f"{len(films)} films, {len({r[0] for r in ratings})} users, {len(ratings)} ratings, {len(rows)} rows")
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        directory = o.keep or scratch
        os.makedirs(directory, exist_ok=True)
        users, items = write(directory, ratings, films)
        for by in ["random", "rating"] if o.by == "both" else [o.by]:
            draw = np.random.default_rng(o.seed)
            if by == "random":
                is_test = draw.random(len(rows)) < 0.2
            else:
                of_rating = draw.random(len(ratings)) < 0.2
                is_test = np.array([of_rating[r[0]] for r in rows])
            path, out = os.path.join(directory, f"{by}.csv"), os.path.join(directory, f"{by}.emb")
            with open(path, "w") as file:
                file.write("userId,itemId,rating\n")
                file.writelines(f"{u},{i},{s}\n" for (_, u, i, s), test in zip(rows, is_test) if not test)
            run = subprocess.run(
                [AKIN, "train", path, "-o", out, "--force", "--json", "--model", "two-tower", "--user-features", users,
                 "--item-features", items, "--seed", str(o.seed), "--threads", str(o.threads)],
                check=True, capture_output=True, text=True)
            seconds = json.loads(run.stdout.splitlines()[-1])["trainSeconds"]
            emb = Embeddings(out)
            u = np.array([emb.user_row[r[1]] for r in rows])
            i = np.array([emb.item_row[r[2]] for r in rows])
            errors = (np.einsum("nd,nd->n", emb.users[u], emb.items[i])
                      - (np.array([r[3] for r in rows]) - 2.75) / 2.25) ** 2
            train, test = errors[~is_test].mean(), errors[is_test].mean()
            print(f"split by {'rows' if by == 'random' else 'ratings'}: {(~is_test).sum()} train, {is_test.sum()} test")
            losses = {int(e): float(v) for e, v in re.findall(r"epoch (\d+) loss ([\d.]+)", run.stderr)}
            for epoch, value in PUBLISHED.items():
                print(f"  epoch {epoch:2}  loss while training {losses[epoch]:.4f}   published {value:.4f}")
            print(f"  train {train:.4f}   test {test:.4f} ({2.25 * test ** .5:.2f} stars)   published test .1045   "
                  f"{seconds:.1f} s")
            if by == "random":
                good = train <= .101 and test <= .109 and seconds <= 60
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
