#!/usr/bin/env bash
# cornac 3.0.1: recommend(remove_seen=True) of its ANN models keeps items that the user has seen, and drops items that are new.
#
# Guess (as expected, not written down before the run): the list is that of the model without the items of the training set, and shorter by those alone.
# Seen: the numbers of seen items are looked for among the positions of the answer. A user whose items have the numbers 0 to 4 loses
# the first five of the answer, whatever they are: of ten with 5 seen and 5 new, 3 seen and 2 new are left, where the model itself
# leaves out all that were seen. A user whose items have large numbers loses none. (HNSWLibANN; the code is that of all ANN models.)
# Output: plain: 5 seen of 10, remove_seen: 3 seen of 5, by the model: 0 seen of 10
set -euo pipefail
"$(dirname "$0")/python" cornac==3.0.1 hnswlib==0.8.0 numpy==2.2.6 << 'PYTHON'
import cornac
import numpy
from cornac.models import MF, HNSWLibANN

random = numpy.random.default_rng(0)
# Two tastes, odd and even items; user 0 has rated five of the even ones, which get the numbers 0 to 4.
rows = [("0", str(item), 5.0) for item in range(0, 10, 2)]
rows += [(str(u), str(i), 5.0 if u % 2 == i % 2 else 1.0) for u in range(1, 60) for i in range(40) if random.random() < 0.5]
data = cornac.data.Dataset.from_uir(rows, seed=1)
model = MF(k=4, max_iter=60, learning_rate=0.03, seed=1, num_threads=1)
model.fit(data)
index = HNSWLibANN(model, M=16, ef_construction=200, ef=100, seed=1, num_threads=1)
index.build_index()
seen = {"0", "2", "4", "6", "8"}
plain = index.recommend("0", k=10)
kept = index.recommend("0", k=10, remove_seen=True, train_set=data)
right = model.recommend("0", k=10, remove_seen=True, train_set=data)
counts = [(len(seen & set(found)), len(found)) for found in (plain, kept, right)]
print("plain: %d seen of %d, remove_seen: %d seen of %d, by the model: %d seen of %d" % sum(counts, ()))
assert plain == model.recommend("0", k=10) and kept == plain[5:] and seen & set(kept) and not seen & set(right)
PYTHON
