#!/usr/bin/env bash
# pgvector 0.5.1 (Python): a sparse vector counts from 0 in Python and from 1 in its text.
#
# Guess: SparseVector({0: 1.5}, 3).to_text() names component 0.
# Seen: the text is {1:1.5}/3, as PostgreSQL's type has it, while indices() of the same object gives [0]. Components that are
# copied from one into the other by hand move by one place, and stay valid.
# Output: {1:1.5}/3 [0]
set -euo pipefail
"$(dirname "$0")/python" pgvector==0.5.1 << 'PYTHON'
from pgvector import SparseVector

vector = SparseVector({0: 1.5}, 3)
print(vector.to_text(), vector.indices())
assert vector.to_text() == "{1:1.5}/3" and vector.indices() == [0]
PYTHON
