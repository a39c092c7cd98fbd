#!/usr/bin/env bash
# datasketch 2.0.0: HNSW.insert of a key that is there gives it its new vector, and may leave it where no search comes by.
#
# Guess: "the point will be updated and the index will be repaired" (its docstring), so the new vector finds its key.
# Seen: of 200 keys in ten indexes of 200 points, 39 are not found by their own new vectors with ef = 300, more than there are points;
# keys that were inserted once are all found. After all 200 have new vectors, a search for 200 returns 184. Build the index
# anew instead.
# Output: inserted 200 of 200, updated 161 of 200
set -euo pipefail
"$(dirname "$0")/python" datasketch==2.0.0 numpy==2.2.6 << 'PYTHON'
import numpy
from datasketch.hnsw import HNSW

points = numpy.random.default_rng(0).normal(size=(400, 8))
inserted = updated = 0
for seed in range(10):
    index = HNSW(lambda a, b: numpy.linalg.norm(a - b), m=16, ef_construction=200, seed=seed)
    index.update({key: points[key] for key in range(200)})
    inserted += sum(index.query(points[key], 1, ef=300)[0][0] == key for key in range(seed, seed + 20))
    for number in range(20):
        index.insert(seed + number, points[200 + number])
    updated += sum(index.query(points[200 + number], 1, ef=300)[0][0] == seed + number for number in range(20))
print(f"inserted {inserted} of 200, updated {updated} of 200")
assert inserted == 200 and updated < 180
PYTHON
