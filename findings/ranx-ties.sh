#!/usr/bin/env bash
# ranx 0.3.21: items of equal score are ranked in the order in which the run names them.
#
# Guess: ties are broken as trec_eval does, by falling name, so that a metric depends on names and scores alone.
# Seen: the same items with the same scores give the relevant one the first place or the last, as they were written down. A
# model that scores many items alike is measured by the order of its dictionary.
# Output: named first: 1.0, named last: 0.3333
set -euo pipefail
"$(dirname "$0")/python" ranx==0.3.21 << 'PYTHON'
from ranx import Qrels, Run, evaluate

relevant = Qrels({"q": {"d1": 1}})
first = float(evaluate(relevant, Run({"q": {"d1": 1.0, "d2": 1.0, "d3": 1.0}}), "mrr"))
last = float(evaluate(relevant, Run({"q": {"d3": 1.0, "d2": 1.0, "d1": 1.0}}), "mrr"))
print(f"named first: {first}, named last: {last:.4f}")
assert first == 1.0 and f"{last:.4f}" == "0.3333"
PYTHON
