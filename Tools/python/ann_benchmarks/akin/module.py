"""Akin for ann-benchmarks (https://github.com/erikbern/ann-benchmarks): copy this folder into ann_benchmarks/algorithms."""

import numpy as np

import akin_index

from ..base.module import BaseANN


class Akin(BaseANN):
    def __init__(self, metric, method_param):
        self._metric = {"angular": "cosine", "euclidean": "euclidean"}[metric]
        self._build = dict(method_param)
        self._options = {}
        self.name = "Akin"

    def fit(self, X):
        self._index = akin_index.Index.build(np.asarray(X, dtype=np.float32), metric=self._metric, **self._build)

    def set_query_arguments(self, effort):
        """A whole number is an ef; a number below 1 is a recall target; "exact" is the exact scan."""
        if effort == "exact":
            self._options = {"exact": True}
        elif effort < 1:
            self._options = {"recall": float(effort)}
        else:
            self._options = {"ef": int(effort)}
        self.name = f"Akin ({self._build}, {self._options})"

    def query(self, v, n):
        return self._index.search(v, n, **self._options)[0]

    def batch_query(self, X, n):
        self._results = self._index.search(X, n, **self._options)[0]

    def get_batch_results(self):
        return self._results

    def freeIndex(self):
        self._index.close()

    def __str__(self):
        return self.name
