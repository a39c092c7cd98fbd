#!/usr/bin/env bash
# ngt 2.8.0: under "Cosine" a zero vector is taken in, gets an id, and is never answered.
#
# Guess: a vector without a direction is refused, as "Normalized Cosine" does.
# Seen: "Cosine" and "Angle" give it an id like any other. A search for more objects than there are returns all but it. So the
# answer is one short without a word, and the number of objects is not the number of those that can be found.
# Output: Cosine: ids [0, 1, 2], found [0, 1]
#         Angle: ids [0, 1, 2], found [0, 1]
#         Normalized Cosine: refused
set -euo pipefail
"$(dirname "$0")/python" ngt==2.8.0.post1 numpy==2.2.6 << 'PYTHON'
import tempfile

import ngtpy
import numpy

vectors = numpy.array([[1, 0, 0], [0, 2, 0], [0, 0, 0]], numpy.float32)
lines = []
for name in ("Cosine", "Angle", "Normalized Cosine"):
    with tempfile.TemporaryDirectory() as folder:
        ngtpy.create(folder + "/index", 3, distance_type=name)
        index = ngtpy.Index(folder + "/index")
        try:
            ids = [index.insert(vector) for vector in vectors]
        except RuntimeError:
            lines.append(f"{name}: refused")
            continue
        index.build_index()
        found = sorted(one for one, _ in index.search(vectors[0], 10))
        lines.append(f"{name}: ids {ids}, found {found}")
print("\n".join(lines))
assert lines == ["Cosine: ids [0, 1, 2], found [0, 1]", "Angle: ids [0, 1, 2], found [0, 1]", "Normalized Cosine: refused"]
PYTHON
