#!/usr/bin/env bash
# lancedb 0.40.0: a search that bypasses the index, as for the truth of a recall, goes by Euclidean distance, whatever the index goes by.
#
# Guess (as expected, not written down before the run): a table with an index by cosine is searched by cosine, with the index or, after bypass_vector_index(), exactly.
# Seen: the metric belongs to the index: without it, or before it is created, the same line of code ranks by squared Euclidean
# distance. A recall of the index against bypass_vector_index() compares two metrics, and says .35 where it is 1. Name
# distance_type("cosine") in both.
# Output: recall 0.35, with distance_type named 1.00
set -euo pipefail
"$(dirname "$0")/python" lancedb==0.40.0 pyarrow==23.0.1 numpy==2.2.6 << 'PYTHON'
import tempfile

import lancedb
import numpy
import pyarrow

random = numpy.random.default_rng(0)
vectors = (random.normal(size=(2000, 8)) * numpy.linspace(0.1, 3, 2000)[:, None]).astype(numpy.float32)
queries = random.normal(size=(20, 8)).astype(numpy.float32)
column = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(vectors.ravel()), 8)
with tempfile.TemporaryDirectory() as folder:
    table = lancedb.connect(folder).create_table("t", pyarrow.table({"id": numpy.arange(2000), "vector": column}))
    table.create_index(metric="cosine", index_type="IVF_FLAT", num_partitions=1, vector_column_name="vector")

    def ids(search):
        return {row["id"] for row in search.limit(10).to_list()}

    first = second = 0
    for query in queries:
        indexed = ids(table.search(query))
        first += len(indexed & ids(table.search(query).bypass_vector_index())) / 200
        second += len(indexed & ids(table.search(query).distance_type("cosine").bypass_vector_index())) / 200
print(f"recall {first:.2f}, with distance_type named {second:.2f}")
assert first < 0.6 and second > 0.98
PYTHON
