"""Recommending: the best items for users and for histories."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Optional, Sequence, Tuple

import numpy as np

from . import errors
from ._answers import answer, answers
from ._arrays import address, floats, optional_address, rows_of, taken
from ._arrays import ids as id_column
from ._library import USERS, Handle, check, lib
from ._options import Cancellation
from .embeddings import Embeddings
from .explaining import Explanation, explained
from .index import Asked, Index


class Recommender(Asked):
    """An index joined with the embeddings of its users. Any number of threads may ask it.

    index: an `Index` or a path. embeddings: `Embeddings` or a path; None where the index file holds them (`with_users=True`).
    """

    def __init__(self, index: Any, embeddings: Any = None):
        self.index = index if isinstance(index, Index) else Index.open(index)
        if embeddings is not None and not isinstance(embeddings, Embeddings):
            embeddings = Embeddings.open(embeddings)
        self.embeddings = embeddings
        of_users = 0 if embeddings is None else embeddings._handle.number
        super().__init__(Handle.of(lib.akin_recommender, self.index._handle.number, of_users))
        self._places = self.index._places
        self._user_rows: dict = {}

    @cached_property
    def user_ids(self) -> np.ndarray:
        """The ids of the users by row."""
        return taken(lib.akin_ids, self._handle.number, USERS)

    def user_rows(self, ids: Any) -> np.ndarray:
        """The row of each user by id; -1 for an unknown one."""
        return rows_of(self._handle, id_column(ids, "users"), USERS)

    def recommend(
        self,
        users: Any,
        k: int = 10,
        *,
        ef: Optional[int] = None,
        recall: Optional[float] = None,
        exact: bool = False,
        fallback: bool = True,
        where: Any = None,
        allow: Any = None,
        exclude: Any = None,
        include_seen: bool = False,
        min_score: Optional[float] = None,
        diversity: float = 0.0,
        per_category: Optional[int] = None,
        threads: int = 0,
        cancellation: Optional[Cancellation] = None,
    ) -> Tuple[np.ndarray, np.ndarray]:
        """The best items for a user, or for each of several, by their ids, without what they have: `(ids, scores)`.

        One id gives arrays of up to k, an array of n ids gives (n, k). Scores have all terms of the model. Other options as for
        `Index.search`. Raises `UnknownID` for an unknown user.
        """
        is_one = users.__class__ in (int, str) or np.ndim(users) == 0
        if is_one:
            rows, at = self._user_row(users)
            count = 1
        else:
            rows = self._known(users)
            count = len(rows)
            at = address(rows) if count else None
        asked = (k, ef, recall, exact, where, min_score, diversity, threads, per_category, include_seen, fallback)
        request = self._requests.of(count, asked, allow, exclude, cancellation)
        call = (self._handle.number, request, at, count)
        if is_one:
            return answer(lib.akin_recommend, call, k, self._places)
        return answers(lib.akin_recommend, call, count, k, self._places)

    def _user_row(self, user: Any) -> Tuple[np.ndarray, int]:
        """The row of a user and its address, remembered."""
        try:
            return self._user_rows[user]
        except (KeyError, TypeError):
            pass
        rows = self._known([user])
        found = rows, address(rows)
        if len(self._user_rows) < 1 << 16:
            self._user_rows[user] = found
        return found

    def _known(self, users: Any) -> np.ndarray:
        rows = self.user_rows(users)
        if len(rows) and rows.min() < 0:
            raise errors.UnknownID(
                f"no user has the id '{np.asarray(users, dtype=object)[rows < 0][0]}'",
                "ids are written as in the interactions that were trained on",
            )
        return rows

    def recommend_history(
        self,
        items: Any,
        k: int = 10,
        *,
        values: Any = None,
        ef: Optional[int] = None,
        recall: Optional[float] = None,
        exact: bool = False,
        fallback: bool = True,
        where: Any = None,
        allow: Any = None,
        include_seen: bool = False,
        min_score: Optional[float] = None,
        diversity: float = 0.0,
        per_category: Optional[int] = None,
        threads: int = 0,
        cancellation: Optional[Cancellation] = None,
    ) -> Tuple[np.ndarray, np.ndarray]:
        """The best items for a user who is not in the embeddings, from the ids of the items that the user has: `(ids, scores)`.

        items: ids, or a list of such lists, which gives (n, k). values: a value for each, by default 1, in the same shape. The
        vector of the user is that of the training's own half-step with fixed items.
        """
        histories = _Histories(items, values)
        asked = (k, ef, recall, exact, where, min_score, diversity, threads, per_category, include_seen, fallback)
        request = self._requests.of(histories.count, asked, allow, None, cancellation)
        call = (self._handle.number, request, *histories.arguments)
        if histories.is_one:
            return answer(lib.akin_recommend_histories, call, k, self._places)
        return answers(lib.akin_recommend_histories, call, histories.count, k, self._places)

    def explain(self, user: Any, item: Any) -> Explanation:
        """What the score of an item for a user is the sum of, and the prediction that the model makes of it.

        Embeddings in memory are written to a temporary file for each call. Raises `UnknownID` for an unknown user or item, and
        `InputError` for embeddings that are not of a training.
        """
        self._known([user])
        self._known_items([item])
        return explained(self.embeddings or self.index.embeddings(), user, item)

    def fold_in(self, items: Any, values: Any = None) -> np.ndarray:
        """The vectors of users who are not in the embeddings, from the ids of the items that they have.

        One list of ids gives (dimension,), a list of n lists gives (n, dimension); values as for `recommend_history`.
        """
        histories = _Histories(items, values)
        width = self.dimension
        vectors = np.zeros((histories.count, width), dtype=np.float32)
        at = address(vectors) if vectors.size else None
        check(lib.akin_fold_in(self._handle.number, *histories.arguments, at, width, None))
        return vectors[0] if histories.is_one else vectors

    def similar_items(self, items: Any, k: int = 10, **options: Any) -> Tuple[np.ndarray, np.ndarray]:
        """The items most similar to an item: `related` under the name that other libraries give it."""
        return self.related(items, k, **options)

    def __reduce__(self):
        return Recommender, (self.index, self.embeddings)

    def __repr__(self) -> str:
        return f"<Recommender of {self.index.live} items × {self.dimension}, {self.metric}>"


class _Histories:
    """The interactions of one user or several, for a call."""

    def __init__(self, items: Any, values: Any):
        if isinstance(items, (str, bytes)) or not hasattr(items, "__len__"):
            raise errors.UsageError(f"items must be a list of ids, or a list of such lists, found {items!r}")
        self.is_one = not len(items) or np.ndim(items[0]) == 0
        lists: Sequence = [items] if self.is_one else items
        self.count = len(lists)
        self._offsets = np.zeros(self.count + 1, dtype=np.int64)
        np.cumsum([len(one) for one in lists], out=self._offsets[1:])
        if all(isinstance(one, np.ndarray) and one.dtype.kind in "iu" for one in lists) and lists:
            self._ids = id_column(np.concatenate(lists), "items")
        else:
            self._ids = id_column([one for some in lists for one in np.asarray(some, dtype=object).tolist()], "items")
        self._values = None
        if values is not None:
            parts = [values] if self.is_one else values
            if [len(part) for part in parts] != [len(one) for one in lists]:
                raise errors.UsageError("values must have one number for each item")
            self._values = np.concatenate([floats(part, "values") for part in parts]) if self.count else None

    @property
    def arguments(self) -> Tuple:
        return self._ids.pointer, optional_address(self._values), address(self._offsets), self.count
