#!/usr/bin/env bash
# implicit 0.7.3: precision_at_k divides by the held-out items of a user where these are fewer than k, over all users at once.
#
# Guess: precision@10 is the share of recommended items that are relevant: of two lists of ten with 1 and 5 hits, 6 / 20 = 0.3.
# Seen: 6 / (1 + 10). A user with one held-out item counts a tenth of a user with twenty, and a model that finds all there is has 1,
# whatever k. Figures of implicit stand beside no other library's precision, and on sets with few held-out items they are a recall.
# Output: precision 0.5455 (0.3000 by the definition)
set -euo pipefail
"$(dirname "$0")/python" implicit==0.7.3 numpy==2.2.6 scipy==1.15.3 << 'PYTHON'
import numpy
from implicit.evaluation import precision_at_k
from scipy.sparse import csr_matrix


class TenFirst:
    """Recommends items 0 to 9 to everybody."""

    def recommend(self, users, rows, N=10, **rest):
        ids = numpy.tile(numpy.arange(N, dtype=numpy.int32), (len(users), 1))
        return ids, numpy.ones(ids.shape, numpy.float32)


held_out = numpy.zeros((2, 40), numpy.float32)
held_out[0, 0] = 1  # one item, found
held_out[1, 5:25] = 1  # twenty items, five of them found
known = csr_matrix((2, 40), dtype=numpy.float32)
found = precision_at_k(TenFirst(), known, csr_matrix(held_out), K=10, show_progress=False)
defined = held_out[:, :10].sum() / 20
print(f"precision {found:.4f} ({defined:.4f} by the definition)")
assert f"{found:.4f}" == "0.5455" and f"{defined:.4f}" == "0.3000"
PYTHON
