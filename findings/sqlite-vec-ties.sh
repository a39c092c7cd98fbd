#!/usr/bin/env bash
# sqlite-vec 0.1.9: which rows of equal distance a KNN query returns, and in which order, follows neither rowid nor insertion.
#
# Guess: equal distances come by ascending rowid (or as inserted), so that k = 3 of five equal rows gives 1, 3, 5 (or 5, 3,
# 9).
# Seen: rows inserted as 5, 3, 9, 1, 7 with one vector: k = 3 gives 7, 1, 9. A page of results with k = 3 is not the first
# half of one with k = 5 by any column that a query can name, so ties have to be ordered by whoever asks, from a larger k.
# Output: [7, 1, 9]
set -euo pipefail
"$(dirname "$0")/python" sqlite-vec==0.1.9 pysqlite3-binary==0.5.4 numpy==2.2.6 << 'PYTHON'
import numpy
import pysqlite3
import sqlite_vec

db = pysqlite3.connect(":memory:")
db.enable_load_extension(True)
sqlite_vec.load(db)
db.execute("create virtual table t using vec0(v float[2])")
one, zero = (numpy.array(v, numpy.float32).tobytes() for v in ([1, 0], [0, 0]))
for row in (5, 3, 9, 1, 7):
    db.execute("insert into t(rowid, v) values (?, ?)", (row, one))
found = [row for (row,) in db.execute("select rowid from t where v match ? and k = 3", (zero,))]
print(found)
assert found == [7, 1, 9]
PYTHON
