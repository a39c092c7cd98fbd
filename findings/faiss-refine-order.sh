#!/usr/bin/env bash
# faiss-cpu 1.15.1: an index that refines (RFlat, IndexRefineFlat) finds no item more than the one beneath it, unless it is told to.
#
# Guess: "PQ8,RFlat" looks at some more candidates of the codes than k and ranks them by the vectors, so recall@10 rises.
# Seen: k_factor is 1: the ten of the codes are ranked anew, and recall@10 is that of the codes, for four times the bytes. With
# k_factor = 10 the same index has .98.
# Output: PQ8 0.543, PQ8,RFlat 0.543, with k_factor 10 0.982
set -euo pipefail
"$(dirname "$0")/python" faiss-cpu==1.15.1 numpy==2.2.6 << 'PYTHON'
import faiss
import numpy

faiss.omp_set_num_threads(1)
items = numpy.random.default_rng(0).normal(size=(10_000, 32)).astype(numpy.float32)
queries = numpy.random.default_rng(1).normal(size=(200, 32)).astype(numpy.float32)
flat = faiss.IndexFlatL2(32)
flat.add(items)
truth = flat.search(queries, 10)[1]


def recall(ids):
    return sum(len(set(one) & set(other)) for one, other in zip(ids, truth)) / truth.size


refined = faiss.index_factory(32, "PQ8,RFlat")
refined.train(items)
refined.add(items)
plain = recall(faiss.downcast_index(refined.base_index).search(queries, 10)[1])
first = recall(refined.search(queries, 10)[1])
refined.k_factor = 10
second = recall(refined.search(queries, 10)[1])
print(f"PQ8 {plain:.3f}, PQ8,RFlat {first:.3f}, with k_factor 10 {second:.3f}")
assert plain == first < 0.7 and second > 0.95
PYTHON
