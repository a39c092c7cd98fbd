#!/usr/bin/env python3
"""Ranking beside peers: whole users held out, every model tuned, one metric code for all lists.

usage: run.py DATA/ml-latest-small/ratings.csv [--cache FILE] [--seconds 150] [--threads 2] [--seed 0]

Ratings of 4 and more are positives, and all that models see. Users (with at least 5 positives) are dealt into 5
folds. A user who is asked about is held out whole: 80 % of the positives, drawn at random, are known, the rest is
the truth; known items are left out of lists. Every user is asked with several draws, and counts once, by the mean
over them.

For each test fold, every model takes the options that are best by NDCG@20 on the other four folds, each of which is
held out in turn while the model is trained on the remaining three; trained on all four with these options, it makes
its lists for the test fold. So every user is a test user once, and no choice has seen the test.

akin's WALS and implicit's ALS go through the same grid of lambda x alpha, with 64 dimensions and 10 epochs. Everything
unobserved has the weight 1, a positive the weight alpha. akin's regularisation grows with the root of a row's count
(--nu 0.5), implicit's is plain: it has no other. akin's grid also holds --user-weight-exponent 0 and 0.25: weights of
alpha * (n / mean)^-delta, n being how many positives the user has: a busy user's positives say less each. implicit has no
such option, but can be given the same weights as values of its table: the row implicit+n^-d. Item k-NN takes cosine over a grid of neighbours and
shrinkage. SVD is scipy's svds over a grid of dimensions, a user being folded in by the projection x V V'. akin's
lists come from `akin evaluate --lists`; its own NDCG must agree with this file's.

Prints each model's NDCG@20 and Recall@20 as means over users with standard errors, and akin's lead over it user by
user with a 95 % interval. Exit code 1 when an interval lies below 0, or the two metric codes disagree; 2 when
--seconds were up before all was done: run it again with the same --cache.

needs: numpy, scipy, implicit 0.7; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import csv
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one level of threads

import numpy as np
from scipy.sparse import csr_matrix, diags
from scipy.sparse.linalg import svds

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
K = 20
FOLDS = 5
TUNING_DRAWS = 3
FINAL_DRAWS = 10
FACTORS = 64
EPOCHS = 10
LAMBDAS = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
ALPHAS = [1.0, 3.0]
DAMPINGS = [0.0, 0.25]
MODELS = ["akin wals", "implicit als", "implicit+n^-d", "item knn", "svd", "popular"]


# --- data and split --------------------------------------------------------------------------------------------------


def positives(path):
    """Users and items of the positives, as rows; users with at least 5."""
    with open(path, newline="") as file:
        rows = [(int(r["userId"]), int(r["movieId"])) for r in csv.DictReader(file) if float(r["rating"]) >= 4]
    count = {}
    for user, _ in rows:
        count[user] = count.get(user, 0) + 1
    rows = sorted(r for r in rows if count[r[0]] >= 5)
    users = sorted({u for u, _ in rows})
    items = sorted({i for _, i in rows})
    u_row = {u: n for n, u in enumerate(users)}
    i_row = {i: n for n, i in enumerate(items)}
    lists = [[] for _ in users]
    for user, item in rows:
        lists[u_row[user]].append(i_row[item])
    return [np.array(x) for x in lists], len(items)


class Round:
    """Training users, and users who are asked about: for each draw what is known of them and what is held out."""

    def __init__(self, lists, items, train, asked, draws, seed):
        self.items = items
        self.train_lists = [lists[u] for u in train]
        self.train = matrix(self.train_lists, items)
        self.users = np.repeat(asked, draws)
        self.known, self.truth = [], []
        for user in asked:
            for draw in range(draws):
                order = np.random.default_rng([seed, int(user), draw]).permutation(lists[user])
                cut = min(len(order) - 1, max(1, int(0.8 * len(order))))
                self.known.append(np.sort(order[:cut]))
                self.truth.append(np.sort(order[cut:]))
        self.known_matrix = matrix(self.known, items)

    def lists(self, scores):
        """The K best of each row of scores without what is known; equal scores in the items' order."""
        scores = -np.array(scores, dtype=np.float64)
        for row, known in enumerate(self.known):
            scores[row, known] = np.inf
        # Whatever ties with the K-th place takes part in the stable sort.
        limits = np.partition(scores, K - 1, axis=1)[:, K - 1]
        best = []
        for row, limit in zip(scores, limits):
            candidates = np.flatnonzero(row <= limit)
            best.append(candidates[np.argsort(row[candidates], kind="stable")[:K]])
        return best


def weights(lists, damping, mean):
    """One weight for each list: its length over the mean length of training, to the power of -damping."""
    return (np.array([len(x) for x in lists], dtype=np.float64) / mean) ** -damping


