#!/usr/bin/env python3
"""What a call from Python costs: akin_index beside the C library below it, the command, and other libraries called the same way.

usage: run.py [--items 41000] [--dimensions 64] [--users 20000] [--rounds 7] [--embeddings FILE]

Answers are compared before the clock counts: those of Python with those of the C calls, and trainings with those of the command, bit
for bit. Then, by turns and as medians of rounds:

- a search of one vector, a recommendation for one user and a batch of 1,000 through Python, and the same calls of the C library with
  arguments that are ready;
- the same batch by the command (AKIN in the environment names it; else left out), as it reports it;
- one search, a batch and one recommendation of the same vectors and factors in hnswlib, usearch, voyager and implicit, with their
  recall, where they are installed (peers.py);
- a search of an index of one item, which is the cost of the call alone, in all of them;
- a training on a sparse matrix and on a file through Python, and by the command;
- the import of the module in a new interpreter, without numpy's.

Recommendations are for users of a training on random pairs, or of --embeddings, such as those of a training on `akin sample`.

needs: akin_index, numpy, scipy
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import akin_index
import numpy as np
from akin_index._arrays import address
from akin_index._library import ANSWERS, lib, pack_answers
from scipy import sparse

import peers

WALS = dict(dimensions=64, epochs=3, seed=1)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=41_000)
    parser.add_argument("--dimensions", type=int, default=64)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--embeddings")
    return parser.parse_args()


def turns(rounds, *work):
    """The median seconds of some functions, run by turns."""
    taken = [[] for _ in work]
    for _ in range(rounds):
        for own, function in zip(taken, work):
            start = time.perf_counter()
            function()
            own.append(time.perf_counter() - start)
    return [statistics.median(own) for own in taken]


def calls(o, index, recommender, queries):
    """One search, one recommendation and a batch, through Python and by the C call."""
    k, count = 10, 300
    ids, scores = np.empty((1000, k), np.int64), np.empty((1000, k), np.float32)
    places = pack_answers(ANSWERS, ids.size, 0, address(ids), address(scores), 0)
    # k, ef, recall, exact, where, min_score, diversity, threads, per_category, include_seen
    plain = (k, None, None, False, None, None, 0.0, 1, None, False)
    handle, request, width = index._handle.number, index._requests.of(1, plain), index.dimension
    ones = [np.ascontiguousarray(query) for query in queries[:count]]
    at = [address(query) for query in ones]

    def search():
        for query in at:
            lib.akin_search(handle, request, query, 1, width, places)

    def searched():
        for query in ones:
            index.search(query, k)

    users = np.arange(count, dtype=np.int64)
    user_at = [address(users[place:]) for place in range(count)]
    names = recommender.user_ids[:count].tolist()
    asking, asked = recommender._handle.number, recommender._requests.of(1, plain)

    def recommend():
        for user in user_at:
            lib.akin_recommend(asking, asked, user, 1, places)

    def recommended():
        for name in names:
            recommender.recommend(name, k)

    def batch():
        lib.akin_search(handle, request, address(queries), 1000, width, places)

    def batched():
        return index.search(queries, k, threads=1)

    batch()
    found = batched()
    if (found[0] != ids).any() or (found[1] != scores).any():
        sys.exit("Python and C disagree about a batch")
    for place in (0, count - 1):
        lib.akin_recommend(asking, asked, user_at[place], 1, places)
        if (recommender.recommend(names[place], k)[0] != ids[0]).any():
            sys.exit("Python and C disagree about a user")
    for what, unit, one, other in [
        ("search of one vector", count, search, searched),
        ("recommendation for one user", count, recommend, recommended),
    ]:
        for function in (one, other):
            function()
        below, above = (1e6 * seconds / unit for seconds in turns(o.rounds, one, other))
        print(f"{what:34} C {below:8.1f} µs   Python {above:8.1f} µs   more {above - below:6.1f} µs")
    below, above = turns(o.rounds, batch, batched)
    print(
        f"{'batch of 1,000, one thread':34} C {1000 / below:8.0f} /s   Python {1000 / above:8.0f} /s   ratio {below / above:6.3f}"
    )


def empty_calls(o):
    """A search of one item."""
    vector = np.ones((1, o.dimensions), np.float32)
    index = akin_index.Index.build(vector)
    work = [("akin_index", lambda: index.search(vector[0], 1))]
    try:
        import hnswlib

        peer = hnswlib.Index("cosine", o.dimensions)
        peer.init_index(1)
        peer.add_items(vector)
        work.append(("hnswlib", lambda: peer.knn_query(vector[0], 1, num_threads=1)))
    except ImportError:
        pass
    try:
        from usearch.index import Index

        other = Index(ndim=o.dimensions, metric="cos", dtype="f32")
        other.add(np.arange(1), vector)
        work.append(("usearch", lambda: other.search(vector[0], 1)))
    except ImportError:
        pass
    try:
        import voyager

        third = voyager.Index(voyager.Space.Cosine, o.dimensions)
        third.add_items(vector)
        work.append(("voyager", lambda: third.query(vector[0], 1)))
    except ImportError:
        pass

    def many(call):
        def run():
            for _ in range(1000):
                call()

        run()
        return run

    for (name, _), seconds in zip(work, turns(o.rounds, *(many(call) for _, call in work))):
        print(f"{'search of an index of one item':34} {name:10} {1e3 * seconds:8.2f} µs")


def by_the_command(o, index, queries, folder):
    """The batch of one thread by the command and by Python, over the same file; the command's own report of its seconds."""
    akin = os.environ.get("AKIN")
    if not akin:
        return
    path, asked, answers = (os.path.join(folder, name) for name in ("i.idx", "q.npy", "a.npy"))
    index.save(path)
    np.save(asked, queries)
    opened = akin_index.Index.open(path)
    command = [akin, "query", path, "--vectors", asked, "-k", "10", "--threads", "1", "-o", answers, "-f", "--json"]
    theirs = []

    def run():
        report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        theirs.append(json.loads(report)["seconds"])

    run()
    if (opened.search(queries, 10, threads=1)[0] != np.load(answers)).any():
        sys.exit("Python and the command find other items")
    theirs.clear()
    ours = turns(o.rounds, lambda: opened.search(queries, 10, threads=1), run)[0]
    below = statistics.median(theirs)
    what = "batch of 1,000, one thread"
    print(f"{what:34} command {1000 / below:6.0f} /s   Python {1000 / ours:8.0f} /s   ratio {below / ours:6.3f}")


