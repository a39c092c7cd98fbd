#!/usr/bin/env bash
# A pair that is held out several times: rectools 0.19.0 and recommenders 1.2.1 (Microsoft) count its hit as often.
#
# Guess (as expected, not written down before the run): a held-out item is relevant or not, however often it was bought: the list "a", "b" with both relevant has precision 1.
# Seen: item a bought three times and b once is four hits in a list of two: precision 2.0 with both, and NDCG 5.9, MAP 4.0 with
# recommenders. Models that bring back what is bought often gain most. Likewise get_user_item_matrix(include_weights=False) of
# rectools has 3 for the pair, not 1. Drop repeats (drop_duplicates) from what is held out.
# Output: rectools precision 2.0, entry 3.0; without repeats precision 1.0
#         recommenders precision 2.0, NDCG 5.9052, MAP 4.0
set -euo pipefail
here=$(dirname "$0")
"$here/python" rectools==0.19.0 << 'PYTHON'
import pandas
from rectools.dataset import Dataset
from rectools.metrics import Precision

answer = pandas.DataFrame({"user_id": [1, 1], "item_id": ["a", "b"], "rank": [1, 2]})
held_out = pandas.DataFrame({"user_id": [1] * 4, "item_id": ["a", "a", "a", "b"], "weight": 1.0, "datetime": "2026-01-01"})
precision, single = (float(Precision(2).calc(answer, truth)) for truth in (held_out, held_out.drop_duplicates()))
entry = float(Dataset.construct(held_out).get_user_item_matrix(include_weights=False).max())
print(f"rectools precision {precision}, entry {entry}; without repeats precision {single}")
assert (precision, entry, single) == (2.0, 3.0, 1.0)
PYTHON
"$here/python" --no-deps recommenders==1.2.1 numpy==1.26.4 pandas==2.2.3 scipy==1.15.3 scikit-learn==1.5.2 joblib==1.4.2 \
  threadpoolctl==3.5.0 python-dateutil==2.9.0 six==1.17.0 pytz==2025.2 tzdata==2025.2 << 'PYTHON'
import pandas
from recommenders.evaluation.python_evaluation import map_at_k, ndcg_at_k, precision_at_k

answer = pandas.DataFrame({"userID": [1, 1], "itemID": ["a", "b"], "prediction": [0.9, 0.8]})
held_out = pandas.DataFrame({"userID": [1] * 4, "itemID": ["a", "a", "a", "b"], "rating": [1.0] * 4})
found = [float(metric(held_out, answer, k=2)) for metric in (precision_at_k, ndcg_at_k, map_at_k)]
print("recommenders precision %.1f, NDCG %.4f, MAP %.1f" % tuple(found))
assert found[0] == 2 and found[1] > 5.9 and found[2] == 4
PYTHON
