#!/usr/bin/env bash
# faiss-cpu 1.15.1: reconstruct_n(0, ntotal) of an IVF index from which vectors were removed returns other rows than the index holds.
#
# Guess: it raises, since the ids are no longer 0 to ntotal - 1, or it returns the 90 vectors that are left of 100.
# Seen: an array of 90 rows without an error. Removing does not move the ids of an IVF index: row i is the vector of id i. The rows
# of the ten that were removed hold whatever was in memory, and the ten vectors with ids 90 to 99 are not in the array. (In an
# IndexFlat the ids move up, and the same call is right.) The ids are in the lists: invlists.get_ids.
# Output: IVF4,Flat: 90 rows, 80 of the 90 vectors among them
#         Flat: 90 rows, 90 of the 90 vectors among them
set -euo pipefail
"$(dirname "$0")/python" faiss-cpu==1.15.1 numpy==2.2.6 2> /dev/null << 'PYTHON'
import faiss
import numpy

faiss.omp_set_num_threads(1)
vectors = numpy.random.default_rng(0).normal(size=(100, 8)).astype(numpy.float32)
lines = []
for kind in ("IVF4,Flat", "Flat"):
    index = faiss.index_factory(8, kind)
    index.train(vectors)
    index.add(vectors)
    index.remove_ids(numpy.arange(10))
    rows = index.reconstruct_n(0, index.ntotal)
    among = sum(bool((rows == vector).all(axis=1).any()) for vector in vectors[10:])
    lines.append(f"{kind}: {len(rows)} rows, {among} of the {index.ntotal} vectors among them")
print("\n".join(lines))
assert lines == ["IVF4,Flat: 90 rows, 80 of the 90 vectors among them", "Flat: 90 rows, 90 of the 90 vectors among them"]
PYTHON
