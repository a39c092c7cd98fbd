"""The models of the library `implicit`, with its names, arguments and answers, trained and asked by Akin.

    from akin_index.implicit import AlternatingLeastSquares
    model = AlternatingLeastSquares(factors=64)
    model.fit(user_items)
    ids, scores = model.recommend(userid, user_items[userid], N=10)

What differs: factors are those of Akin's training, so they are the same at any number of threads and every run; answers with fewer
than N items have the id -1 and the score -inf behind them (an answer to one user ends instead); `search_recall` below 1 answers by
the graph. Trainings ask for an interaction and an iteration at least, and for values from 0 on. Not there: GPUs, the training loss,
and what a callback of BPR hears of its samples; arguments that choose between implementations are ignored.
"""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple

import numpy as np

from ._factors import Factors, ParameterWarning, as_csr
from ._solving import balanced, equations, half_step

__all__ = ["AlternatingLeastSquares", "BayesianPersonalizedRanking", "ParameterWarning"]

# A regularisation of 0 leaves rows without interactions undetermined; Akin asks for more than 0.
_LEAST = 1e-6


class AlternatingLeastSquares(Factors):
    """`implicit.als.AlternatingLeastSquares`: confidences alpha × value for what is in the matrix, 1 for all else.

    The same loss, minimised by exact half-steps: `akin train --weighting value --w0 1 --nu 0`.
    """

    _parameters = ("factors", "regularization", "alpha", "iterations")

    def __init__(
        self,
        factors: int = 100,
        regularization: float = 0.01,
        alpha: float = 1.0,
        dtype: Any = np.float32,
        use_native: bool = True,
        use_cg: bool = True,
        use_gpu: bool = False,
        iterations: int = 15,
        calculate_training_loss: bool = False,
        num_threads: int = 0,
        random_state: Any = None,
    ):
        super().__init__(num_threads)
        self.factors = factors
        self.regularization = regularization
        self.alpha = alpha
        self.iterations = iterations
        self.random_state = random_state

    def fit(self, user_items: Any, show_progress: bool = True, callback: Optional[Callable] = None) -> None:
        """Learns from a sparse matrix of users by items."""
        self._fit(
            user_items,
            "wals",
            callback,
            show_progress,
            dimensions=self.factors,
            epochs=self.iterations,
            lambda_=max(self.regularization, _LEAST),
            weighting="value",
            alpha=self.alpha,
            w0=1.0,
            nu=0,
            seed=_seed(self.random_state),
        )
        if self.regularization < _LEAST:
            self.user_factors, self.item_factors = balanced(self.user_factors, self.item_factors)

    def recalculate_user(self, userid: Any, user_items: Any) -> np.ndarray:
        return self._solved(False, userid, user_items, "user_items")

    def recalculate_item(self, itemid: Any, item_users: Any) -> np.ndarray:
        return self._solved(True, itemid, item_users, "item_users")

    @property
    def _ridge(self) -> float:
        return max(self.regularization, _LEAST)

    def _solved(self, of_items: bool, wanted: Any, matrix: Any, name: str) -> np.ndarray:
        fixed, gram = self._fixed(not of_items)
        matrix = as_csr(matrix, name)
        if matrix.shape[0] != np.size(wanted):
            raise ValueError(f"{name} must contain 1 row for every one of its {np.size(wanted)} ids, found {matrix.shape[0]}")
        if matrix.nnz and matrix.indices.max() >= len(fixed):
            raise IndexError(f"{name} has the column {matrix.indices.max()}, and the model has {len(fixed)}")
        solved = half_step(fixed, gram, matrix, self.alpha, self._ridge)
        return solved[0] if np.ndim(wanted) == 0 else solved

    def partial_fit_users(self, userids: Any, user_items: Any) -> None:
        """Recalculates the factors of some users, new ones among them."""
        users = np.atleast_1d(userids)
        self.user_factors = _replaced(self.user_factors, users, self.recalculate_user(users, user_items))

    def partial_fit_items(self, itemids: Any, item_users: Any) -> None:
        """Recalculates the factors of some items, new ones among them."""
        items = np.atleast_1d(itemids)
        self.item_factors = _replaced(self.item_factors, items, self.recalculate_item(items, item_users))

    def explain(
        self, userid: Any, user_items: Any, itemid: Any, user_weights: Any = None, N: int = 10
    ) -> Tuple[float, List[Tuple[int, float]], Any]:
        """What the items of a user add to the score of an item: the score, the N largest parts as (item, part), and weights.

        userid: a row of user_items. The weights, given to a further call, save most of its time.
        """
        from scipy.linalg import cho_factor, cho_solve

        items, gram = self._fixed(True)
        matrix = as_csr(user_items, "user_items")
        if user_weights is None:
            user_weights = cho_factor(equations(items, gram, matrix, userid, self.alpha, self._ridge)[0])
        start, end = matrix.indptr[userid], matrix.indptr[userid + 1]
        own, confidence = matrix.indices[start:end], self.alpha * matrix.data[start:end].astype(np.float64)
        parts = items[own].astype(np.float64) @ cho_solve(user_weights, items[itemid].astype(np.float64)) * confidence
        own, parts = own[confidence > 0], parts[confidence > 0]
        best = np.argsort(-parts, kind="stable")[:N]
        return float(parts.sum()), list(zip(own[best].tolist(), parts[best].tolist())), user_weights


def _replaced(factors: np.ndarray, rows: np.ndarray, made: np.ndarray) -> np.ndarray:
    """Factors with some rows replaced; those between them and a new one are zero."""
    if rows.min(initial=0) < 0:
        raise IndexError(f"ids must be 0 or more, found {rows.min()}")
    needed = int(rows.max(initial=-1)) + 1 - len(factors)
    grown = np.vstack([factors, np.zeros((max(0, needed), factors.shape[1]), np.float32)])
    grown[rows] = made
    return grown


class BayesianPersonalizedRanking(Factors):
    """`implicit.bpr.BayesianPersonalizedRanking`; the last column of the factors is the bias of items, and 1 for users."""

    _parameters = ("factors", "learning_rate", "regularization", "iterations")

    def __init__(
        self,
        factors: int = 100,
        learning_rate: float = 0.01,
        regularization: float = 0.01,
        dtype: Any = np.float32,
        use_gpu: bool = False,
        iterations: int = 100,
        num_threads: int = 0,
        verify_negative_samples: bool = True,
        random_state: Any = None,
    ):
        super().__init__(num_threads)
        self.factors = factors
        self.learning_rate = learning_rate
        self.regularization = regularization
        self.iterations = iterations
        self.random_state = random_state

    def fit(self, user_items: Any, show_progress: bool = True, callback: Optional[Callable] = None) -> None:
        """Learns from a sparse matrix of users by items, of which the values do not matter."""

        def heard(epoch: int, seconds: float, _: Any) -> Any:
            return callback(epoch, seconds, None, None)

        self._fit(
            user_items,
            "bpr",
            callback and heard,
            show_progress,
            dimensions=self.factors,
            epochs=self.iterations,
            lambda_=self.regularization,
            learning_rate=self.learning_rate,
            seed=_seed(self.random_state),
        )


def _seed(state: Any) -> int:
    """A seed of what implicit takes as a random state."""
    if state is None:
        return 0
    if isinstance(state, (int, np.integer)):
        return int(state)
    return int(state.randint(0, 1 << 31) if hasattr(state, "randint") else state.integers(0, 1 << 31))
