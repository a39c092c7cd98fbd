#!/usr/bin/env bash
# usearch 2.26.6: dtype="i8" forgets the lengths of vectors, under every metric.
#
# Guess: components from -1 to 1 become -127 to 127, and what lies beyond is clipped.
# Seen: each vector is brought to length 1 before it is rounded, also under "l2sq" and "ip". (0.5, 0), (1, 0) and (3, 0)
# become codes that differ by rounding alone: the squared distance of the first two is 0, and their products with (1, 0) are
# equal. Distances are in units of codes: 1 - 127 · 127 for a product of 1.
# Output: l2sq [0.0, 0.0, 1.0]
#         ip [-16128.0, -16128.0, -16001.0]
set -euo pipefail
"$(dirname "$0")/python" usearch==2.26.6 numpy==2.2.6 << 'PYTHON'
import numpy
from usearch.index import Index

vectors = numpy.array([[0.5, 0], [1, 0], [3, 0]], numpy.float32)
found = {}
for metric in ("l2sq", "ip"):
    index = Index(ndim=2, metric=metric, dtype="i8")
    index.add(numpy.arange(3), vectors)
    matches = index.search(vectors[1], 3)
    by_key = dict(zip(matches.keys.tolist(), matches.distances.tolist()))
    found[metric] = [by_key[key] for key in range(3)]
    print(metric, found[metric])
assert found == {"l2sq": [0.0, 0.0, 1.0], "ip": [-16128.0, -16128.0, -16001.0]}
PYTHON
