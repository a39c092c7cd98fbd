#!/usr/bin/env bash
# faiss-cpu 1.15.1: a filter handed to an HNSW index sets its efSearch back to 16.
#
# Guess: SearchParametersHNSW(sel=...) adds a filter, and the index's own efSearch stays as it was set.
# Seen: the parameters replace all of the index's: efSearch is 16 unless it is named beside the filter. A filter that lets
# every item in takes the recall of an index with efSearch 400 from over .99 to below .75; with efSearch=400 beside it the
# answers are the same as without.
# Output: without a filter: same answers True, recall over .99 True
#         with a filter that lets all in: recall below .75 True
set -euo pipefail
"$(dirname "$0")/python" faiss-cpu==1.15.1 numpy==2.2.6 << 'PYTHON'
import faiss
import numpy

faiss.omp_set_num_threads(1)
random = numpy.random.default_rng(0)
items = random.normal(size=(20_000, 32)).astype(numpy.float32)
queries = random.normal(size=(200, 32)).astype(numpy.float32)
index = faiss.IndexHNSWFlat(32, 16)
index.hnsw.efConstruction = 100
index.add(items)
index.hnsw.efSearch = 400
flat = faiss.IndexFlatL2(32)
flat.add(items)
true = flat.search(queries, 10)[1]


def recall(found):
    return numpy.mean([len(set(a) & set(b)) / 10 for a, b in zip(found.tolist(), true.tolist())])


everything = faiss.IDSelectorBitmap(numpy.full(20_000 // 8, 255, numpy.uint8))
plain = index.search(queries, 10)[1]
filtered = index.search(queries, 10, params=faiss.SearchParametersHNSW(sel=everything))[1]
named = index.search(queries, 10, params=faiss.SearchParametersHNSW(sel=everything, efSearch=400))[1]
print("without a filter: same answers", bool((plain == named).all()), "recall over .99", bool(recall(plain) > 0.99))
print("with a filter that lets all in: recall below .75", bool(recall(filtered) < 0.75))
assert (plain == named).all() and recall(plain) > 0.99 and recall(filtered) < 0.75
PYTHON