def matrix(lists, items):
    rows = np.repeat(np.arange(len(lists)), [len(x) for x in lists])
    columns = np.concatenate(lists) if lists else np.array([], dtype=int)
    return csr_matrix((np.ones(len(columns), dtype=np.float32), (rows, columns)), shape=(len(lists), items))


# --- the one metric code ---------------------------------------------------------------------------------------------


def measure(lists, truth):
    """For each user NDCG@K (binary, ideal over min(K, R)) and Recall@K (over R)."""
    discount = 1 / np.log2(np.arange(2, K + 2))
    ndcg, recall = [], []
    for ranked, relevant in zip(lists, truth):
        hits = np.isin(ranked[:K], relevant)
        ndcg.append(float(np.sum(discount[: len(hits)][hits]) / np.sum(discount[: min(K, len(relevant))])))
        recall.append(float(np.sum(hits)) / len(relevant))
    return np.array(ndcg), np.array(recall)


# --- models: (options) -> lists --------------------------------------------------------------------------------------


def popular(split, options, o):
    counts = np.asarray(split.train.sum(axis=0)).ravel()
    return split.lists(np.tile(counts, (len(split.users), 1)))


def item_knn(split, options, o):
    neighbours, shrink = options
    together = (split.train.T @ split.train).toarray().astype(np.float64)
    norm = np.sqrt(np.diag(together))
    with np.errstate(divide="ignore", invalid="ignore"):
        similar = together / (np.outer(norm, norm) + shrink)
    similar[~np.isfinite(similar)] = 0
    np.fill_diagonal(similar, 0)
    if neighbours < split.items:
        cut = -np.partition(-similar, neighbours, axis=1)[:, neighbours][:, None]
        similar[similar <= cut] = 0
    return split.lists(split.known_matrix @ similar.T)


def svd(split, options, o):
    (factors,) = options
    v = svds(split.train.astype(np.float64), k=factors, random_state=o.seed)[2]
    return split.lists((split.known_matrix @ v.T) @ v)


def implicit_als(split, options, o):
    from implicit.cpu.als import AlternatingLeastSquares

    lam, alpha, damping = options
    mean = np.mean([len(x) for x in split.train_lists])
    own, known = (weights(lists, damping, mean) for lists in (split.train_lists, split.known))
    model = AlternatingLeastSquares(
        factors=FACTORS, regularization=lam, alpha=alpha, iterations=EPOCHS, num_threads=o.threads,
        random_state=o.seed)
    model.fit(diags(own).dot(split.train).tocsr().astype(np.float32), show_progress=False)
    users = model.recalculate_user(
        np.arange(len(split.users)), diags(known).dot(split.known_matrix).tocsr().astype(np.float32))
    return split.lists(users @ model.item_factors.T)


def akin_wals(split, options, o):
    lam, alpha, damping = options
    with tempfile.TemporaryDirectory() as directory:
        offset = len(split.train_lists)
        for name, lists, first in [
            ("train", split.train_lists, 0), ("known", split.known, offset), ("test", split.truth, offset)]:
            with open(os.path.join(directory, name + ".csv"), "w") as file:
                file.write("userId,itemId\n")
                for row, items in enumerate(lists):
                    file.writelines(f"{first + row},{item}\n" for item in items.tolist())
        path = os.path.join(directory, "lists.tsv")
        command = [
            AKIN, "evaluate", os.path.join(directory, "train.csv"), "--test", os.path.join(directory, "test.csv"),
            "--fold-in", os.path.join(directory, "known.csv"), "--lists", path, "--no-auc", "-k", str(K), "--json",
            "--quiet", "--dimensions", str(FACTORS), "--lambda", str(lam), "--alpha", str(alpha), "--epochs",
            str(EPOCHS), "--weighting", "constant", "--user-weight-exponent", str(damping), "--nu", "0.5", "--seed",
            str(o.seed), "--threads", str(o.threads),
        ]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        lists = [[] for _ in split.users]
        with open(path) as file:
            for row in csv.DictReader(file, delimiter="\t"):
                lists[int(row["user"]) - offset].append(int(row["item"]))
    own = next(m["value"] for m in answer["models"][0]["metrics"] if m["metric"] == "ndcg")
    if not math.isclose(own, measure(lists, split.truth)[0].mean(), rel_tol=1e-9):
        sys.exit(f"akin says NDCG@{K} {own}, this file {measure(lists, split.truth)[0].mean()}")
    return lists


