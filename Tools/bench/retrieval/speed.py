#!/usr/bin/env python3
"""Seconds of training of `contrastive` and `spectral` beside others' arithmetic of the same formulas, by turns, medians.

usage: speed.py TRAIN.csv [--rounds 3] [--threads 2] [--dimensions 64] [--rank 64,512]

contrastive: an epoch of `akin train --model contrastive` beside one of the same loss in PyTorch, with the same users a step and drawn
items: damped means of histories without the positive itself, drawn items shared by a step, own items masked, sparse gradients, AdaGrad.
The two losses of the last epoch are printed: they must be alike. spectral: the whole `akin train --model spectral`, reading and writing
included, beside SciPy's svds (ARPACK) of the same table in memory, in float32 and float64, with the energies that both explain.
TRAIN has a user and an item a line, with a header.

needs: numpy, scipy, torch; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import tempfile
import time

import numpy as np
import scipy.sparse
import scipy.sparse.linalg
import torch

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
BATCH, DRAWN, DAMPING, TEMPERATURE, RATE = 256, 4096, 2.0, 0.1, 0.25


def table(path):
    users, items, rows = {}, {}, []
    with open(path, newline="") as file:
        lines = csv.reader(file)
        next(lines)
        for line in lines:
            rows.append((users.setdefault(line[0], len(users)), items.setdefault(line[1], len(items))))
    rows = np.array(sorted(set(rows)))
    return scipy.sparse.csr_matrix((np.ones(len(rows), np.float32), rows.T), (len(users), len(items)))


def akin(path, threads, words):
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run = subprocess.run(
            [AKIN, "train", path, "-o", os.path.join(folder, "m.emb"), "--threads", str(threads), "--json", "-q"] + words,
            capture_output=True, text=True, check=True)
        return json.loads(run.stdout), time.perf_counter() - start


class Peer:
    """The sampled softmax with damped means, in PyTorch."""

    def __init__(self, pairs, dimensions):
        torch.manual_seed(0)
        self.pairs = pairs
        self.users = np.flatnonzero(np.diff(pairs.indptr) > 1)
        self.items = torch.nn.Embedding(pairs.shape[1], dimensions, sparse=True)
        self.biases = torch.nn.Embedding(pairs.shape[1], 1, sparse=True)
        torch.nn.init.normal_(self.items.weight, std=dimensions ** -0.5)
        torch.nn.init.zeros_(self.biases.weight)
        self.factor = 1.0
        # AdaGrad on the sums of slopes over a batch, biases by a tenth: the engine's rule, but with a sum for each component.
        self.rules = torch.optim.Adagrad(
            [{"params": self.items.parameters(), "lr": RATE}, {"params": self.biases.parameters(), "lr": RATE / 10}])

    def epoch(self):
        order = np.random.default_rng(0).permutation(self.users)
        total = count = 0
        start = time.perf_counter()
        for first in range(0, len(order), BATCH):
            part = order[first : first + BATCH]
            lengths = np.diff(self.pairs.indptr)[part]
            own = torch.from_numpy(
                np.concatenate([self.pairs.indices[self.pairs.indptr[u] : self.pairs.indptr[u + 1]] for u in part])).long()
            slots = torch.from_numpy(np.repeat(np.arange(len(part)), lengths))
            counts = torch.from_numpy(lengths.astype(np.float32))
            drawn = torch.randperm(self.pairs.shape[1])[:DRAWN]
            q = torch.nn.functional.normalize(self.items(own), dim=1)
            sums = torch.zeros(len(part), q.shape[1]).index_add(0, slots, q)
            means = self.factor * sums / (counts + DAMPING)[:, None]
            rest = self.factor * (sums[slots] - q) / (counts[slots] - 1 + DAMPING)[:, None]
            positive = ((rest * q).sum(1) + self.biases(own)[:, 0]) / TEMPERATURE
            others = torch.nn.functional.normalize(self.items(drawn), dim=1)
            scores = (means @ others.T + self.biases(drawn)[:, 0]) / TEMPERATURE
            place = torch.full((self.pairs.shape[1],), -1)
            place[drawn] = torch.arange(len(drawn))
            hits = place[own] >= 0
            scores = scores.index_put((slots[hits], place[own[hits]]), torch.tensor(-1e30))
            whole = torch.logsumexp(scores, 1)
            loss = (torch.logaddexp(positive, whole[slots]) - positive).sum()
            self.rules.zero_grad()
            loss.backward()
            self.rules.step()
            total, count = total + loss.item(), count + len(own)
        seconds = time.perf_counter() - start
        with torch.no_grad():
            q = torch.nn.functional.normalize(self.items.weight, dim=1).numpy()
        lengths = np.diff(self.pairs.indptr)[self.users, None]
        norms = np.linalg.norm((self.pairs[self.users] @ q) / (lengths + DAMPING), axis=1)
        self.factor = float(1 / norms.mean())
        return seconds, total / count


def contrastive(path, pairs, options):
    torch.set_num_threads(options.threads)
    peer, ours, theirs, losses = Peer(pairs, options.dimensions), [], [], []
    for epoch in range(1, options.rounds + 1):
        facts, _ = akin(
            path, options.threads,
            ["--model", "contrastive", "--epochs", str(epoch), "--dimensions", str(options.dimensions)])
        ours.append(facts["secondsPerEpoch"])
        seconds, loss = peer.epoch()
        theirs.append(seconds)
        losses.append((facts["loss"], loss))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"contrastive, {options.threads} threads: {pairs.nnz / mine:,.0f} pairs a second, PyTorch {pairs.nnz / other:,.0f}: "
          f"{other / mine:.1f} times; losses of the last epoch {losses[-1]}", flush=True)


def spectral(path, pairs, options):
    degrees = [np.asarray(pairs.sum(axis)).ravel() for axis in (1, 0)]
    scaled = scipy.sparse.diags(degrees[0] ** -0.5) @ pairs @ scipy.sparse.diags(degrees[1] ** -0.5)
    whole = float(scaled.multiply(scaled).sum())
    for rank in map(int, options.rank.split(",")):
        ours, theirs = [], {np.float32: [], np.float64: []}
        for _ in range(options.rounds if rank < 256 else 1):
            facts, seconds = akin(path, options.threads, ["--model", "spectral", "--dimensions", str(rank)])
            ours.append(seconds)
            for kind, list_ in theirs.items():
                start = time.perf_counter()
                values = scipy.sparse.linalg.svds(
                    scaled.astype(kind).tocsr(), k=rank, return_singular_vectors="vh", random_state=0)[1]
                list_.append(time.perf_counter() - start)
        mine = statistics.median(ours)
        others = {kind.__name__: statistics.median(list_) for kind, list_ in theirs.items()}
        unexplained = facts["loss"]
        print(f"spectral {rank}, {options.threads} threads: {mine:.2f} s, svds "
              + ", ".join(f"{name} {seconds:.2f} s ({seconds / mine:.1f} times)" for name, seconds in others.items())
              + f"; left unexplained {unexplained}, svds {whole - float((values.astype(float) ** 2).sum()):.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dimensions", type=int, default=64)
    parser.add_argument("--rank", default="64,512")
    options = parser.parse_args()
    pairs = table(options.train)
    contrastive(options.train, pairs, options)
    spectral(options.train, pairs, options)


if __name__ == "__main__":
    main()
