"""What an executor does for queries: open the catalogue once a process, mapped, and answer batch by batch."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Iterator, NamedTuple, Tuple

import numpy as np

from .. import errors
from .._answers import Places
from ..catalogue import Catalogue
from ..index import Index
from ._build import _cpus
from ._rows import library_ids, part, plain


class _Rows(Places):
    """Answers as rows where ids are texts, which Arrow then looks up."""

    def texts(self) -> np.ndarray:
        if self._texts is None:
            self._texts = np.append(np.arange(len(self._ids())), -1)
        return self._texts


class Opened:
    """A generation of a catalogue in this process."""

    def __init__(self, place: Any, generation: int):
        self.index: Index = Catalogue(place.opened(generation)).open(generation)
        self.has_numbers = self.index._places.are_numbers
        self.index._places = _Rows(self.has_numbers, lambda: self.index.ids)
        self._columns: Dict[str, Any] = {}

    def ids(self, found: np.ndarray, kind: str) -> Any:
        """The ids of answers as an Arrow column of a kind."""
        import pyarrow as pa

        target = {"string": pa.string(), "int": pa.int32(), "long": pa.int64()}[kind]
        if self.has_numbers:
            return pa.array(found).cast(target)
        if kind not in self._columns:
            self._columns[kind] = pa.array(self.index.ids.tolist(), pa.string()).cast(target)
        return self._columns[kind].take(pa.array(found))

    def own(self, ids: Any) -> np.ndarray:
        """What answers call these items; -1 for an id without an item."""
        if self.has_numbers and not _is_text(ids):
            return ids.fill_null(-1).to_numpy(zero_copy_only=False)
        rows = self.rows(ids)
        return np.where(rows < 0, -1, self.index.ids[rows]) if self.has_numbers else rows

    def rows(self, ids: Any) -> np.ndarray:
        """The row of each item of an Arrow column; -1 for an id without an item."""
        given = ids.to_numpy(zero_copy_only=False)
        if given.dtype == object or ids.null_count:
            given = np.array(["" if id is None else str(plain(id)) for id in ids.to_pylist()], dtype=object)
        return self.index.rows(library_ids(given))


def _is_text(column: Any) -> bool:
    import pyarrow as pa

    return pa.types.is_string(column.type) or pa.types.is_large_string(column.type)


@lru_cache(maxsize=2)
def opened(place: Any, generation: int, digest: str) -> Opened:
    """The catalogue, opened at the first call of a process.

    digest: that of the manifest. Another catalogue may have taken the path since, with a generation of the same number.
    """
    return Opened(place, generation)


class Answerer(NamedTuple):
    """A task that answers queries, as a function from batches to batches, for `mapInArrow`.

    The columns of a batch are `kept` ones that pass, the vector, then, if asked for, the query's own id and its seen items.
    """

    place: Any
    generation: int
    digest: str
    kind: str
    k: int
    effort: Dict[str, Any]
    kept: int
    fields: Tuple[str, str] = ("neighbor", "score")
    has_own: bool = False
    has_seen: bool = False
    invalid: str = "error"

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        catalogue = opened(self.place, self.generation, self.digest)
        for batch in batches:
            columns = batch.columns
            valid = self._valid(columns[self.kept], catalogue.index.dimension)
            if self.invalid == "skip" and not valid.all():
                columns = [column.filter(pa.array(valid)) for column in columns]
                valid = valid[valid]
            given = [column.filter(pa.array(valid)) for column in columns[self.kept :]] if not valid.all() else columns[self.kept :]
            lists = self._lists(catalogue, given, valid)
            names = [*batch.schema.names[: self.kept], "answers"]
            yield pa.RecordBatch.from_arrays([*columns[: self.kept], lists], names)

    def _valid(self, vectors: Any, dimension: int) -> np.ndarray:
        """Which queries have a vector of the dimension of the items, all of it finite; throws where all must."""
        rows = part(_nothing(len(vectors)), vectors)
        valid = (rows.lengths == dimension) & ~rows.has_null
        finite = np.isfinite(rows.values)
        if not finite.all():
            valid[np.repeat(np.arange(len(valid)), np.maximum(rows.lengths, 0))[~finite]] = False
        if self.invalid == "error" and not valid.all():
            length = rows.lengths[~valid][0]
            found = "null" if length < 0 else f"{length} components" if length != dimension else "one that is not finite"
            raise errors.InputError(
                f"a query has no valid vector: expected {dimension} finite numbers, found {found}",
                'handleInvalid="skip" leaves such queries out, "keep" gives them no prediction',
            )
        return valid

    def _lists(self, catalogue: Opened, given: list, valid: np.ndarray) -> Any:
        """The answers as an Arrow column of lists; null where a query is not valid."""
        import pyarrow as pa

        count = int(valid.sum())
        queries = part(_nothing(count), given[0]).values.reshape(count, catalogue.index.dimension)
        exclude = _seen(catalogue, given[-1]) if self.has_seen and count else None
        ids, scores = catalogue.index.search(queries, self.k + self.has_own, exclude=exclude, threads=_cpus(), **self.effort)
        if self.has_own:
            ids, scores = without(catalogue.own(given[1]), ids, scores)
        there = scores != -np.inf
        counts = np.zeros(len(valid), dtype=np.int64)
        counts[valid] = there.sum(axis=1)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        full = bool(there.all())
        found = catalogue.ids(ids.reshape(-1) if full else ids[there], self.kind)
        structs = pa.StructArray.from_arrays([found, pa.array(scores.reshape(-1) if full else scores[there])], list(self.fields))
        if valid.all():
            return pa.ListArray.from_arrays(pa.array(offsets), structs)
        return pa.ListArray.from_arrays(pa.array(offsets, mask=np.append(~valid, False)), structs)


def _nothing(count: int) -> Any:
    import pyarrow as pa

    return pa.array(np.zeros(count, dtype=np.int64))


def without(own: np.ndarray, ids: np.ndarray, scores: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Lists of one item more than asked for, without the own item of each, or without the last where it is not in the list."""
    keep = ids != own[:, None]
    keep[keep.all(axis=1), -1] = False
    shape = (len(ids), ids.shape[1] - 1)
    return ids[keep].reshape(shape), scores[keep].reshape(shape)


class _seen:
    """The rows that each query must not get, in the shape of a CSR matrix."""

    def __init__(self, catalogue: Opened, lists: Any):
        lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        rows = catalogue.rows(lists.flatten())
        owner = np.repeat(np.arange(len(lengths)), lengths)[rows >= 0]
        self.indptr = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(lengths)))])
        self.indices = rows[rows >= 0]

    def __len__(self) -> int:
        return len(self.indptr) - 1