ALS_GRID = list(itertools.product(LAMBDAS, ALPHAS, DAMPINGS))
GRIDS = {
    "akin wals": (akin_wals, ALS_GRID),
    "implicit als": (implicit_als, [options for options in ALS_GRID if options[2] == 0]),
    "implicit+n^-d": (implicit_als, ALS_GRID),
    "item knn": (item_knn, list(itertools.product([20, 50, 100, 200, 10**9], [0.0, 10.0]))),
    "svd": (svd, [(k,) for k in [8, 16, 24, 32, 48, 64, 96, 128]]),
    "popular": (popular, [()]),
}


# --- the run ---------------------------------------------------------------------------------------------------------


class Cache:
    """What was measured, in a file of JSON lines: a run that was stopped goes on where it was."""

    def __init__(self, path, seconds):
        self.path, self.deadline, self.found = path, time.monotonic() + seconds, {}
        if path and os.path.exists(path):
            with open(path) as file:
                self.found = {key: value for key, value in map(json.loads, file)}

    def get(self, key, make):
        key = json.dumps(key)
        if key not in self.found:
            if time.monotonic() > self.deadline:
                print("the time was up; run again with the same --cache", file=sys.stderr)
                sys.exit(2)
            self.found[key] = make()
            if self.path:
                with open(self.path, "a") as file:
                    file.write(json.dumps([key, self.found[key]]) + "\n")
        return self.found[key]


def tuning_scores(name, lists, items, dealt, cache, o):
    """NDCG on fold v of a model trained without folds t and v, for every combination of options: {(t, v): scores}."""
    train, grid = GRIDS[name]
    scores = {}
    for a, b in itertools.combinations(range(FOLDS), 2):
        rest = np.flatnonzero((dealt != a) & (dealt != b))
        asked = np.flatnonzero((dealt == a) | (dealt == b))
        split = None
        rows = []
        for options in grid:

            def make():
                nonlocal split
                split = split or Round(lists, items, rest, asked, TUNING_DRAWS, o.seed)
                ndcg = measure(train(split, options, o), split.truth)[0]
                return [float(ndcg[dealt[split.users] == fold].mean()) for fold in (a, b)]

            rows.append(cache.get([name, "tune", o.seed, a, b, options], make))
        rows = np.array(rows)
        scores[b, a], scores[a, b] = rows[:, 0], rows[:, 1]
    return scores


def final_lists(name, lists, items, dealt, fold, options, cache, o):
    """Each test user's NDCG and recall, as means over draws."""

    def make():
        asked = np.flatnonzero(dealt == fold)
        split = Round(lists, items, np.flatnonzero(dealt != fold), asked, FINAL_DRAWS, o.seed + 1)
        values = measure(GRIDS[name][0](split, options, o), split.truth)
        return [v.reshape(len(asked), FINAL_DRAWS).mean(axis=1).tolist() for v in values]

    return cache.get([name, "final", o.seed, fold, options], make)


def report(values):
    count = len(values[MODELS[0]][0])
    print(f"{count} users; mean ± standard error over users; akin's lead user by user, 95 % interval")
    print(f"{'model':14}{'NDCG@%d' % K:>18}{'Recall@%d' % K:>18}   lead in NDCG@{K}")
    is_behind = False
    for name in MODELS:
        text = "".join(f"{v.mean():>9.4f} ± {v.std(ddof=1) / math.sqrt(count):.4f}" for v in values[name])
        if name != MODELS[0]:
            lead = values[MODELS[0]][0] - values[name][0]
            margin = 1.96 * lead.std(ddof=1) / math.sqrt(count)
            is_behind = is_behind or lead.mean() + margin < 0
            text += f"   {lead.mean():+.4f} ({lead.mean() - margin:+.4f} to {lead.mean() + margin:+.4f})"
        print(f"{name:14}{text}")
    return 1 if is_behind else 0


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("ratings")
    p.add_argument("--cache", help="keep what was measured in this file")
    p.add_argument("--seconds", type=float, default=math.inf, help="stop after about so long")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=0)
    o = p.parse_args()
    lists, items = positives(o.ratings)
    dealt = np.random.default_rng(o.seed).permutation(len(lists)) % FOLDS
    cache = Cache(o.cache, o.seconds)
    values = {}
    for name in reversed(MODELS):
        scores = tuning_scores(name, lists, items, dealt, cache, o)
        folds = []
        for fold in range(FOLDS):
            mean = np.mean([scores[fold, other] for other in range(FOLDS) if other != fold], axis=0)
            options = GRIDS[name][1][int(np.argmax(mean))]
            print(f"{name}, fold {fold}: {options}, NDCG@{K} {mean.max():.4f} on the others", file=sys.stderr)
            folds.append(final_lists(name, lists, items, dealt, fold, options, cache, o))
        values[name] = [np.concatenate([f[metric] for f in folds]) for metric in (0, 1)]
    return report(values)


if __name__ == "__main__":
    sys.exit(main())
