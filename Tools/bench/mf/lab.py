#!/usr/bin/env python3
"""The collaborative-filtering lab of courses, by the command line: akin train --preset course-lab.

usage: lab.py DATA [--seed 0] [--threads 2]

DATA holds ratings.csv and movies.csv of MovieLens ml-latest-small. The films are those whose title names 2000 or later
and that have a rating, in the order of movies.csv; a user 0 with the lab's 13 ratings is added. Prints the losses beside
the means of 16 seeds in NumPy, user 0's predictions beside the published ones, and the seconds. Exit code 1 when a loss is
more than 8 % off, a prediction more than 0.15, or training takes more than 2 s.

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
MEANS = [2256170, 131807, 49534, 23301, 12864, 8009, 5492, 4093, 3278, 2786]
# The film's place, the rating that user 0 gives, and the published prediction.
OWN = [
    (2700, 5, 4.80), (929, 5, 4.91), (246, 5, 4.89), (2716, 3, 3.01), (1150, 5, 4.89), (382, 2, 2.13), (366, 5, 4.84),
    (622, 5, 4.89), (988, 3, 3.00), (2925, 1, 1.48), (2937, 1, None), (2609, 2, 2.15), (793, 5, None),
]

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=2)
    o = p.parse_args()
    from emb import Embeddings

    def read(name):
        with open(os.path.join(o.data, name), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    ratings = read("ratings.csv")
    rated = {row["movieId"] for row in ratings}
    films = []
    for row in read("movies.csv"):
        years = re.findall(r"\((\d{4})\)", row["title"])
        if years and int(years[-1]) >= 2000 and row["movieId"] in rated:
            films.append((row["movieId"], row["title"]))
    chosen = {film for film, _ in films}
    good = True
    with tempfile.TemporaryDirectory() as directory:
        path, out = os.path.join(directory, "lab.csv"), os.path.join(directory, "lab.emb")
        with open(path, "w") as file:
            file.write("userId,movieId,rating\n")
            file.writelines(f"0,{films[place][0]},{rating}\n" for place, rating, _ in OWN)
            file.writelines(
                f"{r['userId']},{r['movieId']},{r['rating']}\n" for r in ratings if r["movieId"] in chosen)
        run = subprocess.run(
            [AKIN, "train", path, "-o", out, "--json", "--preset", "course-lab", "--seed", str(o.seed), "--threads",
             str(o.threads)], check=True, capture_output=True, text=True)
        losses = {int(e): float(v) for e, v in re.findall(r"epoch (\d+) loss ([\d.]+)", run.stderr)}
        seconds = json.loads(run.stdout.splitlines()[-1])["trainSeconds"]
        for k, mean in enumerate(MEANS):
            off = losses[20 * k] / mean - 1
            good = good and abs(off) <= 0.08
            print(f"iteration {20 * k:3}  J {losses[20 * k]:11.1f}  {100 * off:+5.1f} % of the mean of 16 seeds")
        predicted = Embeddings(out).predict([0] * len(OWN), [int(films[place][0]) for place, _, _ in OWN])
        for (place, rating, published), found in zip(OWN, predicted):
            off = "" if published is None else f"published {published:.2f}"
            good = good and (published is None or abs(found - published) <= 0.15)
            print(f"{films[place][1][:44]:44}  rated {rating}  predicted {found:.2f}  {off}")
    print(f"{seconds:.3f} s")
    return 0 if good and seconds <= 2 else 1


if __name__ == "__main__":
    sys.exit(main())
