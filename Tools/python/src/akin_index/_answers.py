"""Arrays that answers go to."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from . import errors
from ._arrays import address
from ._library import ANSWERS, failure, pack_answers

_MOST = 1 << 40
_NOTHING = np.float32(-np.inf)


class Places:
    """The ids of the items of an index, and how answers become ids: numbers come from the library, texts by rows."""

    def __init__(self, are_numbers: bool, ids: Callable[[], np.ndarray]):
        self.are_numbers = are_numbers
        self._ids = ids
        self._texts: Optional[np.ndarray] = None
        self.is_signed: Optional[bool] = None if are_numbers else True

    def texts(self) -> np.ndarray:
        """The ids by row, with None behind them, where row -1 finds it."""
        if self._texts is None:
            table = np.empty(len(self._ids()) + 1, dtype=object)
            table[:-1] = self._ids()
            table[-1] = None
            self._texts = table
        return self._texts

    def numbers(self, found: np.ndarray) -> np.ndarray:
        """Numbers as the ids of the index have them: signed unless one needs 64 bits."""
        if self.is_signed is None:
            self.is_signed = self._ids().dtype == np.int64
        return found if self.is_signed else found.view(np.uint64)


class _Room:
    """Memory for the answer to one query that is used again: to make it takes longer than to copy out of it."""

    __slots__ = ("ids", "scores", "for_numbers", "for_texts")

    def __init__(self, k: int):
        self.ids = np.empty(k, np.int64)
        self.scores = np.empty(k, np.float32)
        ids, scores = address(self.ids), address(self.scores)
        self.for_numbers = pack_answers(ANSWERS, k, 0, ids, scores, 0)
        self.for_texts = pack_answers(ANSWERS, k, ids, 0, scores, 0)


# Those that no call uses, by k. A call takes one out, so no two calls have the same.
_rooms: Dict[int, List[_Room]] = {}
_MOST_KEPT = 256


def _after_fork() -> None:
    """Leaves the rooms to the parent: another thread may have been at them, and without the interpreter's lock have locked them."""
    global _rooms
    _rooms = {}


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def answer(function: Callable[..., int], call: tuple, k: Any, places: Places) -> Tuple[np.ndarray, np.ndarray]:
    """The ids and scores that a function gives for one query, without places that stayed empty.

    call: the arguments of the function before the place of its answer.
    """
    if k.__class__ is not int or not 0 < k <= _MOST_KEPT:
        ids, scores = answers(function, call, 1, k, places)
        ids, scores = ids[0], scores[0]
        return (ids, scores) if scores[-1] != _NOTHING else _filled(ids, scores)
    try:
        room = _rooms[k].pop()
    except (KeyError, IndexError):
        room = _Room(k)
    status = function(*call, room.for_numbers if places.are_numbers else room.for_texts)
    if status:
        raise failure(status)
    found = places.numbers(room.ids.copy()) if places.are_numbers else places.texts()[room.ids]
    scores = room.scores.copy()
    try:
        _rooms[k].append(room)
    except KeyError:
        _rooms[k] = [room]
    return (found, scores) if scores[-1] != _NOTHING else _filled(found, scores)


def _filled(ids: np.ndarray, scores: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """The places of an answer that have an item."""
    count = int(np.count_nonzero(scores != -np.inf))
    return ids[:count], scores[:count]


def answers(function: Callable[..., int], call: tuple, queries: int, k: Any, places: Places) -> Tuple[np.ndarray, np.ndarray]:
    """The ids and scores that a function gives for some queries, a row for each; places without an item have the score -inf."""
    if k.__class__ is not int or not 0 < k <= _MOST:
        k = _checked(k)
    if queries * k > _MOST:
        raise errors.UsageError(f"{queries} × {k} answers are too many; ask for fewer at a time")
    try:
        ids = np.empty((queries, k), np.int64)
        scores = np.empty((queries, k), np.float32)
    except MemoryError:
        raise errors.SystemFailure(f"no memory for {queries} × {k} answers") from None
    size = queries * k
    if not size:
        status = function(*call, pack_answers(ANSWERS, 0, 0, 0, 0, 0))
    elif places.are_numbers:
        status = function(*call, pack_answers(ANSWERS, size, 0, address(ids), address(scores), 0))
    else:
        status = function(*call, pack_answers(ANSWERS, size, address(ids), 0, address(scores), 0))
    if status:
        raise failure(status)
    return (places.numbers(ids) if places.are_numbers else places.texts()[ids]), scores


def _checked(k: Any) -> int:
    """A number of items as Python's own; the library says what is wrong with one below 1."""
    from ._options import whole

    k = whole(k, "k")
    if k > _MOST:
        raise errors.UsageError(f"k must be at most {_MOST}, found {k}")
    if k < 1:
        raise errors.UsageError(f"k must be at least 1, found {k}", "ask for at least one item, for example k=10")
    return k
