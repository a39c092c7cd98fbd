#!/usr/bin/env bash
# voyager 2.2.3: under InnerProduct, get_distance(a, b) depends on the items of the index, and is not the distance that query returns.
#
# Guess: it is 1 - a · b, as query has it: of (1, 0) and (0, 1) it is 1, of (1, 0) and (2, 0) it is -1.
# Seen: both vectors get the component that makes items as long as the longest one, rounded down to a whole number, and the product
# of the two is subtracted as well. With items of length 1, 3 and 5 the same pairs are 1, -3, -15 and -1, -5, -17 apart; query
# gives 1 - q · x all along. Whoever ranks a few candidates by get_distance has another order than query.
# Output: length 1: 1.0 -1.0, length 3: -3.0 -5.0, length 5: -15.0 -17.0
set -euo pipefail
"$(dirname "$0")/python" voyager==2.2.3 numpy==2.2.6 << 'PYTHON'
import numpy
import voyager

found = []
for length in (1, 3, 5):
    index = voyager.Index(voyager.Space.InnerProduct, 2)
    index.add_items(numpy.eye(2, dtype=numpy.float32) * length)
    assert index.query(numpy.array([1, 0], numpy.float32), 1)[1].tolist() == [1 - length]
    found.append((length, index.get_distance([1, 0], [0, 1]), index.get_distance([1, 0], [2, 0])))
print(", ".join("length %d: %s %s" % one for one in found))
assert found == [(1, 1, -1), (3, -3, -5), (5, -15, -17)]
PYTHON
