"""Options of the library's calls: as JSON, and as requests of searches."""

from __future__ import annotations

import ctypes
import json
import os
from typing import Any, Dict, Optional, Tuple

import numpy as np

from . import errors
from ._arrays import address, bits, c_text
from ._library import DEFAULT, EF, EXACT, RECALL, Handle, Request, lib


def as_json(options: Dict[str, Any]) -> bytes:
    """Options for the library: the command's, with underscores for dashes, and `lambda_` for lambda."""

    def plain(value):
        if isinstance(value, (np.integer, np.floating, np.bool_)):
            return value.item()
        if isinstance(value, os.PathLike):
            return os.fspath(value)
        raise TypeError

    try:
        # A name that is a word of Python has an underscore behind it: lambda_.
        named = {name.rstrip("_"): value for name, value in options.items()}
        return json.dumps(named, default=plain, allow_nan=False).encode()
    except (TypeError, ValueError):
        raise errors.UsageError(f"options must be texts, numbers, truth values or lists of these, found {options!r}") from None


class Filter:
    """The items that answers may hold. Made once, by `Index.filter` or `Recommender.filter`, it serves any number of searches."""

    def __init__(self, handle: Handle):
        self._handle = handle

    def __len__(self) -> int:
        """The number of items that it lets in."""
        count = ctypes.c_int64()
        from ._library import check

        check(lib.akin_filter_count(self._handle.number, ctypes.byref(count)))
        return count.value


class Cancellation:
    """A switch that any thread may use to end the calls that were given it: they raise `Cancelled`.

    cancellation = Cancellation()
    threading.Timer(0.5, cancellation.cancel).start()
    index.search(queries, exact=True, cancellation=cancellation)

    A search hears of it between its queries.
    """

    def __init__(self):
        self._handle = Handle.of(lib.akin_cancellation)

    def cancel(self) -> None:
        """Ends the calls that use it, and those that begin with it later."""
        from ._library import check

        check(lib.akin_cancel(self._handle.number))


# What is asked for besides rows: k, ef, recall, exact, where, min_score, diversity, threads, per_category, include_seen, fallback.
Asked = Tuple[Any, ...]


class Requests:
    """The requests of one index: those that are asked again are made once."""

    _kept = 64

    def __init__(self, handle: Handle, items: int):
        self._handle = handle
        self._items = items
        self._made: Dict[Asked, _Kept] = {}
        self._filters: Dict[str, Filter] = {}
        self._limits: Dict[int, Handle] = {}

    def filter(self, where: str) -> Filter:
        """The filter of a condition, remembered."""
        found = self._filters.get(where)
        if found is None:
            if not isinstance(where, str):
                raise errors.UsageError(f"where must be a text, found {where!r}")
            found = Filter(Handle.of(lib.akin_filter_where, self._handle.number, c_text(where, "where")))
            if len(self._filters) >= self._kept:
                self._filters.clear()
            self._filters[where] = found
        return found

    def limit(self, per_category: Any) -> Handle:
        """The limit of so many items of a category, remembered."""
        items = whole(per_category, "per_category")
        found = self._limits.get(items)
        if found is None:
            found = Handle.of(lib.akin_category_limit, self._handle.number, items)
            if len(self._limits) < self._kept:
                self._limits[items] = found
        return found

    def of(
        self, queries: int, asked: Asked, allow: Any = None, seen: Any = None, cancellation: Optional[Cancellation] = None
    ) -> int:
        """The address of a request, which stays as long as this number.

        A request without rows is remembered. One with a mask of items (allow), rows of each query (seen) or a switch is the call's
        own.
        """
        if allow is None and seen is None and cancellation is None:
            # Unlike `get`, this takes no lock where threads run without the interpreter's.
            try:
                return self._made[asked]
            except KeyError:
                pass
            except TypeError:
                raise errors.UsageError(f"where must be a text or a Filter, found {asked[4]!r}") from None
            return self._remembered(asked)
        request, keep = self.make(*asked)
        arrays: list = [cancellation]
        if cancellation is not None:
            if not isinstance(cancellation, Cancellation):
                raise errors.UsageError(f"cancellation must be a Cancellation, found {cancellation!r}")
            request.cancellation = cancellation._handle.number
        if allow is not None:
            words = bits(allow, self._items)
            if not len(words):
                words = np.zeros(1, np.uint64)
            arrays.append(words)
            request.allow, request.allow_rows = address(words), len(allow)
        if seen is not None:
            offsets, rows = seen_rows(seen, queries)
            arrays += [offsets, rows]
            request.seen_offsets, request.seen_rows = address(offsets), address(rows)
        return _Kept.of(request, keep, arrays)

    def _remembered(self, asked: Asked) -> int:
        """A request that is asked for the first time."""
        found = _Kept.of(*self.make(*asked))
        # Threads may be using the old ones; a caller of this many different requests gets new ones.
        if len(self._made) < self._kept:
            self._made[asked] = found
        return found

    def make(
        self,
        k,
        ef=None,
        recall=None,
        exact=False,
        where=None,
        min_score=None,
        diversity=0.0,
        threads=0,
        per_category=None,
        include_seen=False,
        fallback=True,
    ) -> Tuple[Request, Any]:
        """A request of its own, and what it needs to stay."""
        if (ef is not None) + (recall is not None) + bool(exact) > 1:
            raise errors.UsageError("ef, recall and exact exclude each other")
        request = Request(ctypes.sizeof(Request))
        request.k = whole(k, "k")
        request.effort = EF if ef is not None else RECALL if recall is not None else EXACT if exact else DEFAULT
        request.ef = 0 if ef is None else whole(ef, "ef")
        request.recall = 0.0 if recall is None else number(recall, "recall")
        request.diversity = number(diversity, "diversity")
        request.threads = whole(threads, "threads", 31)
        request.includes_seen = bool(include_seen)
        request.refuses_fallback = not fallback
        if min_score is not None:
            request.minimum_score, request.has_minimum_score = number(min_score, "min_score"), 1
        if isinstance(where, Filter):
            request.filter = where._handle.number
        elif where is not None:
            where = self.filter(where)
            request.filter = where._handle.number
        limit = None
        if per_category is not None:
            limit = self.limit(per_category)
            request.category_limit = limit.number
        return request, (where, limit)


