#!/usr/bin/env bash
# A user who has rated an item twice: Surprise 1.1.5 trains on both ratings, cornac 3.0.1 on the first, lenskit 2025.8.1 refuses.
#
# Guess: each keeps one rating a pair, the last that the table holds, since it replaces the one before.
# Seen: of (a, x, 1), (a, x, 5), (a, y, 3), (b, x, 2), (b, y, 4) Surprise has 5 ratings and the mean 3.0, and both of x are
# ratings of a; cornac has 4 with the mean 2.5, and x is 1 for a; lenskit raises an error. No two of the three train on the
# same data.
# Output: surprise 5 3.0, cornac 4 2.5, lenskit DataError
set -euo pipefail
"$(dirname "$0")/python" scikit-surprise==1.1.5 cornac==3.0.1 lenskit==2025.8.1 << 'PYTHON'
import cornac
import pandas
from lenskit.data import from_interactions_df
from surprise import Dataset, Reader

rows = [("a", "x", 1.0), ("a", "x", 5.0), ("a", "y", 3.0), ("b", "x", 2.0), ("b", "y", 4.0)]
frame = pandas.DataFrame(rows, columns=["user_id", "item_id", "rating"])
surprise = Dataset.load_from_df(frame, Reader()).build_full_trainset()
others = cornac.data.Dataset.build(rows)
try:
    lenskit = str(from_interactions_df(frame).interaction_count)
except Exception as error:
    lenskit = type(error).__name__
print(f"surprise {surprise.n_ratings} {surprise.global_mean}, ", end="")
print(f"cornac {others.num_ratings} {others.global_mean}, lenskit {lenskit}")
assert (surprise.n_ratings, surprise.global_mean) == (5, 3.0)
assert [value for item, value in surprise.ur[surprise.to_inner_uid("a")] if item == surprise.to_inner_iid("x")] == [1, 5]
assert (others.num_ratings, others.global_mean) == (4, 2.5) and others.uir_tuple[2][0] == 1
assert lenskit == "DataError"
PYTHON
