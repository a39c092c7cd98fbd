"""Embeddings: vectors of items and users, with ids, titles and biases."""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any, List, Optional

import numpy as np

from . import errors
from ._arrays import address, lent, rows_of, taken
from ._arrays import ids as id_column
from ._arrays import vectors as checked
from ._attributes import names, values
from ._library import ITEMS, METRIC_NAMES, METRICS, USERS, Facts, Handle, check, lib, path_bytes


class Owner:
    """Something with a handle: facts, `close`, and a context manager."""

    _handle: Handle

    @cached_property
    def _facts(self) -> Facts:
        facts = Facts(ctypes.sizeof(Facts))
        check(lib.akin_describe(self._handle.number, ctypes.addressof(facts)))
        return facts

    def close(self) -> None:
        """Frees memory and files now; calls afterwards raise `UsageError`. Raises while arrays of it are in use."""
        self._handle.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @cached_property
    def attributes(self) -> List[str]:
        """The names of the items' attributes: the further columns of their table."""
        return names(self._handle)

    def attribute(self, name: str) -> np.ndarray:
        """The values of an attribute, one an item, in the order of `ids`.

        Numbers are float64, NaN without a value; times are datetime64, NaT without; words and flags are objects, None without;
        lists of words are tuples. Names may differ in case, spaces and a final `s`. Raises `InputError` for an unknown name.
        """
        return values(self._handle, name)

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return self._facts.dimension

    @property
    def metric(self) -> str:
        """The metric of scores: `"inner-product"`, `"cosine"` or `"euclidean"`."""
        return METRIC_NAMES[self._facts.metric]


def metric_number(metric: str) -> int:
    """The number of a metric."""
    found = METRICS.get(str(metric).replace("_", "-"))
    if found is None:
        raise errors.UsageError(f"metric must be {', '.join(METRICS)}, found {metric!r}")
    return found


class Embeddings(Owner):
    """Vectors of items and users: an open `.emb` file, or what `train` made in memory.

    Arrays of vectors are read-only views of the library's memory; nothing is copied.
    """

    def __init__(self, handle: Handle, path: Optional[str] = None):
        self._handle = handle
        self.path = path

    @classmethod
    def open(cls, path: Any) -> Embeddings:
        """Opens an embeddings file, mapped: in constant time, whatever its size."""
        return cls(Handle.of(lib.akin_embeddings_open, path_bytes(path)), path)

    @classmethod
    def of(cls, vectors: Any, ids: Any = None, *, metric: str = "cosine", titles: Any = None) -> Embeddings:
        """Embeddings of vectors made elsewhere.

        vectors: (items, dimension), finite numbers; copied. ids: one whole number or text an item, by default 0, 1, 2, …
        titles: one text an item.
        """
        array = checked(vectors)
        names = None if ids is None else id_column(ids)
        texts = None if titles is None else id_column(np.asarray(list(titles), dtype=object), "titles")
        handle = Handle.of(
            lib.akin_embeddings_make,
            address(array),
            array.shape[0],
            array.shape[1],
            metric_number(metric),
            names and names.pointer,
            texts and texts.pointer,
        )
        return cls(handle)

    def save(self, path: Any, overwrite: bool = False) -> None:
        """Writes an embeddings file: whole, or not at all."""
        check(lib.akin_embeddings_save(self._handle.number, path_bytes(path), overwrite))
        self.path = self.path or path

    def __len__(self) -> int:
        """The number of items."""
        return self._facts.items

    @property
    def user_count(self) -> int:
        """The number of users."""
        return self._facts.users

    @property
    def global_mean(self) -> float:
        """The term of every score."""
        return self._facts.global_mean

    @property
    def item_factors(self) -> np.ndarray:
        """The vectors of the items, (items, dimension) of float32."""
        return lent(self._handle, ITEMS)

    @property
    def user_factors(self) -> np.ndarray:
        """The vectors of the users, (users, dimension) of float32; raises `InputError` where there are none."""
        return lent(self._handle, USERS)

    @cached_property
    def ids(self) -> np.ndarray:
        """The ids of the items by row: whole numbers, or texts."""
        return taken(lib.akin_ids, self._handle.number, ITEMS)

    @cached_property
    def user_ids(self) -> np.ndarray:
        """The ids of the users by row."""
        return taken(lib.akin_ids, self._handle.number, USERS)

    @cached_property
    def titles(self) -> np.ndarray:
        """The titles of the items by row; empty texts where there are none."""
        return taken(lib.akin_titles, self._handle.number)

    @property
    def item_biases(self) -> np.ndarray:
        """The biases of the items; zeros for a model without."""
        return self._biases(ITEMS, len(self))

    @property
    def user_biases(self) -> np.ndarray:
        """The biases of the users; zeros for a model without."""
        return self._biases(USERS, self.user_count)

    def _biases(self, side: int, count: int) -> np.ndarray:
        biases = np.zeros(count, dtype=np.float32)
        check(lib.akin_biases(self._handle.number, side, address(biases) if count else None, count))
        return biases

    def rows(self, ids: Any) -> np.ndarray:
        """The row of each item by id; -1 for an unknown one."""
        return rows_of(self._handle, id_column(ids))

    def user_rows(self, ids: Any) -> np.ndarray:
        """The row of each user by id; -1 for an unknown one."""
        return rows_of(self._handle, id_column(ids), USERS)

    def map(self, color: Optional[str] = None, *, ax: Any = None, most: int = 20_000) -> Any:
        """The items as points along the two axes on which their vectors spread most; returns the axes of matplotlib.

        Vectors are taken at length 1 but under Euclidean distance; items without a direction are left out. color: the name of an
        attribute, whose commonest words get a colour each. most: of more items every second, third, … is drawn.
        """
        from .plotting import scatter

        return scatter(self, color, ax, most)

    def __reduce__(self):
        if self.path is None:
            raise errors.UsageError("embeddings in memory cannot be pickled", "save them first: a pickle holds the path")
        return Embeddings.open, (self.path,)

    def __repr__(self) -> str:
        users = f", {self.user_count} users" if self.user_count else ""
        return f"<Embeddings of {len(self)} items{users} × {self.dimension}, {self.metric}>"