def trainings(o, ratings, folder):
    table = ratings.tocoo()
    path = os.path.join(folder, "r.csv")
    rows = (f"{user},{item},{value:g}\n" for user, item, value in zip(table.row, table.col, table.data))
    with open(path, "w") as file:
        file.write("user,item,value\n")
        file.writelines(rows)
    akin = os.environ.get("AKIN")
    given = [word for name, value in WALS.items() for word in (f"--{name}", str(value))]
    target = os.path.join(folder, "command.emb")
    command = [akin, "train", path, "-o", target, "-f", "-q", *given] if akin else None
    if command:
        subprocess.run(command, check=True)
        theirs = akin_index.Embeddings.open(target)
        for made in (akin_index.train(ratings, **WALS), akin_index.train(path, **WALS)):
            if not np.array_equal(made.item_factors, theirs.item_factors[: len(made)]):
                sys.exit("Python and the command train other factors")
    work = [lambda: akin_index.train(ratings, **WALS), lambda: akin_index.train(path, **WALS)]
    if command:
        work.append(lambda: subprocess.run(command, check=True))
    seconds = turns(max(3, o.rounds // 2), *work)
    for name, own in zip(("sparse matrix", "file", "the command"), seconds):
        ratio = f"   ratio {own / seconds[2]:.3f}" if command else ""
        print(f"{'training of ' + format(table.nnz, ',') + ' pairs':34} {name:14} {own:8.3f} s{ratio}")


def imports():
    code = "import time; import numpy; start = time.perf_counter(); import akin_index; print(time.perf_counter() - start)"
    taken = [float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout) for _ in range(5)]
    print(f"{'import, after numpy':34} {1e3 * statistics.median(taken):8.1f} ms")


def main():
    o = options()
    random = np.random.default_rng(1)
    print(
        f"{o.items:,} items × {o.dimensions}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, akin_index {akin_index.__version__}"
    )
    few = random.normal(size=(o.items, 8)).astype(np.float32)
    vectors = few @ random.normal(size=(8, o.dimensions)).astype(np.float32)
    vectors += random.normal(size=vectors.shape).astype(np.float32) * np.float32(0.3)
    queries = np.ascontiguousarray(vectors[random.permutation(o.items)[:1000]] + np.float32(0.1))
    index = akin_index.Index.build(vectors, metric="cosine")
    # Every user and every item has an interaction, so that a file of them names all.
    pairs = 40 * o.users
    rows = np.concatenate([np.arange(max(o.users, o.items)) % o.users, random.integers(0, o.users, pairs)])
    columns = np.concatenate([np.arange(max(o.users, o.items)) % o.items, (o.items * random.random(pairs) ** 3).astype(int)])
    ratings = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(o.users, o.items))
    ratings.data[:] = 1
    embeddings = akin_index.train(ratings, **{**WALS, "dimensions": o.dimensions})
    if o.embeddings:
        embeddings = akin_index.Embeddings.open(o.embeddings)
    recommender = akin_index.Recommender(akin_index.Index.build(embeddings), embeddings)
    calls(o, index, recommender, queries)
    with tempfile.TemporaryDirectory() as folder:
        by_the_command(o, index, queries, folder)
    peers.beside(o, turns, index, vectors, queries, embeddings, recommender)
    empty_calls(o)
    imports()
    with tempfile.TemporaryDirectory() as folder:
        trainings(o, ratings, folder)


if __name__ == "__main__":
    main()
