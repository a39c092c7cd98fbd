#!/usr/bin/env bash
# A row of zeros under cosine in SQL, as of an item without a vector yet: DuckDB 2.0.1 and sqlite-vec 0.1.9 put it first.
#
# Guess: its cosine is NULL or 0, and it comes last, or is left out.
# Seen: in DuckDB array_cosine_similarity is NaN, which is larger than all numbers: ORDER BY … DESC LIMIT k begins with the rows of
# zeros. In sqlite-vec the distance is NULL. ORDER BY vec_distance_cosine has NULL first. A KNN query of a vec0 table keeps the row
# where it met it: inserted before the others it is the only answer with k = 1, though another row is equal to the query.
# Ask for rows that are not zero, or leave them out when inserting.
# Output: duckdb [(0, nan), (1, 1.0), (2, 0.707)]
#         sqlite-vec ordered [(0, None), (1, 0.0), (2, 0.293)], k = 1 [(0, None)], inserted last [(1, 0.0)]
set -euo pipefail
"$(dirname "$0")/python" duckdb==2.0.1 sqlite-vec==0.1.9 pysqlite3-binary==0.5.4 numpy==2.2.6 << 'PYTHON'
import duckdb
import numpy
import pysqlite3
import sqlite_vec

rows = {0: [0, 0], 1: [1, 0], 2: [1, 1]}
ducks = duckdb.connect()
ducks.execute("create table t (id int, v float[2])")
ducks.executemany("insert into t values (?, ?)", list(rows.items()))
order = "select id, array_cosine_similarity(v, [1, 0]::float[2]) as s from t order by s desc"
first = [(row, round(cosine, 3)) for row, cosine in ducks.execute(order).fetchall()]
db = pysqlite3.connect(":memory:")
db.enable_load_extension(True)
sqlite_vec.load(db)
query = numpy.array([1, 0], numpy.float32).tobytes()
found = []
for name, ids in (("before", (0, 1, 2)), ("after", (1, 2, 0))):
    db.execute(f"create virtual table {name} using vec0(v float[2] distance_metric=cosine)")
    for row in ids:
        db.execute(f"insert into {name}(rowid, v) values (?, ?)", (row, numpy.array(rows[row], numpy.float32).tobytes()))
    found.append(db.execute(f"select rowid, distance from {name} where v match ? and k = 1", (query,)).fetchall())
order = "select rowid, round(vec_distance_cosine(v, ?), 3) as d from before order by d"
ordered = db.execute(order, (query,)).fetchall()
print("duckdb", first)
print(f"sqlite-vec ordered {ordered}, k = 1 {found[0]}, inserted last {found[1]}")
assert str(first) == "[(0, nan), (1, 1.0), (2, 0.707)]" and ordered == [(0, None), (1, 0.0), (2, 0.293)]
assert found == [[(0, None)], [(1, 0.0)]]
PYTHON
