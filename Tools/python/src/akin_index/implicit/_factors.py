"""User and item factors, and what is asked of them, as the library implicit names it."""

from __future__ import annotations

import time
import warnings
from typing import Any, Callable, Optional, Tuple

import numpy as np
from scipy import sparse

from ..index import Index
from ..training import train


class ParameterWarning(Warning):
    """An argument is converted, which takes time and memory."""


def as_csr(matrix: Any, name: str) -> Any:
    """A sparse matrix as CSR; says where that takes a conversion."""
    if not sparse.issparse(matrix):
        raise TypeError(f"{name} must be a sparse matrix, found {type(matrix).__name__}")
    if matrix.format != "csr":
        warnings.warn(f"{name} is converted from {matrix.format.upper()}: pass a CSR matrix", ParameterWarning, stacklevel=4)
    return matrix.tocsr()


class Factors:
    """User and item factors, and what is asked of them."""

    _parameters: Tuple[str, ...] = ()
    # The share of the true best that answers have; below 1 the graph answers.
    search_recall: float = 1.0

    random_state: Any = None

    def __init__(self, num_threads: int = 0):
        self.num_threads = num_threads
        self.user_factors: Optional[np.ndarray] = None
        self.item_factors: Optional[np.ndarray] = None
        self._forget()

    def _forget(self) -> None:
        # What is made of the factors: indexes and products.
        self._made: dict = {}

    def _fit(self, user_items: Any, model: str, callback: Optional[Callable], show_progress: bool, **options: Any) -> None:
        user_items = as_csr(user_items, "user_items")
        start = time.time()

        def listen(stage: str, done: int, total: Any, unit: str) -> None:
            nonlocal start
            if stage == "train":
                now = time.time()
                callback(done - 1, now - start, None)
                start = now

        progress = listen if callback else None
        if show_progress and not callback:
            try:
                import tqdm.auto

                progress = bool(tqdm.auto)
            except ImportError:
                pass
        self._forget()
        made = train(user_items, model, threads=self.num_threads, progress=progress, **options)
        users, items = made.user_factors, made.item_factors
        if model == "bpr":
            users = np.hstack([users, np.ones((len(users), 1), np.float32)])
            items = np.hstack([items, made.item_biases[:, None]])
        self.user_factors, self.item_factors = np.array(users), np.array(items)

    def _of(self, factors: Optional[np.ndarray], what: Any, make: Callable) -> Any:
        """What is made of factors, and made again when they are others."""
        if factors is None:
            raise RuntimeError("the model is not fitted: call fit first")
        found = self._made.get(what)
        if found is None or found[0] is not factors:
            found = self._made[what] = (factors, make(factors))
        return found[1]

    def _index(self, of_users: bool = False, metric: str = "inner-product") -> Index:
        factors = self.user_factors if of_users else self.item_factors
        return self._of(factors, (of_users, metric), lambda own: Index.build(own, metric=metric, threads=self.num_threads))

    def _fixed(self, of_items: bool) -> Tuple[np.ndarray, np.ndarray]:
        """The factors of a half-step that are given, and their product with themselves."""
        factors = self.item_factors if of_items else self.user_factors
        return factors, self._of(factors, of_items, lambda own: own.T.astype(np.float64) @ own)

    def recommend(
        self,
        userid: Any,
        user_items: Any,
        N: int = 10,
        filter_already_liked_items: bool = True,
        filter_items: Any = None,
        recalculate_user: bool = False,
        items: Any = None,
    ) -> Tuple[np.ndarray, np.ndarray]:
        """The best items for a user or an array of users: `(ids, scores)`, without those of their rows of `user_items`."""
        users = np.atleast_1d(userid)
        if filter_already_liked_items or recalculate_user:
            if not isinstance(user_items, sparse.csr_matrix) and not isinstance(user_items, getattr(sparse, "csr_array", ())):
                raise ValueError("user_items needs to be a CSR sparse matrix")
            if user_items.shape[0] != len(users):
                raise ValueError("user_items must contain 1 row for every user in userids")
        index = self._index()
        if recalculate_user:
            factors = np.atleast_2d(self.recalculate_user(userid, user_items))
        else:
            factors = self.user_factors[users]
        found = index.search(
            np.ascontiguousarray(factors),
            N,
            recall=self.search_recall,
            exclude=user_items if filter_already_liked_items else None,
            allow=_mask(len(self.item_factors), filter_items, items),
            threads=self.num_threads,
        )
        if items is not None:
            found = _ranked(found, np.asarray(items, dtype=np.int64), N)
        return _shaped(found, np.ndim(userid) == 0)

    def similar_items(
        self,
        itemid: Any,
        N: int = 10,
        recalculate_item: bool = False,
        item_users: Any = None,
        filter_items: Any = None,
        items: Any = None,
    ) -> Tuple[np.ndarray, np.ndarray]:
        """The items most alike by cosine, the item itself among them: `(ids, scores)`."""
        if recalculate_item:
            factors = np.atleast_2d(self.recalculate_item(itemid, item_users))
            index, allow = self._index(metric="cosine"), _mask(len(self.item_factors), filter_items, items)
            found = index.search(factors, N, recall=self.search_recall, allow=allow, threads=self.num_threads)
            return _shaped(found, np.ndim(itemid) == 0)
        return self._alike(False, itemid, N, filter_items, items)

    def similar_users(self, userid: Any, N: int = 10, filter_users: Any = None, users: Any = None) -> Tuple[np.ndarray, np.ndarray]:
        """The users most alike by cosine, the user among them: `(ids, scores)`."""
        return self._alike(True, userid, N, filter_users, users)

    def _alike(self, of_users: bool, wanted: Any, N: int, filtered: Any, only: Any) -> Tuple[np.ndarray, np.ndarray]:
        index = self._index(of_users)
        rows = np.atleast_1d(wanted)
        allow = _mask(len(index), filtered, only)
        ids, scores = index.related(rows, N, recall=self.search_recall, allow=allow, threads=self.num_threads)
        # An item is not related to itself; here it comes first, where it is asked for.
        own = np.ones(len(rows), bool) if allow is None else allow[rows]
        ids, scores = np.hstack([rows[:, None], ids]), np.hstack([np.ones((len(rows), 1), np.float32), scores])
        for row in np.flatnonzero(~own):
            ids[row, :-1], scores[row, :-1] = ids[row, 1:], scores[row, 1:]
        return _shaped((ids[:, :N], scores[:, :N]), np.ndim(wanted) == 0)

    def recalculate_user(self, userid: Any, user_items: Any) -> np.ndarray:
        """The factors of users from their rows of `user_items`, by the training's own half-step with fixed items."""
        raise NotImplementedError(f"{type(self).__name__} does not recalculate users")

    def recalculate_item(self, itemid: Any, item_users: Any) -> np.ndarray:
        """The factors of items from their rows of `item_users`, by the half-step with fixed users."""
        raise NotImplementedError(f"{type(self).__name__} does not recalculate items")

    def save(self, path: Any) -> None:
        """Writes factors and parameters as an .npz, as implicit does; `akin import` reads it, too."""
        values = {name: getattr(self, name) for name in ("user_factors", "item_factors", "num_threads", *self._parameters)}
        if isinstance(self.random_state, (int, np.integer)):
            values["random_state"] = self.random_state
        np.savez(path, **{name: value for name, value in values.items() if value is not None})

    def __getstate__(self):
        # What is made of the factors is made again.
        return {**self.__dict__, "_made": {}}

    @classmethod
    def load(cls, path: Any) -> Any:
        """A model that `save` wrote, of this library or of implicit."""
        if isinstance(path, str) and not path.endswith(".npz"):
            path += ".npz"
        with np.load(path, allow_pickle=False) as data:
            known = ("num_threads", "random_state", *cls._parameters)
            # implicit writes an array of None where it has no value.
            model = cls(**{name: data[name].item() for name in known if name in data and data[name].dtype != object})
            if "item_factors" in data:
                model.user_factors, model.item_factors = data["user_factors"], data["item_factors"]
        return model


