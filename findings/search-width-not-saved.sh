#!/usr/bin/env bash
# usearch 2.26.6 and voyager 2.2.3: the width of a search (expansion_search, ef) is not in the file.
#
# Guess: an index that was given a width and saved has it when it is opened, as it has its connectivity.
# Seen: both come back with their defaults, 64 and 10. A service that opens the file searches with another recall than the one
# that was measured before saving, without a sign of it; connectivity (M) does come back.
# Output: usearch: expansion_search 512 -> 64, connectivity 20 -> 20
#         voyager: ef 777 -> 10, M 12 -> 12
set -euo pipefail
"$(dirname "$0")/python" usearch==2.26.6 voyager==2.2.3 numpy==2.2.6 << 'PYTHON'
import tempfile

import numpy
import voyager
from usearch.index import Index

vectors = numpy.random.default_rng(0).normal(size=(50, 8)).astype(numpy.float32)
with tempfile.TemporaryDirectory() as folder:
    made = Index(ndim=8, metric="cos", connectivity=20, expansion_search=512)
    made.add(numpy.arange(50), vectors)
    made.save(folder + "/a.usearch")
    opened = Index.restore(folder + "/a.usearch")
    first = (made.expansion_search, opened.expansion_search, made.connectivity, opened.connectivity)
    own = voyager.Index(voyager.Space.Cosine, 8, M=12)
    own.ef = 777
    own.add_items(vectors)
    own.save(folder + "/a.voy")
    again = voyager.Index.load(folder + "/a.voy")
    second = (own.ef, again.ef, own.M, again.M)
print("usearch: expansion_search %d -> %d, connectivity %d -> %d" % first)
print("voyager: ef %d -> %d, M %d -> %d" % second)
assert first == (512, 64, 20, 20) and second == (777, 10, 12, 12)
PYTHON
