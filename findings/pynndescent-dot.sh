#!/usr/bin/env bash
# pynndescent 0.7.0: metric="dot" is the cosine.
#
# Guess: "dot" ranks by the inner product and returns 1 - product, so the nearest of a query is the item of the largest
# product.
# Seen: vectors are brought to length 1 first. Ids and distances are those of metric="cosine", bit for bit, and the item of
# the largest product, which is longer, is not among the first. Factors of a recommender indexed so are ranked by direction.
# Output: dot and cosine agree: True
#         largest product first: False
set -euo pipefail
"$(dirname "$0")/python" pynndescent==0.7.0 numpy==2.2.6 << 'PYTHON'
import numpy
import pynndescent

random = numpy.random.default_rng(0)
vectors = random.normal(size=(400, 8)).astype(numpy.float32)
vectors *= random.uniform(0.2, 5, size=(400, 1)).astype(numpy.float32)
answers = {}
for metric in ("dot", "cosine"):
    answers[metric] = pynndescent.NNDescent(vectors, metric=metric, random_state=1).query(vectors[:1], 3)
same = all((a == b).all() for a, b in zip(answers["dot"], answers["cosine"]))
largest = int((vectors @ vectors[0]).argmax())
first = int(answers["dot"][0][0][0]) == largest
print("dot and cosine agree:", same)
print("largest product first:", first)
assert same and not first
PYTHON