def _mask(count: int, filtered: Any, only: Any) -> Optional[np.ndarray]:
    """The items that answers may hold."""
    if filtered is not None and only is not None:
        raise ValueError("Can't specify both filter_items and items")
    if filtered is None and only is None:
        return None
    named = np.asarray(filtered if only is None else only)
    if named.size and (named.min() < 0 or named.max() >= count):
        raise IndexError(f"Some itemids are not in the model: {named.min()} to {named.max()}, and it has {count}")
    mask = np.full(count, only is None)
    mask[named.astype(np.int64)] = only is not None
    return mask


def _ranked(found: Tuple[np.ndarray, np.ndarray], items: np.ndarray, N: int) -> Tuple[np.ndarray, np.ndarray]:
    """Lists of all chosen items: those that a user has come last, as implicit has them."""
    ids, scores = (array[:, : min(N, len(items))].copy() for array in found)
    for row in range(len(ids)):
        empty = np.flatnonzero(ids[row] < 0)
        ids[row, empty] = items[~np.isin(items, ids[row])][: len(empty)]
        scores[row, empty] = -np.finfo(np.float32).max
    return ids, scores


def _shaped(found: Tuple[np.ndarray, np.ndarray], is_one: bool) -> Tuple[np.ndarray, np.ndarray]:
    ids, scores = found[0].astype(np.int32), found[1]
    if not is_one:
        return ids, scores
    kept = ids[0] >= 0
    return ids[0][kept], scores[0][kept]
