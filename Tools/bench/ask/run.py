"""Do the questions of `akin ask` tell more about a new user than popular or random ones?

    Tools/bench/ask/run.py --data ml-latest-small/ratings.csv [--akin .build/release/akin] [--folds 2,3,4]

Users are held out whole, in five folds; the rule of `akin ask` has one exponent, which was chosen on folds 0 and 1, so the
other three are the default. `wals --weighting constant` learns from the ratings of 4 and more of the others. A
held-out user likes what they rated 4 or more: half of it, drawn at random (some times over), can be told, the other half is asked for
afterwards. A question about an item of the first half is answered y, about one of the second half is passed over as if it
had not been put (skip), about any other item n. So all rules are asked about the same items, and none gains by finding
the answers. After 1, 3, 5 and 10 answers the user is folded in from the items with a y (popularity while there is none),
and NDCG@20 is taken over all items but those told.

`akin ask` is driven through its pipe, line by line, as a program would. What it recommends at the end is compared with the
fold-in here before any figure is shown. Needs numpy.
"""
import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections import defaultdict

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "mf"))
from emb import Embeddings  # noqa: E402

AFTER = (0, 1, 3, 5, 10)
K = 20


class Model:
    """A trained model and what popularity says."""

    def __init__(self, path, likes, held_out):
        e = Embeddings(path)
        self.path = path
        self.items = e.items
        self.row = e.item_row
        self.id = {row: id for id, row in e.item_row.items()}
        self.count = np.zeros(len(e.items))
        for user, items in likes.items():
            if user not in held_out:
                for item in items:
                    self.count[self.row[item]] += 1
        self.gramian = e.items.T @ e.items

    def ranking(self, yes, told):
        """The best K items for somebody who said yes to these."""
        scores = self.count.copy()
        if yes:
            # w = w0 = 1, and lambda = 0.05 x count.
            system = self.gramian + 0.05 * len(yes) * np.eye(self.items.shape[1])
            scores = self.items @ np.linalg.solve(system, self.items[yes].sum(0))
        scores[list(told)] = -np.inf
        return np.argsort(-scores, kind="stable")[:K]


def fixed(order):
    """A rule that asks in an order, whatever is answered."""
    def ask(reply):
        for row in order:
            if not reply(int(row)):
                return
    return ask


def picked(akin, model):
    """The rule of `akin ask`."""
    def ask(reply):
        tool = subprocess.Popen(
            [akin, "ask", model.path, "-n", str(AFTER[-1]), "-k", str(K)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        listed = []
        for line in tool.stdout:
            kind, *rest = line.rstrip("\n").split("\t")
            if kind == "ask":
                answer = reply.say(model.row[int(rest[0])])
                tool.stdin.write(f"{rest[0]}\t{answer}\n")
                tool.stdin.flush()
            elif kind == "recommend":
                listed.append(model.row[int(rest[1])])
        tool.wait()
        if reply.yes:
            here = model.ranking(reply.yes, reply.told)
            # Both round in their own way: neighbours may change places.
            assert len(set(listed) & set(here.tolist())) >= K - 1, (listed, here)
    return ask


class Reply:
    """One user who is asked."""

    def __init__(self, model, tell, want):
        self.model, self.tell, self.want = model, tell, want
        self.yes, self.told, self.ndcg = [], [], {}
        self.measure()

    def measure(self):
        if len(self.told) in AFTER:
            hits = np.array([row in self.want for row in self.model.ranking(self.yes, self.told)])
            discount = 1 / np.log2(np.arange(2, K + 2))
            self.ndcg[len(self.told)] = (hits * discount).sum() / discount[:min(K, len(self.want))].sum()

    def say(self, row):
        if row in self.want:
            return "skip"
        self.told.append(row)
        if row in self.tell:
            self.yes.append(row)
        self.measure()
        return "y" if row in self.tell else "n"

    def __call__(self, row):
        self.say(row)
        return len(self.told) < AFTER[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--akin", default=".build/release/akin")
    parser.add_argument("--folds", default="2,3,4")
    parser.add_argument("--draws", type=int, default=4, help="halves drawn for each user, who counts once, by the mean")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    likes = defaultdict(list)
    everybody = set()
    with open(options.data) as file:
        for user, item, rating, *_ in list(csv.reader(file))[1:]:
            everybody.add(int(user))
            if float(rating) >= 4:
                likes[int(user)].append(int(item))
    users = np.random.default_rng(options.seed).permutation(sorted(everybody))
    results = defaultdict(list)
    yes = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for fold in map(int, options.folds.split(",")):
            held_out = set(users[fold::5].tolist())
            data, path = os.path.join(folder, "x.csv"), os.path.join(folder, "x.emb")
            with open(data, "w") as file:
                file.write("userId,itemId\n")
                for user, items in likes.items():
                    if user not in held_out:
                        file.writelines(f"{user},{item}\n" for item in items)
            subprocess.run([options.akin, "train", data, "-o", path, "--weighting", "constant", "-q", "-f"], check=True)
            model = Model(path, likes, held_out)
            popular = np.argsort(-model.count, kind="stable")
            for user in sorted(held_out):
                if sum(item in model.row for item in likes[user]) < 10:
                    continue
                drawn, agreed = defaultdict(list), defaultdict(list)
                for draw in range(options.draws):
                    random = np.random.default_rng([options.seed, user, draw])
                    known = random.permutation([model.row[item] for item in likes[user] if item in model.row]).tolist()
                    half = len(known) // 2
                    rules = {
                        "akin ask": picked(options.akin, model), "popular": fixed(popular),
                        "random": fixed(random.permutation(len(model.items))),
                        "random of the 500 most popular": fixed(random.permutation(popular[:500])),
                    }
                    for name, ask in rules.items():
                        reply = Reply(model, set(known[:half]), set(known[half:]))
                        ask(reply)
                        drawn[name].append([reply.ndcg[n] for n in AFTER])
                        agreed[name].append(len(reply.yes))
                for name in drawn:
                    results[name].append(np.mean(drawn[name], 0))
                    yes[name].append(np.mean(agreed[name]))
    count = len(results["popular"])
    print(f"{count} users, NDCG@{K} after so many answers, mean ± 1.96 standard errors")
    print("questions".ljust(32), *(f"{n:>15}" for n in AFTER), "  yes of 10")
    for name, rows in results.items():
        rows = np.array(rows)
        error = 1.96 * rows.std(0, ddof=1) / np.sqrt(count)
        print(name.ljust(32), *(f"{m:.4f} ± {e:.4f}" for m, e in zip(rows.mean(0), error)), f"{np.mean(yes[name]):9.1f}")
    print("\nakin ask less the others, the same users")
    for name in results:
        if name != "akin ask":
            rows = np.array(results["akin ask"]) - np.array(results[name])
            error = 1.96 * rows.std(0, ddof=1) / np.sqrt(count)
            print(name.ljust(32), *(f"{m:+.4f} ± {e:.4f}" for m, e in zip(rows.mean(0), error)))


if __name__ == "__main__":
    main()
