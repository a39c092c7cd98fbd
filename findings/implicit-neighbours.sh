#!/usr/bin/env bash
# implicit 0.7.3: the K neighbours of an item-item model count the item itself, and recommend returns seen items and more than N.
#
# Guess: CosineRecommender(K=5) keeps five other items for each, and recommend leaves out what the user has, as it does by default,
# and returns at most N.
# Seen: an item is the first of its own five neighbours, so four others are kept. Being its own neighbour, an item of the user is
# a candidate: with filter_already_liked_items its score is 0, and it stands at the end of a list that asks for more than there are; in a
# batch before the ids of -1 that mean none. With filter_items N grows by their number, whether they were in the list or not: N = 2 and
# one item that was in no list return three.
# Output: neighbours of 3: [3, 16, 21, 20, 22], for a user who has 3: [16, 21, 20, 22, 3], of 2 but 0: [16, 21, 20]
set -euo pipefail
"$(dirname "$0")/python" implicit==0.7.3 numpy==2.2.6 scipy==1.15.3 << 'PYTHON'
import numpy
from implicit.nearest_neighbours import CosineRecommender
from scipy.sparse import csr_matrix

bought = csr_matrix((numpy.random.default_rng(0).random((100, 30)) < 0.3).astype(numpy.float32))
model = CosineRecommender(K=5, num_threads=1)
model.fit(bought, show_progress=False)
neighbours = model.similar_items(3, N=10)[0].tolist()
history = csr_matrix(([1.0], ([0], [3])), shape=(1, 30), dtype=numpy.float32)
ids, scores = model.recommend(0, history, N=10)
more = model.recommend(0, history, N=2, filter_items=[0])[0].tolist()
print(f"neighbours of 3: {neighbours}, for a user who has 3: {ids.tolist()}, of 2 but 0: {more}")
assert neighbours[0] == 3 and len(neighbours) == 5
assert more == neighbours[1:4] and ids.tolist() == neighbours[1:] + [3] and scores[-1] == 0 < scores[-2]
both = model.recommend([0], history, N=7)[0][0].tolist()
assert both == ids.tolist() + [-1, -1]
PYTHON
