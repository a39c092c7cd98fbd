#!/usr/bin/env bash
# A baseline whose scores are times in seconds: pytrec_eval 0.5.11 and ir_measures 0.4.3 beside ranx 0.3.21.
#
# Guess: the item of the latest time comes first for all three: reciprocal rank 1.0.
# Seen: pytrec_eval holds scores in 32 bits. A time of this century in seconds is then known to 128 s only, so items within two
# minutes are of equal score, and the name decides. ranx holds 64 bits. ir_measures computes RR by pytrec_eval and RR@10 by
# its provider MsMarco, which holds 64: of one list of three the RR@10 is larger than the RR. Subtract a recent time from all scores,
# or score by rank.
# Output: pytrec_eval 0.5, ranx 1.0, ir_measures RR 0.5, RR@10 1.0, nDCG@10 0.6309
set -euo pipefail
"$(dirname "$0")/python" pytrec_eval-terrier==0.5.11 ir_measures==0.4.3 ranx==0.3.21 << 'PYTHON'
import ir_measures
import pytrec_eval
from ir_measures import RR, nDCG
from ranx import Qrels, Run, evaluate

relevant = {"user": {"latest": 1}}
run = {"user": {"latest": 1_700_000_060.0, "one": 1_700_000_000.0, "earlier": 1_600_000_000.0}}
first = pytrec_eval.RelevanceEvaluator(relevant, {"recip_rank"}).evaluate(run)["user"]["recip_rank"]
second = float(evaluate(Qrels(relevant), Run(run), "mrr"))
both = ir_measures.calc_aggregate([RR, RR @ 10, nDCG @ 10], relevant, run)
print(f"pytrec_eval {first}, ranx {second}, ", end="")
print(f"ir_measures RR {both[RR]}, RR@10 {both[RR @ 10]}, nDCG@10 {both[nDCG @ 10]:.4f}")
assert (first, second, both[RR], both[RR @ 10]) == (0.5, 1.0, 0.5, 1.0) and f"{both[nDCG @ 10]:.4f}" == "0.6309"
PYTHON
