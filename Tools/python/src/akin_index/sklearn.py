"""scikit-learn's neighbours by an Akin index: `KNeighborsTransformer`'s contract, so it stands in a pipeline before t-SNE, DBSCAN
and the like."""

from __future__ import annotations

from typing import Any, Optional, Tuple

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

try:
    from sklearn.utils.validation import validate_data
except ImportError:

    def validate_data(estimator, X, **options):
        return estimator._validate_data(X, **options)


from .index import Index

_METRICS = ("euclidean", "cosine")


class AkinTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Graph of nearest neighbours, as `sklearn.neighbors.KNeighborsTransformer` makes it.

    Parameters
    ----------
    n_neighbors : neighbours of a sample, at least 1. In the mode "distance" each row has one more: a sample of the fit finds
    itself.
    mode : "distance" or "connectivity".
    metric : "euclidean" or "cosine"; distances are those of scikit-learn.
    recall : share of the true neighbours, above 0 and at most 1, which is exact; the index plans for it by its own measurements.
    ef : candidates of a search of the graph, in place of a recall.
    m, ef_construction : links of a node, and candidates for them; None takes the defaults of Akin.
    n_jobs : threads; None takes one, -1 all processors.
    random_state : seed of the graph, a whole number; None is 0. The same seed gives the same graph.

    Vectors are kept as float32.
    """

    def __init__(
        self,
        n_neighbors: int = 5,
        *,
        mode: str = "distance",
        metric: str = "euclidean",
        recall: Optional[float] = 0.99,
        ef: Optional[int] = None,
        m: Optional[int] = None,
        ef_construction: Optional[int] = None,
        n_jobs: Optional[int] = None,
        random_state: Optional[int] = None,
    ):
        self.n_neighbors = n_neighbors
        self.mode = mode
        self.metric = metric
        self.recall = recall
        self.ef = ef
        self.m = m
        self.ef_construction = ef_construction
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> AkinTransformer:
        """Builds the index of the samples, (samples, features)."""
        if self.metric not in _METRICS:
            raise ValueError(f"metric must be {' or '.join(_METRICS)}, found {self.metric!r}")
        if self.mode not in ("distance", "connectivity"):
            raise ValueError(f"mode must be distance or connectivity, found {self.mode!r}")
        X = validate_data(self, X, dtype=np.float32)
        self._fit_X = np.array(X, dtype=np.float32, order="C")
        self.n_samples_fit_ = len(self._fit_X)
        self._n_features_out = self.n_samples_fit_
        self.effective_metric_ = self.metric
        self._made = None
        self._graph()
        return self

    def transform(self, X: Any) -> sparse.csr_matrix:
        """The neighbours of each sample: a CSR matrix (samples, samples of the fit), sorted by distance within a row."""
        check_is_fitted(self)
        return self.kneighbors_graph(X, self.n_neighbors + (self.mode == "distance"), mode=self.mode)

    def fit_transform(self, X: Any, y: Any = None) -> sparse.csr_matrix:
        """Fits, and gives the neighbours of the same samples."""
        return self.fit(X).transform(X)

    def kneighbors(
        self, X: Any = None, n_neighbors: Optional[int] = None, return_distance: bool = True
    ) -> Tuple[np.ndarray, np.ndarray]:
        """(distances, indices) of the neighbours of each sample; of those of the fit, without themselves, when X is None."""
        check_is_fitted(self)
        count = self.n_neighbors if n_neighbors is None else n_neighbors
        if not isinstance(count, (int, np.integer)):
            raise TypeError(f"n_neighbors does not take {type(count)} value, enter integer value")
        if count <= 0:
            raise ValueError(f"Expected n_neighbors > 0. Got {count}")
        own = X is None
        queries = self._fit_X if own else validate_data(self, X, dtype=np.float32, reset=False)
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        most = self.n_samples_fit_ - own
        if count > most:
            raise ValueError(
                f"Expected n_neighbors {'<' if own else '<='} n_samples_fit, but n_neighbors = {count}, "
                f"n_samples_fit = {self.n_samples_fit_}, n_samples = {len(queries)}"
            )
        options = {"ef": self.ef} if self.ef is not None else {"recall": self.recall} if self.recall is not None else {}
        exclude = np.arange(len(queries))[:, None] if own else None
        threads = {None: 1, -1: 0}.get(self.n_jobs, self.n_jobs)
        rows, scores = self._graph().search(queries, int(count), exclude=exclude, threads=threads, **options)
        if self.metric == "euclidean":
            distances = np.sqrt(np.maximum(-scores.astype(np.float64), 0))
        else:
            rows, scores = _filled(rows, scores, own)
            distances = np.clip(1 - scores.astype(np.float64), 0, 2)
        return (distances, rows) if return_distance else rows

    def kneighbors_graph(self, X: Any = None, n_neighbors: Optional[int] = None, mode: str = "connectivity") -> sparse.csr_matrix:
        """The neighbours as a CSR matrix, of distances or of ones."""
        check_is_fitted(self)
        distances, rows = self.kneighbors(X, n_neighbors)
        count, width = rows.shape
        data = distances.ravel() if mode == "distance" else np.ones(rows.size)
        offsets = np.arange(0, count * width + 1, width)
        return sparse.csr_matrix((data, rows.ravel(), offsets), shape=(count, self.n_samples_fit_))

    def _graph(self) -> Index:
        """The index; one that was pickled is made again, with the same links."""
        if self._made is None:
            options = {"m": self.m, "ef_construction": self.ef_construction, "seed": self.random_state or 0}
            self._made = Index.build(
                self._fit_X,
                metric=self.metric,
                threads={None: 1, -1: 0}.get(self.n_jobs, self.n_jobs),
                **{name: value for name, value in options.items() if value is not None},
            )
        return self._made

    def __getstate__(self):
        state = super().__getstate__()
        return {**state, "_made": None} if "_made" in state else state


def _filled(rows: np.ndarray, scores: np.ndarray, own: bool) -> Tuple[np.ndarray, np.ndarray]:
    """Rows with as many neighbours as were asked for: a vector without a direction has the cosine 0 with all."""
    for place in np.flatnonzero((rows < 0).any(axis=1)):
        missing = rows[place] < 0
        taken = set(rows[place][~missing].tolist()) | ({place} if own else set())
        others = (row for row in range(len(taken) + int(missing.sum()) + 1) if row not in taken)
        rows[place][missing] = [next(others) for _ in range(int(missing.sum()))]
        scores[place][missing] = 0
        order = np.argsort(-scores[place], kind="stable")
        rows[place], scores[place] = rows[place][order], scores[place][order]
    return rows, scores
