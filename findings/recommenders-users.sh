#!/usr/bin/env bash
# recommenders 1.2.1 (Microsoft): a user without a list counts 0 in NDCG, and is left out of recall, precision and MAP.
#
# Guess: all metrics of a call are means over the same users, those of the held-out ratings.
# Seen: two users with one held-out item each; the model answers the first, rightly, and not the second. Recall and MAP are 1.0, NDCG
# is 0.5. A model that answers only the users that are easy gains in all but NDCG, and a table of the four has two numbers of users.
# Output: recall 1.0, precision@1 1.0, MAP 1.0, NDCG 0.5
set -euo pipefail
"$(dirname "$0")/python" --no-deps recommenders==1.2.1 numpy==1.26.4 pandas==2.2.3 scipy==1.15.3 scikit-learn==1.5.2 joblib==1.4.2 \
  threadpoolctl==3.5.0 python-dateutil==2.9.0 six==1.17.0 pytz==2025.2 tzdata==2025.2 << 'PYTHON'
import pandas
from recommenders.evaluation.python_evaluation import map_at_k, ndcg_at_k, precision_at_k, recall_at_k

answer = pandas.DataFrame({"userID": [1], "itemID": ["a"], "prediction": [0.9]})
held_out = pandas.DataFrame({"userID": [1, 2], "itemID": ["a", "b"], "rating": [1.0, 1.0]})
found = [float(metric(held_out, answer, k=1)) for metric in (recall_at_k, precision_at_k, map_at_k, ndcg_at_k)]
print("recall %.1f, precision@1 %.1f, MAP %.1f, NDCG %.1f" % tuple(found))
assert found == [1, 1, 1, 0.5]
PYTHON
