#!/usr/bin/env bash
# faiss-cpu 1.15.1: PCA before an index of inner products changes its order, even where it keeps all dimensions.
#
# Guess: "PCA32,Flat" of 32 dimensions is a rotation, which changes no inner product.
# Seen: PCA subtracts the mean of the training vectors from items and from queries, so each item's product loses its product with
# the mean. That is how popular an item is where vectors are factors of a recommender: of the ten best of the exact index about one is left.
# A random rotation ("RR32,Flat") and OPQ subtract nothing and keep the order.
# Output: PCA32,Flat: 0.12, RR32,Flat: 1.00, OPQ8_32,Flat: 1.00
set -euo pipefail
"$(dirname "$0")/python" faiss-cpu==1.15.1 numpy==2.2.6 2> /dev/null << 'PYTHON'
import faiss
import numpy

faiss.omp_set_num_threads(1)
random = numpy.random.default_rng(0)
items = (random.normal(size=(3000, 32)) * numpy.linspace(1, 0.2, 32) + random.normal(size=32) * 1.5).astype(numpy.float32)
users = (random.normal(size=(100, 32)) + 0.5).astype(numpy.float32)
exact = faiss.IndexFlatIP(32)
exact.add(items)
true = exact.search(users, 10)[1].tolist()
shares = {}
for kind in ("PCA32,Flat", "RR32,Flat", "OPQ8_32,Flat"):
    index = faiss.index_factory(32, kind, faiss.METRIC_INNER_PRODUCT)
    index.train(items)
    index.add(items)
    found = index.search(users, 10)[1].tolist()
    shares[kind] = sum(len(set(one) & set(other)) for one, other in zip(found, true)) / 1000
print(", ".join(f"{kind}: {share:.2f}" for kind, share in shares.items()))
assert shares["PCA32,Flat"] < 0.3 and min(shares["RR32,Flat"], shares["OPQ8_32,Flat"]) > 0.98
PYTHON
