#!/usr/bin/env bash
# Surprise 1.1.5 and cornac 3.0.1: a user who rates an item twice counts twice in one and keeps the older value in the other.
#
# Guess: both keep the last rating of a pair, which is what a table of user × item holds.
# Seen: Surprise's training set has both, in the mean and in every sum; cornac keeps the first and drops the later one (it
# warns). The same file of ratings gives two libraries two tables, neither of them that of the last values.
# Output: surprise: 4 ratings, mean 3.25
#         cornac: 3 ratings, of the pair 1.0
set -euo pipefail
"$(dirname "$0")/python" scikit-surprise==1.1.5 cornac==3.0.1 pandas numpy==1.26.4 << 'PYTHON'
import pandas
from cornac.data import Dataset
from surprise import Dataset as Ratings
from surprise import Reader

rows = [("a", "x", 1.0), ("a", "x", 5.0), ("b", "x", 3.0), ("b", "y", 4.0)]
frame = pandas.DataFrame(rows, columns=["user", "item", "rating"])
ratings = Ratings.load_from_df(frame, Reader(rating_scale=(1, 5))).build_full_trainset()
own = Dataset.from_uir(rows, seed=1)
value = float(own.csr_matrix[0, 0])
print(f"surprise: {ratings.n_ratings} ratings, mean {ratings.global_mean}")
print(f"cornac: {own.num_ratings} ratings, of the pair {value}")
assert (ratings.n_ratings, ratings.global_mean, own.num_ratings, value) == (4, 3.25, 3, 1.0)
PYTHON
