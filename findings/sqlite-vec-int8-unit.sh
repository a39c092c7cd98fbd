#!/usr/bin/env bash
# sqlite-vec 0.1.9: vec_quantize_int8(…, 'unit') maps -1 … 1 onto -128 … 126, not onto -127 … 127.
#
# Guess: 1 becomes 127 and -1 becomes -127, so that a vector and its negative have codes that are negatives of each other.
# Seen: 1 becomes 126, -1 becomes -128, 0.5 becomes 63 and -0.5 becomes -64. The code of a negated vector is not the negated
# code, so products of codes have an offset of half a step for each component.
# Output: [-128,126,63,-64,0]
set -euo pipefail
"$(dirname "$0")/python" sqlite-vec==0.1.9 pysqlite3-binary==0.5.4 << 'PYTHON'
import json

import pysqlite3
import sqlite_vec

db = pysqlite3.connect(":memory:")
db.enable_load_extension(True)
sqlite_vec.load(db)
text = db.execute("select vec_to_json(vec_quantize_int8(vec_f32('[-1, 1, 0.5, -0.5, 0]'), 'unit'))").fetchone()[0]
print(text)
assert json.loads(text) == [-128, 126, 63, -64, 0]
PYTHON
