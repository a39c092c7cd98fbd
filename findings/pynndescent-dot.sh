#!/usr/bin/env bash
# pynndescent 0.7.0: metric="dot" ranks by cosine, whatever the lengths of vectors are.
#
# Guess: the neighbours of a query are the rows with the largest inner products, as "dot", "ip" and "inner product" mean it in
# faiss, hnswlib, usearch and ScaNN.
# Seen: 400 rows whose lengths grow from .3 to 14, lists of 10 for 20 queries: 199 of the 200 items are those of the largest
# cosines, 59 those of the largest inner products. The distances are 1 - cosine: .1386, .1978, .2152 for the first query.
# Factors of a recommender keep popularity in their lengths, so its lists lose it.
# Output: by inner product 0.295, by cosine 0.995
set -euo pipefail
"$(dirname "$0")/python" pynndescent==0.7.0 numpy==2.2.6 << 'PYTHON'
import numpy
from pynndescent import NNDescent

rng = numpy.random.default_rng(0)
rows = rng.normal(size=(400, 8)).astype("f4") * numpy.linspace(0.1, 5, 400, dtype="f4")[:, None]
queries = rng.normal(size=(20, 8)).astype("f4")
index = NNDescent(rows, metric="dot", random_state=1)
index.prepare()
found, distances = index.query(queries, k=10, epsilon=0.3)


def share(products):
    best = numpy.argsort(-products, axis=1)[:, :10]
    return numpy.mean([len(set(a) & set(b)) for a, b in zip(found, best)]) / 10


cosines = queries @ (rows / numpy.linalg.norm(rows, axis=1, keepdims=True)).T
cosines /= numpy.linalg.norm(queries, axis=1, keepdims=True)
by_product, by_cosine = share(queries @ rows.T), share(cosines)
print(f"by inner product {by_product:.3f}, by cosine {by_cosine:.3f}")
assert by_product < 0.4 and by_cosine > 0.95
assert numpy.allclose(distances, 1 - numpy.take_along_axis(cosines, found, 1), atol=1e-4)
PYTHON
