"""Indexes: the best items for a vector, and items like an item."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Optional, Tuple

import numpy as np

from . import errors
from ._answers import Places, answer, answers
from ._arrays import address, floats, rows_of, taken
from ._arrays import ids as id_column
from ._library import ITEMS, TEXTS, Handle, check, lib, path_bytes
from ._options import Cancellation, Filter, Requests, as_json
from ._work import long_work
from .embeddings import Embeddings, Owner

_FLOAT32 = np.dtype(np.float32)


class Asked(Owner):
    """What an index and a recommender have in common: filters, ids and items like an item."""

    def __init__(self, handle: Handle):
        self._handle = handle
        facts = self._facts
        self._requests = Requests(handle, facts.items)
        self._item_rows: dict = {}
        self._places = Places(facts.item_ids != TEXTS, lambda: self.ids)

    def filter(self, where: str) -> Filter:
        """The items that meet a condition on their attributes: `"genre = Comedy and year >= 1990 and not brand in (A, B)"`."""
        return self._requests.filter(where)

    @cached_property
    def ids(self) -> np.ndarray:
        """The ids of the items by row: whole numbers, or texts. A deleted row of a catalogue has the id that it had."""
        return taken(lib.akin_ids, self._handle.number, ITEMS)

    @cached_property
    def titles(self) -> np.ndarray:
        """The titles of the items by row; empty texts where there are none."""
        return taken(lib.akin_titles, self._handle.number)

    def rows(self, ids: Any) -> np.ndarray:
        """The row of each item by id; -1 for an unknown one."""
        return rows_of(self._handle, id_column(ids))

    def __len__(self) -> int:
        """The number of rows of items; of a catalogue, with those that are deleted."""
        return self._facts.items

    def _known_items(self, items: Any) -> np.ndarray:
        rows = rows_of(self._handle, id_column(items, "items"))
        if len(rows) and rows.min() < 0:
            raise errors.UnknownID(f"no item has the id '{np.asarray(items, dtype=object)[rows < 0][0]}'")
        return rows

    def _item_row(self, item: Any) -> np.ndarray:
        """The row of an item, remembered."""
        try:
            return self._item_rows[item]
        except (KeyError, TypeError):
            pass
        rows = self._known_items([item])
        if len(self._item_rows) < 1 << 16:
            self._item_rows[item] = rows
        return rows

    def related(
        self,
        items: Any,
        k: int = 10,
        *,
        ef: Optional[int] = None,
        recall: Optional[float] = None,
        exact: bool = False,
        fallback: bool = True,
        where: Any = None,
        allow: Any = None,
        min_score: Optional[float] = None,
        diversity: float = 0.0,
        per_category: Optional[int] = None,
        threads: int = 0,
        cancellation: Optional[Cancellation] = None,
    ) -> Tuple[np.ndarray, np.ndarray]:
        """The items most similar to an item, or to each of several, by their ids: `(ids, scores)`, the best first.

        One id gives arrays of up to k, an array of n ids gives (n, k). By inner product the similarity is the cosine.
        Other options as for `Index.search`. Raises `UnknownID` for an unknown id.
        """
        is_one = items.__class__ in (int, str) or np.ndim(items) == 0
        rows = self._item_row(items) if is_one else self._known_items(items)
        asked = (k, ef, recall, exact, where, min_score, diversity, threads, per_category, False, fallback)
        request = self._requests.of(len(rows), asked, allow, None, cancellation)
        count = len(rows)
        call = (self._handle.number, request, address(rows) if count else None, count)
        if is_one:
            return answer(lib.akin_related, call, k, self._places)
        return answers(lib.akin_related, call, count, k, self._places)


class Index(Asked):
    """An index over vectors: a graph and the exact scan, from a file, a catalogue or memory. Any number of threads may ask it."""

    def __init__(self, handle: Handle, path: Any = None):
        super().__init__(handle)
        self.path = path

    @classmethod
    def open(cls, path: Any) -> Index:
        """Opens an index file or the directory of a catalogue, mapped: in constant time, whatever its size."""
        return cls(Handle.of(lib.akin_index_open, path_bytes(path)), path)

    @classmethod
    def build(
        cls,
        vectors: Any,
        ids: Any = None,
        *,
        metric: Optional[str] = None,
        titles: Any = None,
        path: Any = None,
        overwrite: bool = False,
        threads: int = 0,
        progress: Any = None,
        **options: Any,
    ) -> Index:
        """Builds an index over vectors (items, dimension), or over `Embeddings`; in memory, or as a file where a path is given.

        metric: `"cosine"` (the default for vectors), `"inner-product"` or `"euclidean"`. options: those of `akin index`, with
        underscores: m=16, ef_construction=100, seed=0, with_users=True.
        progress: a function of (stage, done, total, unit), or True.
        The same vectors, options and seed give the same file at any number of threads.
        """
        if isinstance(vectors, Embeddings):
            if ids is not None or titles is not None:
                raise errors.UsageError("embeddings have ids and titles of their own")
            source = vectors
            if metric is not None:
                options["metric"] = metric.replace("_", "-")
        else:
            source = Embeddings.of(vectors, ids, metric=metric or "cosine", titles=titles)
        options = as_json({**options, "force": True} if overwrite and path is not None else options)
        target = None if path is None else path_bytes(path)
        made = []

        def build(work: int) -> int:
            from ctypes import byref, c_uint64

            number = c_uint64()
            status = lib.akin_index_build(source._handle.number, target, options, work, byref(number))
            if not status:
                made.append(Handle(number.value))
            return status

        long_work(build, threads, progress)
        return cls(made[0], path)

    def save(self, path: Any, overwrite: bool = False) -> None:
        """Writes an index file: whole, or not at all."""
        check(lib.akin_index_save(self._handle.number, path_bytes(path), overwrite))
        self.path = self.path or path

    def search(
        self,
        queries: Any,
        k: int = 10,
        *,
        ef: Optional[int] = None,
        recall: Optional[float] = None,
        exact: bool = False,
        fallback: bool = True,
        where: Any = None,
        allow: Any = None,
        exclude: Any = None,
        min_score: Optional[float] = None,
        diversity: float = 0.0,
        per_category: Optional[int] = None,
        threads: int = 0,
        cancellation: Optional[Cancellation] = None,
    ) -> Tuple[np.ndarray, np.ndarray]:
        """The best items for a vector, or for each row of an array of vectors: `(ids, scores)`, the best first.

        queries: (dimension,) gives arrays of up to k items; (n, dimension) gives (n, k), where places without an item have the id
        -1 (None for texts) and the score -inf. Larger scores are better: products, cosines, or negative squared distances.
        What is no C-contiguous array of float32 is copied into one.

        ef: candidates of a walk over the graph; more find more. recall: a share of the true best, which the index plans for by its
        own measurements; fallback=False refuses one that the graph cannot promise (`InputError`), in place of an exact scan. exact:
        every item is scored. By default ef=64, or k if that is larger.
        where: a condition on attributes, or a `Filter`. allow: one truth value for each item, by row. exclude: rows of items that
        each query must not get: a list for each, or a CSR matrix. min_score: no items below. diversity: 0 to 1, trades score for
        variety. per_category: at most so many items of a category in a list. threads: of a batch; 0 takes all processors.
        cancellation: a `Cancellation`.
        """
        array = queries
        if array.__class__ is not np.ndarray or array.dtype is not _FLOAT32 or not array.flags.c_contiguous:
            array = floats(queries, "queries")
        is_one = array.ndim == 1
        if is_one:
            count, width = 1, len(array)
        elif array.ndim == 2:
            count, width = array.shape
        else:
            raise errors.UsageError(f"queries must have one axis or two, found the shape {array.shape}")
        asked = (k, ef, recall, exact, where, min_score, diversity, threads, per_category, False, fallback)
        request = self._requests.of(count, asked, allow, exclude, cancellation)
        call = (self._handle.number, request, address(array) if array.size else None, count, width)
        if is_one:
            return answer(lib.akin_search, call, k, self._places)
        return answers(lib.akin_search, call, count, k, self._places)

    @property
    def live(self) -> int:
        """The number of items that can be answered: without those that a catalogue has deleted."""
        return self._facts.live

    @property
    def generation(self) -> Optional[int]:
        """The generation of a catalogue; None for an index file."""
        return self._facts.generation or None

    def embeddings(self) -> Embeddings:
        """The embeddings that an index file holds (`with_users=True`)."""
        return Embeddings(Handle.of(lib.akin_index_embeddings, self._handle.number))

    def __reduce__(self):
        if self.path is None:
            raise errors.UsageError("an index in memory cannot be pickled", "save it first: a pickle holds the path")
        return Index.open, (self.path,)

    def __repr__(self) -> str:
        return f"<Index of {self.live} items × {self.dimension}, {self.metric}>"
