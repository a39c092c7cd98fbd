"""Rows of ids and vectors on their way from Arrow to a segment: what is wrong with them is found before anything is built."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np


class BadRow(Exception):
    """A row that cannot be taken: which, and what to do about it. No retry mends it."""

    def __init__(self, what: str, id: Any, help: str):
        super().__init__(what)
        self.what, self.id, self.help = what, id, help


class Part(NamedTuple):
    """The rows of one Arrow batch: ids, the lengths of their vectors, and all components one after the other."""

    ids: np.ndarray
    lengths: np.ndarray
    values: np.ndarray
    has_null: np.ndarray


def plain(id: Any) -> Any:
    """An id of numpy as Python's own."""
    return id.item() if isinstance(id, np.generic) else id


def part(ids: Any, vectors: Any) -> Part:
    """The rows of two Arrow columns; a null vector has the length -1."""
    import pyarrow as pa

    numbers = pa.types.is_integer(ids.type)
    column = ids.to_numpy(zero_copy_only=False) if numbers and not ids.null_count else np.array(ids.to_pylist(), dtype=object)
    lengths = vectors.value_lengths().fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    flat = vectors.flatten()
    has_null = np.zeros(len(vectors), dtype=bool)
    if flat.null_count:
        empty = flat.is_null().to_numpy(zero_copy_only=False)
        has_null[np.repeat(np.arange(len(vectors)), np.maximum(lengths, 0))[empty]] = True
        flat = flat.fill_null(0.0)
    return Part(column, lengths, flat.to_numpy(zero_copy_only=False).astype(np.float32, copy=False), has_null)


def split(parts: List[Tuple[Part, np.ndarray]]) -> Iterator[Tuple[int, List[Part]]]:
    """The parts of each shard, by its number; nearly always one."""
    shards = np.unique(np.concatenate([numbers for _, numbers in parts])) if parts else []
    for shard in shards:
        of_shard = []
        for one, numbers in parts:
            mine = numbers == shard
            if mine.all():
                of_shard.append(one)
            elif mine.any():
                values = one.values[np.repeat(mine, np.maximum(one.lengths, 0))]
                of_shard.append(Part(one.ids[mine], one.lengths[mine], values, one.has_null[mine]))
        yield int(shard), of_shard


def least(ids: np.ndarray, wrong: np.ndarray) -> Any:
    """The smallest id of the rows that are wrong, so that a message does not depend on the order of arrival."""
    return min(map(plain, ids[wrong]))


def dimensions(parts: List[Part]) -> Dict[int, Tuple[int, Any]]:
    """How many vectors have each dimension, and the smallest id among them."""
    ids, lengths = np.concatenate([one.ids for one in parts]), np.concatenate([one.lengths for one in parts])
    return {int(d): (int((lengths == d).sum()), least(ids, lengths == d)) for d in np.unique(lengths)}


def checked(parts: List[Part]) -> Dict[int, Tuple[int, Any]]:
    """Throws for the first rule that rows break; returns their dimensions, which only the driver can judge."""
    ids = np.concatenate([one.ids for one in parts])
    if ids.dtype == object and any(id is None for id in ids):
        raise BadRow("a row has no id", None, "give every row an id, or leave out those without: df.dropna(subset=[identifierCol])")
    lengths = np.concatenate([one.lengths for one in parts])
    if (lengths < 0).any():
        raise BadRow(
            "its vector is null", least(ids, lengths < 0), "leave out rows without a vector: df.dropna(subset=[featuresCol])"
        )
    if (lengths == 0).any():
        raise BadRow("its vector is empty", least(ids, lengths == 0), "leave out rows without a vector")
    has_null = np.concatenate([one.has_null for one in parts])
    if has_null.any():
        raise BadRow("a component of its vector is null", least(ids, has_null), "give every component a finite number")
    bad = []
    for one in parts:
        if not np.isfinite(one.values).all():
            rows = np.repeat(np.arange(len(one.ids)), one.lengths)
            bad.append(least(one.ids, np.unique(rows[~np.isfinite(one.values)])))
    if bad:
        raise BadRow("a component of its vector is no finite number of 32 bits", min(bad), "give every component a finite number")
    order = np.sort(ids)
    twice = order[1:] == order[:-1]
    if twice.any():
        raise BadRow("several rows have this id", least(order[1:], twice), "keep one row an id: df.dropDuplicates([identifierCol])")
    return dimensions(parts)


def ordered(parts: List[Part], dimension: int) -> Tuple[np.ndarray, np.ndarray]:
    """Ids in their order, and their vectors as one table. Each part is let go once it is copied."""
    ids = np.concatenate([one.ids for one in parts])
    order = np.argsort(ids, kind="stable")
    place = np.empty(len(ids), dtype=np.int64)
    place[order] = np.arange(len(ids))
    vectors = np.empty((len(ids), dimension), dtype=np.float32)
    first = 0
    while parts:
        one = parts.pop(0)
        count = len(one.ids)
        vectors[place[first : first + count]] = one.values.reshape(count, dimension)
        first += count
    return ids[order], vectors


def library_ids(ids: np.ndarray) -> np.ndarray:
    """Ids as the library takes them: numbers from 0 on, or texts."""
    if ids.dtype != object and len(ids) and ids.min() < 0:
        return ids.astype(str).astype(object)
    return ids


def trouble(shard: int, kind: str, sentence: str, help: Optional[str]) -> Tuple[int, str]:
    """A row for the driver that says what is wrong with a shard."""
    return shard, json.dumps({"error": kind, "sentence": sentence, "help": help})
