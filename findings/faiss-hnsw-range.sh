#!/usr/bin/env bash
# faiss-cpu 1.15.1: range_search of an HNSW index leaves out most items in range where there are more of them than efSearch.
#
# Guess: a range has no k, so the walk goes on as long as it meets items in range, and nearly all are returned.
# Seen: efSearch bounds the walk as it does for k items, and what it passed is the answer, with no sign that it was cut. With the
# default of 16 the answers hold 43 % of the items in range (328 of them a query), with 64 82 %, with 512 all.
# Output: efSearch 16: 0.43, 64: 0.82, 512: 1.00
set -euo pipefail
"$(dirname "$0")/python" faiss-cpu==1.15.1 numpy==2.2.6 << 'PYTHON'
import faiss
import numpy

faiss.omp_set_num_threads(1)
random = numpy.random.default_rng(0)
items = random.normal(size=(2000, 8)).astype(numpy.float32)
queries = random.normal(size=(20, 8)).astype(numpy.float32)
flat, graph = faiss.IndexFlatL2(8), faiss.IndexHNSWFlat(8, 16)
graph.hnsw.efConstruction = 100
flat.add(items)
graph.add(items)
radius = float(numpy.sort(flat.search(queries, 300)[0], axis=1).mean(axis=0)[-1])
inside = flat.range_search(queries, radius)[0][-1]
assert graph.hnsw.efSearch == 16
shares = []
for width in (16, 64, 512):
    graph.hnsw.efSearch = width
    shares.append(float(graph.range_search(queries, radius)[0][-1]) / float(inside))
print("efSearch 16: %.2f, 64: %.2f, 512: %.2f" % tuple(shares))
assert shares[0] < 0.6 and shares[1] < 0.95 and shares[2] > 0.99
PYTHON
