#!/usr/bin/env bash
# Recall@2 of two hits where four items are held out, and precision@5 of a list of two: lenskit 2025.8.1 beside rectools 0.19.0.
#
# Guess: both divide hits by the number of held-out items, and by k: recall 0.5, precision 0.4.
# Seen: rectools does. lenskit divides recall by the smaller of k and the held-out items, and precision by the length of the list, so both
# are 1.0: a list of two good items has twice the recall there, and a model that answers with few items the better precision.
# Output: lenskit 1.0 1.0, rectools 0.5 0.4
set -euo pipefail
here=$(dirname "$0")
"$here/python" lenskit==2025.8.1 << 'PYTHON'
from lenskit.data import ItemList
from lenskit.metrics import Precision, Recall

answer, truth = ItemList([1, 2], ordered=True), ItemList([1, 2, 3, 4])
found = float(Recall(2).measure_list(answer, truth)), float(Precision(5).measure_list(answer, truth))
print("lenskit", *found)
assert found == (1.0, 1.0)
PYTHON
"$here/python" rectools==0.19.0 << 'PYTHON'
import pandas
from rectools.metrics import Precision, Recall

answer = pandas.DataFrame({"user_id": [1, 1], "item_id": [1, 2], "rank": [1, 2]})
truth = pandas.DataFrame({"user_id": [1] * 4, "item_id": [1, 2, 3, 4]})
found = float(Recall(k=2).calc(answer, truth)), float(Precision(k=5).calc(answer, truth))
print("rectools", *found)
assert found == (0.5, 0.4)
PYTHON