class _Kept(int):
    """An address that keeps what is there."""

    @classmethod
    def of(cls, request: Request, *keep: Any) -> _Kept:
        made = cls(ctypes.addressof(request))
        made.kept = (request, keep)
        return made


def seen_rows(seen: Any, queries: int) -> Tuple[np.ndarray, np.ndarray]:
    """The rows that each query must not get: one list for the only query, or a list or a CSR row for each."""
    if hasattr(seen, "indptr") and hasattr(seen, "indices"):
        offsets = np.ascontiguousarray(seen.indptr, dtype=np.int64)
        rows = np.asarray(seen.indices)
    else:
        try:
            lists = [seen] if queries == 1 and (not len(seen) or np.ndim(seen[0]) == 0) else list(seen)
            offsets = np.zeros(len(lists) + 1, dtype=np.int64)
            np.cumsum([len(one) for one in lists], out=offsets[1:])
            rows = np.concatenate([np.asarray(one, dtype=np.int64) for one in lists]) if lists else np.empty(0, np.int64)
        except (TypeError, ValueError, KeyError, OverflowError):
            raise errors.UsageError(f"exclude must be a list of rows for each query, or a CSR matrix, found {seen!r}") from None
    if len(offsets) != queries + 1:
        raise errors.UsageError(f"exclude must have a list for each of {queries} queries, found {len(offsets) - 1}")
    if len(rows) and (rows.min() < 0 or rows.max() > 0xFFFFFFFF):
        raise errors.UsageError(f"exclude must hold rows of items, found {rows.min()} to {rows.max()}")
    rows = np.ascontiguousarray(rows, dtype=np.uint32)
    return offsets, rows if len(rows) else np.zeros(1, np.uint32)


def whole(value: Any, name: str, bits: int = 63) -> int:
    """A whole number of a call."""
    try:
        result = value.__index__()
    except AttributeError:
        raise errors.UsageError(f"{name} must be a whole number, found {value!r}") from None
    if not -(1 << bits) <= result < 1 << bits:
        raise errors.UsageError(f"{name} must fit {bits + 1} bits, found {result}")
    return result


def number(value: Any, name: str) -> float:
    """A number of a call."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise errors.UsageError(f"{name} must be a number, found {value!r}") from None
