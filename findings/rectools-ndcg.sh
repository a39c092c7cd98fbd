#!/usr/bin/env bash
# rectools 0.19.0: NDCG of a perfect list is below 1 for a user with fewer relevant items than k.
#
# Guess: the ideal gain is that of min(k, relevant items), so a user whose only relevant item comes first has 1.
# Seen: by default the ideal list has k relevant items for everybody: the user has .469 at k = 3. With
# divide_by_achievable=True it is 1. Figures of NDCG from two libraries are not of one scale unless this is known.
# Output: by default 0.4693, with divide_by_achievable 1.0
set -euo pipefail
"$(dirname "$0")/python" rectools==0.19.0 pandas << 'PYTHON'
import pandas
from rectools.metrics import NDCG

lists = pandas.DataFrame({"user_id": [1, 1, 1], "item_id": ["a", "b", "c"], "rank": [1, 2, 3]})
relevant = pandas.DataFrame({"user_id": [1], "item_id": ["a"]})
first, second = (float(NDCG(3, divide_by_achievable=way).calc(lists, relevant)) for way in (False, True))
assert float(NDCG(3).calc(lists, relevant)) == first
print(f"by default {first:.4f}, with divide_by_achievable {second}")
assert f"{first:.4f}" == "0.4693" and second == 1.0
PYTHON
