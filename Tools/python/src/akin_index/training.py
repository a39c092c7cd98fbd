"""Training: embeddings from interactions."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Any, NamedTuple, Optional, Tuple

import numpy as np

from . import errors
from ._arrays import IDs, address, floats, optional_address, row_numbers
from ._arrays import ids as id_column
from ._columns import ITEMS, TIMES, USERS, VALUES, fold
from ._library import Handle, Interactions, lib
from ._options import as_json
from ._work import long_work
from .embeddings import Embeddings


class Pairs(NamedTuple):
    """Interactions in memory: for each a row of users, a row of items, a value and a time; and the ids of both."""

    users: np.ndarray
    items: np.ndarray
    values: Optional[np.ndarray]
    user_ids: IDs
    item_ids: IDs
    times: Optional[np.ndarray] = None


def train(
    interactions: Any,
    model: str = "wals",
    *,
    user: Optional[str] = None,
    item: Optional[str] = None,
    value: Optional[str] = None,
    time: Optional[str] = None,
    user_ids: Any = None,
    item_ids: Any = None,
    threads: int = 0,
    progress: Any = None,
    **options: Any,
) -> Embeddings:
    """Trains embeddings of users and items from interactions.

    interactions: one of
      - a scipy sparse matrix (users, items) of values; `user_ids` and `item_ids` name its rows and columns, by default 0, 1, 2, …;
      - a frame of pandas, polars or pyarrow; its columns are found by usual names, or named by `user`, `item`, `value`, `time`;
      - a tuple of arrays (users, items), (users, items, values) or (users, items, values, times);
      - the path of a CSV or TSV file, which `akin train` reads.
    Times are datetimes or Unix times. They are read where `half_life` or `duplicates` needs them, or `time` names their column.
    model: `"wals"`, `"mf"`, `"bpr"`, `"logistic"`, `"svd"`, `"spectral"`, `"contrastive"`, `"elsa"`, `"popular"`, `"random"`, or
      `"two-tower"` with user_features and item_features, paths of files.
    options: those of `akin train`, with underscores: dimensions=64, epochs=15, lambda_=0.05, items="movies.csv", duplicates="sum".
    progress: a function of (stage, done, total, unit), or True for a bar of tqdm.

    The same interactions, options and seed give the same bits at any number of threads. Raises `UsageError` for options that the
    model does not take, `InputError` for interactions that break a rule, `Cancelled` when cancelled; Ctrl-C cancels.
    """
    options = {"model": model, **options}
    if isinstance(interactions, (str, os.PathLike)):
        return _from_file(interactions, options, user, item, value, time, threads, progress)
    needs_times = options.get("half_life") is not None or options.get("duplicates") in ("first", "last")
    pairs = as_pairs(interactions, user, item, value, user_ids, item_ids, time=time, needs_times=needs_times)
    table = Interactions(
        ctypes.sizeof(Interactions),
        len(pairs.users),
        address(pairs.users) if len(pairs.users) else None,
        address(pairs.items) if len(pairs.items) else None,
        optional_address(pairs.values),
        pairs.user_ids.pointer,
        pairs.item_ids.pointer,
        optional_address(pairs.times),
    )
    given = as_json(options)
    made = []

    def call(work: int) -> int:
        number = ctypes.c_uint64()
        status = lib.akin_train(ctypes.addressof(table), given, work, ctypes.byref(number))
        if not status:
            made.append(Handle(number.value))
        return status

    long_work(call, threads, progress)
    return Embeddings(made[0])


def _from_file(path: Any, options: dict, user: Any, item: Any, value: Any, time: Any, threads: int, progress: Any) -> Embeddings:
    from tempfile import TemporaryDirectory

    from .command import options as words
    from .command import run

    columns = {"user_column": user, "item_column": item, "value_column": value, "time_column": time, "threads": threads}
    with TemporaryDirectory() as folder:
        target = Path(folder) / "trained.emb"
        run("train", path, "-o", target, *words({**columns, **options}), progress=progress)
        # The file stays mapped when its name is gone.
        made = Embeddings.open(target)
    made.path = None
    return made


def as_pairs(
    given: Any,
    user: Any = None,
    item: Any = None,
    value: Any = None,
    user_ids: Any = None,
    item_ids: Any = None,
    *,
    time: Any = None,
    needs_times: bool = False,
) -> Pairs:
    """Interactions in memory, of whatever kind. Times of a frame are read where they are needed or their column is named."""
    is_frame = not hasattr(given, "tocoo") and not isinstance(given, tuple)
    for role, name in (("user", user), ("item", item), ("value", value), ("time", time)):
        if name is not None and not is_frame:
            raise errors.UsageError(f"{role} names a column of a frame, found interactions of the type {type(given).__name__}")
    if hasattr(given, "tocoo"):
        if given.ndim != 2:
            raise errors.UsageError(f"a sparse matrix of interactions must have two axes, found the shape {given.shape}")
        table = given.tocoo()
        users, items = id_column(user_ids, "user_ids") if user_ids is not None else row_numbers(given.shape[0]), None
        items = id_column(item_ids, "item_ids") if item_ids is not None else row_numbers(given.shape[1])
        for name, ids, expected in (("user_ids", users, given.shape[0]), ("item_ids", items, given.shape[1])):
            if ids.count != expected:
                raise errors.UsageError(f"{name} must have {expected} ids, found {ids.count}")
        row, column = (np.ascontiguousarray(part, dtype=np.uint32) for part in (table.row, table.col))
        return Pairs(row, column, floats(table.data, "values"), users, items)
    if user_ids is not None or item_ids is not None:
        raise errors.UsageError("user_ids and item_ids are for sparse matrices")
    if isinstance(given, tuple) and len(given) in (2, 3, 4):
        columns = [*given, None, None][:4]
    else:
        columns = _frame(given, user, item, value, time, needs_times)
    users, items = (_numbered(column, name) for column, name in zip(columns, ("users", "items")))
    values = floats(columns[2], "values") if columns[2] is not None else None
    times = _seconds(columns[3]) if columns[3] is not None else None
    parts = [users[0], items[0]] + [part for part in (values, times) if part is not None]
    if any(part.ndim != 1 for part in parts) or len({len(part) for part in parts}) > 1:
        raise errors.UsageError(
            f"users, items, values and times must be equally long, found the shapes {', '.join(str(part.shape) for part in parts)}"
        )
    return Pairs(users[0], items[0], values, users[1], items[1], times)


def _frame(given: Any, user: Any, item: Any, value: Any, time: Any, needs_times: bool) -> list:
    """The columns of a frame: users, items, values and times, the last two None where there are none."""
    names = getattr(given, "column_names", None) or getattr(given, "columns", None)
    if names is None:
        raise errors.UsageError(
            "interactions must be a sparse matrix, a frame, a tuple of arrays or a path, found "
            f"{type(given).__module__}.{type(given).__qualname__}"
        )
    names = list(names)

    def find(asked: Any, usual: list, role: str) -> Any:
        if asked is not None:
            if asked not in names:
                raise errors.UsageError(f"the frame has no column '{asked}'; it has {', '.join(map(repr, names))}")
            return asked
        for name in usual:
            for own in names:
                if fold(own) == name:
                    return own
        if role in ("value", "time"):
            return None
        raise errors.UsageError(
            f"no column looks like the {role}; the frame has {', '.join(map(repr, names))}", f"name it: {role}='…'"
        )

    chosen = [find(user, USERS, "user"), find(item, ITEMS, "item"), find(value, VALUES, "value")]
    chosen.append(find(time, TIMES, "time") if needs_times or time is not None else None)
    return [None if name is None else _column(given, name) for name in chosen]


def _seconds(column: Any) -> np.ndarray:
    """Times as float64: datetimes as seconds since 1970, numbers as they are."""
    array = np.asarray(column)
    if array.dtype.kind == "O" and all(hasattr(one, "timestamp") for one in array.tolist()):
        # Datetimes with a zone.
        array = np.array([one.timestamp() for one in array.tolist()], dtype=np.float64)
    elif array.dtype.kind in "OU":
        try:
            array = array.astype("datetime64[us]")
        except ValueError as error:
            raise errors.InputError(f"times must be datetimes or numbers: {error}") from None
    if array.dtype.kind == "M":
        missing = int(np.isnat(array).sum())
        if missing:
            raise errors.InputError(f"the times have {missing} rows without a value", "leave such rows out")
        array = array.astype("datetime64[us]").astype(np.int64) / 1e6
    if array.dtype.kind not in "fiu":
        raise errors.UsageError(f"times must be datetimes or numbers, found the type {array.dtype}")
    return np.ascontiguousarray(array, dtype=np.float64)


def _column(frame: Any, name: Any) -> np.ndarray:
    column = frame[name]
    nulls = getattr(column, "null_count", None)
    if callable(nulls):
        nulls = nulls()
    if nulls is None and hasattr(column, "isna"):
        nulls = int(column.isna().sum())
    if nulls:
        raise errors.InputError(f"the column '{name}' has {nulls} rows without a value", "leave such rows out")
    return column.to_numpy()


def _numbered(column: Any, name: str) -> Tuple[np.ndarray, IDs]:
    """The different ids of a column, and the place of each row among them."""
    array = np.asarray(column)
    if array.ndim != 1:
        raise errors.UsageError(f"{name} must have one axis, found the shape {array.shape}")
    if array.dtype.kind == "f" and len(array) and np.all(array == np.floor(array)):
        array = array.astype(np.int64)
    if array.dtype.kind == "O":
        missing = sum(one is None or one != one for one in array.tolist())
        if missing:
            raise errors.InputError(f"{name} have {missing} rows without a value", "leave such rows out")
        array = (
            array.astype(str) if not all(isinstance(one, (int, np.integer)) for one in array.tolist()) else array.astype(np.int64)
        )
    different, places = np.unique(array, return_inverse=True)
    return np.ascontiguousarray(places.reshape(-1), dtype=np.uint32), id_column(different, name)


def as_file(interactions: Any, folder: str, options: dict) -> Any:
    """The path of a file of interactions: the given one, or one that is written into a folder."""
    if isinstance(interactions, (str, os.PathLike)):
        return interactions
    named = [options.pop(name, None) for name in ("user", "item", "value")]
    pairs = as_pairs(interactions, *named, time=options.pop("time", None), needs_times=True)
    path = Path(folder) / "interactions.tsv"
    users, items = _names(pairs.user_ids), _names(pairs.item_ids)
    values = pairs.values if pairs.values is not None else np.ones(len(pairs.users), dtype=np.float32)
    columns = [map(users, pairs.users.tolist()), map(items, pairs.items.tolist()), map(repr, values.tolist())]
    if pairs.times is not None:
        columns.append(map(repr, pairs.times.tolist()))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\t".join(["user", "item", "value", "timestamp"][: len(columns)]) + "\n")
        file.writelines("\t".join(map(str, row)) + "\n" for row in zip(*columns))
    return path


def _names(ids: IDs):
    from ._arrays import _column as copied

    if ids.texts.kind == 0:
        return lambda row: row
    column = copied(ids.texts).tolist()
    return lambda row: column[row]
