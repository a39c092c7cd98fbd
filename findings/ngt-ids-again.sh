#!/usr/bin/env bash
# ngt 2.8.0: an object that is inserted after one was removed gets the id of the removed one.
#
# Guess: ids grow, as those of an index that hands them out by counting: of four objects the next one is number 4.
# Seen: it is number 1, which had been removed. Titles, histories or lists that were stored under 1 now belong to another item, and
# an answer that was kept from before means the new one.
# Output: ids [0, 1, 2, 3], after removing 1: 1
set -euo pipefail
"$(dirname "$0")/python" ngt==2.8.0.post1 numpy==2.2.6 << 'PYTHON'
import tempfile

import ngtpy
import numpy

vectors = numpy.eye(4, dtype=numpy.float32)
with tempfile.TemporaryDirectory() as folder:
    ngtpy.create(folder + "/index", 4)
    index = ngtpy.Index(folder + "/index")
    first = [index.insert(vector) for vector in vectors]
    index.build_index()
    index.remove(1)
    again = index.insert(numpy.full(4, 5, numpy.float32))
    index.build_index()
    assert index.search(numpy.full(4, 5, numpy.float32), 1)[0][0] == again
print(f"ids {first}, after removing 1: {again}")
assert first == [0, 1, 2, 3] and again == 1
PYTHON
