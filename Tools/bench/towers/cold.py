#!/usr/bin/env python3
"""Two towers for films that nobody has rated: a tenth of the films of MovieLens ml-latest-small is held out whole.

usage: cold.py DATA [--draws 5] [--share 0.1] [--threads 1] [--dimensions 64]

DATA holds ratings.csv, movies.csv and tags.csv. Ratings from 4 on are positive pairs. A user's features are made of the training pairs
alone, by features.py: vectors of spectral, the share of each genre and the mean year. A film's features are its year and genres, and
with "tags" flags of the tags that five films or more have. Each model orders the held-out films for every user who likes one of them:
among themselves, and among all films that the user does not have. Measured are NDCG@10, Recall@20 and the area under the curve;
means over the users of all draws, ± 1.96 standard errors. Differences from two towers with tags are taken user by user.

Beside two towers stand wals with the same features of films; the damped means of the films of each genre, made of the vectors of wals without
features (feature-mean); the most popular genres (of each film the mean number of pairs over the films of its genres); and chance, which is also
what the films' own popularity of 0 comes to.

needs: numpy; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import collections
import csv
import os
import subprocess
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one level of threads

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import features

DAMPING = 5


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path, names, table):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([key] + [f"{value:.6g}" for value in row] for key, row in sorted(table.items()))


def train(path, threads, folder, words):
    emb, table = os.path.join(folder, "m.emb"), os.path.join(folder, "m.npz")
    subprocess.run(
        [features.AKIN, "train", path, "-o", emb, "--force", "-q", "--threads", str(threads)] + words, check=True)
    subprocess.run([features.AKIN, "export", emb, "-o", table, "--what", "all", "--force", "-q"], check=True)
    with np.load(table) as arrays:
        model = dict(arrays)
    return [{str(name): row for name, row in zip(model[f"{side}_ids"], model[f"{side}_factors"])} for side in ("user", "item")]


def scores(tables, users, films):
    zero = np.zeros(len(next(iter(tables[0].values()))), np.float32)
    return np.stack([tables[0][user] for user in users]) @ np.stack([tables[1].get(film, zero) for film in films]).T


def means(tables, genres, cold):
    """The vectors of wals, and for a cold film the mean of its genres, each damped by films of the overall mean."""
    users, items = tables
    whole = np.mean(list(items.values()), axis=0)
    sums = collections.defaultdict(lambda: (0, DAMPING * whole))
    for film, vector in items.items():
        for genre in genres[film]:
            count, sum_ = sums[genre]
            sums[genre] = (count + 1, sum_ + vector)
    made = {film: np.mean([sums[g][1] / (sums[g][0] + DAMPING) for g in genres[film]], axis=0) for film in cold}
    return users, {**items, **made}


def measure(score, liked):
    """NDCG@10, Recall@20 and the area under the curve of one user; liked are places."""
    order = np.argsort(-score, kind="stable")
    hits = np.isin(order, liked)
    discounts = 1 / np.log2(np.arange(2, 12))
    top = hits[:10]
    places = np.flatnonzero(hits)
    others = len(score) - len(liked)
    area = np.mean((others - (places - np.arange(len(places)))) / others) if others else 1
    return ((top * discounts[: len(top)]).sum() / discounts[: min(10, len(liked))].sum(), hits[:20].sum() / len(liked), area)


def draw(args, seed):
    """The measurements of one draw: by model, a row a user, of held-out films among themselves and among all."""
    random = np.random.default_rng(seed)
    movies = {row["movieId"]: row for row in rows(os.path.join(args.data, "movies.csv"))}
    genres = {film: row["genres"].split("|") for film, row in movies.items()}
    liked = [(r["userId"], r["movieId"]) for r in rows(os.path.join(args.data, "ratings.csv")) if float(r["rating"]) >= 4]
    films = sorted({film for _, film in liked}, key=int)
    cold = set(random.choice(films, int(len(films) * args.share), replace=False).tolist())
    pairs = [pair for pair in liked if pair[1] not in cold]
    known = {user for user, _ in pairs}
    wanted = collections.defaultdict(list)
    for user, film in liked:
        if film in cold and user in known:
            wanted[user].append(film)
    kept = sorted({film for _, film in pairs}, key=int)
    # In a drawn order, so that ties say nothing.
    catalogue = random.permutation(kept + sorted(cold, key=int)).tolist()
    tagged = collections.defaultdict(set)
    for row in rows(os.path.join(args.data, "tags.csv")):
        tagged[row["tag"].lower()].add(row["movieId"])
    tags = sorted(tag for tag, own in tagged.items() if len(own) >= 5)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "train.csv")
        with open(path, "w", newline="") as file:
            csv.writer(file).writerows([("user", "item")] + pairs)
        films_path = os.path.join(args.data, "movies.csv")
        (names, (by_user, by_film)), (codes, (vectors, _)) = features.films(films_path, pairs), features.spectral(path, args.dimensions)
        users_path = os.path.join(folder, "users.csv")
        write(users_path, ["user"] + names + codes, {user: list(by_user[user]) + list(vectors[user]) for user in known})
        plain, rich = os.path.join(folder, "films.csv"), os.path.join(folder, "tags.csv")
        write(plain, ["item"] + names, {film: by_film[film] for film in catalogue})
        write(rich, ["item"] + names + [f"t{k}" for k in range(len(tags))],
              {film: by_film[film] + [float(film in tagged[tag]) for tag in tags] for film in catalogue})
        users = sorted(wanted, key=int)
        towers = ["--model", "two-tower", "--loss", "sampled-softmax", "--user-features", users_path, "--item-features"]
        made = {
            "two-tower, genres and tags": train(path, args.threads, folder, towers + [rich]),
            "two-tower, genres": train(path, args.threads, folder, towers + [plain]),
            "wals, genres and tags": train(path, args.threads, folder, ["--model", "wals", "--item-features", rich]),
            "wals, genres": train(path, args.threads, folder, ["--model", "wals", "--item-features", plain]),
            "feature-mean": means(train(path, args.threads, folder, ["--model", "wals"]), genres, cold),
        }
    tables = {name: scores(model, users, catalogue) for name, model in made.items()}
    counts = collections.Counter(film for _, film in pairs)
    sizes = collections.defaultdict(list)
    for film in kept:
        for genre in genres[film]:
            sizes[genre].append(counts[film])
    popular = np.array([
        np.mean([np.mean(sizes[g]) if sizes[g] else 0 for g in genres[film]]) if film in cold else counts[film]
        for film in catalogue])
    tables["popular genres"] = np.tile(popular, (len(users), 1))
    tables["random"] = random.random((len(users), len(catalogue)))
    held = np.array([place for place, film in enumerate(catalogue) if film in cold])
    place = {film: number for number, film in enumerate(catalogue)}
    seen = collections.defaultdict(set)
    for user, film in pairs:
        seen[user].add(place[film])
    found = {}
    for name, table in tables.items():
        found[name] = []
        for row, user in enumerate(users):
            own = [place[film] for film in wanted[user]]
            free = np.array([number for number in range(len(catalogue)) if number not in seen[user]])
            found[name].append(
                measure(table[row, held], np.flatnonzero(np.isin(held, own)))
                + measure(table[row, free], np.flatnonzero(np.isin(free, own)))[1:])
    return {name: np.array(list_) for name, list_ in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dimensions", type=int, default=64)
    args = parser.parse_args()
    found = [draw(args, seed) for seed in range(args.draws)]
    whole = {name: np.concatenate([one[name] for one in found]) for name in found[0]}
    first = next(iter(whole.values()))
    print(f"{len(first)} users in {args.draws} draws")
    print("| | NDCG@10 | Recall@20 | AUC | Recall@20 among all | AUC among all | behind by, NDCG@10 |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, table in whole.items():
        errors = 1.96 * table.std(axis=0, ddof=1) / len(table) ** 0.5
        behind = (first - table)[:, 0]
        error = 1.96 * behind.std(ddof=1) / len(behind) ** 0.5
        print(f"| {name} | " + " | ".join(f"{x:.4f} ± {e:.4f}" for x, e in zip(table.mean(axis=0), errors))
              + f" | {behind.mean():+.4f} ± {error:.4f} |", flush=True)


if __name__ == "__main__":
    main()
