#!/usr/bin/env bash
# implicit 0.7.3: similar_items of BayesianPersonalizedRanking takes the bias of an item as one more component of its vector.
#
# Guess: related items are those of the most similar factors; the bias says how popular an item is, not what it is like.
# Seen: the cosine is over all columns of item_factors, the bias among them (the last; user_factors have 1 there). Items of the same
# taste come apart by their popularity, and the list is another than that of the factors alone.
# Output: as with the bias: True, as without: False
set -euo pipefail
"$(dirname "$0")/python" implicit==0.7.3 numpy==2.2.6 scipy==1.15.3 << 'PYTHON'
import numpy
from implicit.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix

random = numpy.random.default_rng(0)
users, items = numpy.arange(200)[:, None], numpy.arange(60)[None]
# Two tastes; the first twelve items are bought three times as often.
chance = numpy.where(users % 2 == items % 2, 0.3, 0.02) * (1 + 2 * (items < 12))
bought = csr_matrix((random.random(chance.shape) < chance).astype(numpy.float32))
model = BayesianPersonalizedRanking(factors=8, iterations=60, num_threads=1, random_state=1)
model.fit(bought, show_progress=False)
assert model.item_factors.shape == (60, 9) and (model.user_factors[:, 8] == 1).all()


def nearest(vectors, item):
    unit = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return numpy.argsort(-(unit @ unit[item]), kind="stable")[:10].tolist()


lists = [model.similar_items(item, N=10)[0].tolist() for item in range(60)]
biased = lists == [nearest(model.item_factors, item) for item in range(60)]
plain = lists == [nearest(model.item_factors[:, :8], item) for item in range(60)]
print(f"as with the bias: {biased}, as without: {plain}")
assert biased and not plain
PYTHON
