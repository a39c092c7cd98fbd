"""The models of the library `implicit`, with its names, arguments and answers, trained and asked by Akin.

    from akin_index.implicit import AlternatingLeastSquares
    model = AlternatingLeastSquares(factors=64)
    model.fit(user_items)
    ids, scores = model.recommend(userid, user_items[userid], N=10)

What differs: factors are those of Akin's training, so they are the same at any number of threads and every run; answers with fewer
than N items have the id -1 and the score -inf behind them (an answer to one user ends instead); `search_recall` below 1 answers by
the graph. Not there: `explain`, `recalculate_item` and `partial_fit_items`, GPUs, and arguments that choose between
implementations, which are ignored.
"""

from __future__ import annotations

from typing import Any, Callable, Optional

import numpy as np

from ..index import Index
from ..recommender import Recommender
from ._factors import Factors

__all__ = ["AlternatingLeastSquares", "BayesianPersonalizedRanking"]

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

    def recalculate_user(self, userid: Any, user_items: Any) -> np.ndarray:
        if self._embeddings is None:
            raise NotImplementedError("users are recalculated by a model that was fitted in this process")
        if self._recommender is None:
            self._recommender = Recommender(Index.build(self._embeddings), self._embeddings)
        users = np.atleast_1d(userid)
        if user_items.shape[0] != len(users):
            raise ValueError("user_items must contain 1 row for every user in userids")
        vectors = self._recommender.fold_in(
            [user_items.indices[start:end] for start, end in zip(user_items.indptr, user_items.indptr[1:])],
            [user_items.data[start:end] for start, end in zip(user_items.indptr, user_items.indptr[1:])],
        )
        return vectors[0] if np.ndim(userid) == 0 else vectors

    def partial_fit_users(self, userids: Any, user_items: Any) -> None:
        """Recalculates the factors of some users, new ones among them."""
        users = np.atleast_1d(userids)
        vectors = np.atleast_2d(self.recalculate_user(users, user_items))
        needed = int(users.max(initial=-1)) + 1 - len(self.user_factors)
        grown = np.vstack([self.user_factors, np.zeros((max(0, needed), self.factors), np.float32)])
        grown[users] = vectors
        self.user_factors = grown


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
        self._fit(
            user_items,
            "bpr",
            callback,
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
