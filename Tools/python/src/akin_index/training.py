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
from ._library import Handle, Interactions, lib
from ._options import as_json
from ._work import long_work
from .embeddings import Embeddings

# Names of columns, as the command finds them, in lower case without underscores.
_USERS = ("user", "userid", "uid", "users", "reviewerid", "customerid", "visitorid", "sessionid")
_ITEMS = ("item", "itemid", "iid", "items", "movieid", "asin", "productid", "bookid", "artistid", "trackid", "isbn")
_VALUES = ("value", "rating", "count", "weight", "score", "stars", "plays", "overall")


class Pairs(NamedTuple):
    """Interactions in memory: for each a row of users, a row of items and a value; and the ids of both."""

    users: np.ndarray
    items: np.ndarray
    values: Optional[np.ndarray]
    user_ids: IDs
    item_ids: IDs


def train(
    interactions: Any,
    model: str = "wals",
    *,
    user: Optional[str] = None,
    item: Optional[str] = None,
    value: Optional[str] = None,
    user_ids: Any = None,
    item_ids: Any = None,
    threads: int = 0,
    progress: Any = None,
    **options: Any,
) -> Embeddings:
    """Trains embeddings of users and items from interactions.

    interactions: one of
      - a scipy sparse matrix (users, items) of values; `user_ids` and `item_ids` name its rows and columns, by default 0, 1, 2, …;
      - a frame of pandas, polars or pyarrow, whose columns are found by usual names, or named by `user`, `item` and `value`;
      - a tuple of arrays (users, items) or (users, items, values);
      - the path of a CSV or TSV file, which `akin train` reads.
    model: `"wals"`, `"mf"`, `"bpr"`, `"logistic"`, `"svd"`, `"popular"` or `"random"`.
    options: those of `akin train`, with underscores: dimensions=64, epochs=15, lambda_=0.05, items="movies.csv", duplicates="sum".
    progress: a function of (stage, done, total, unit), or True for a bar of tqdm.

    The same interactions, options and seed give the same bits at any number of threads. Raises `UsageError` for options that the
    model does not take, `InputError` for interactions that break a rule, `Cancelled` when cancelled; Ctrl-C cancels.
    """
    options = {"model": model, **options}
    if isinstance(interactions, (str, os.PathLike)):
        return _from_file(interactions, options, user, item, value, threads, progress)
    pairs = as_pairs(interactions, user, item, value, user_ids, item_ids)
    table = Interactions(
        ctypes.sizeof(Interactions),
        len(pairs.users),
        address(pairs.users) if len(pairs.users) else None,
        address(pairs.items) if len(pairs.items) else None,
        optional_address(pairs.values),
        pairs.user_ids.pointer,
        pairs.item_ids.pointer,
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


def _from_file(path: Any, options: dict, user: Any, item: Any, value: Any, threads: int, progress: Any) -> Embeddings:
    from tempfile import TemporaryDirectory

    from .command import options as words
    from .command import run

    columns = {"user_column": user, "item_column": item, "value_column": value, "threads": threads}
    with TemporaryDirectory() as folder:
        target = Path(folder) / "trained.emb"
        run("train", path, "-o", target, *words({**columns, **options}), progress=progress)
        # The file stays mapped when its name is gone.
        made = Embeddings.open(target)
    made.path = None
    return made


def as_pairs(
    given: Any, user: Any = None, item: Any = None, value: Any = None, user_ids: Any = None, item_ids: Any = None
) -> Pairs:
    """Interactions in memory, of whatever kind."""
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
    if isinstance(given, tuple) and len(given) in (2, 3):
        columns: Tuple[Any, ...] = given
    else:
        columns = _frame(given, user, item, value)
    users, items = (_numbered(column, name) for column, name in zip(columns, ("users", "items")))
    values = floats(columns[2], "values") if len(columns) > 2 else None
    lengths = [len(users[0]), len(items[0])] + ([] if values is None else [len(values)])
    if len(set(lengths)) > 1 or (values is not None and values.ndim != 1):
        raise errors.UsageError(f"users, items and values must be equally long, found {', '.join(map(str, lengths))}")
    return Pairs(users[0], items[0], values, users[1], items[1])


def _frame(given: Any, user: Any, item: Any, value: Any) -> Tuple[np.ndarray, ...]:
    """The columns of a frame."""
    names = getattr(given, "column_names", None) or getattr(given, "columns", None)
    if names is None:
        raise errors.UsageError(
            "interactions must be a sparse matrix, a frame, a tuple of arrays or a path, found "
            f"{type(given).__module__}.{type(given).__qualname__}"
        )
    names = list(names)

    def find(asked: Any, usual: Tuple[str, ...], role: str) -> Any:
        if asked is not None:
            if asked not in names:
                raise errors.UsageError(f"the frame has no column '{asked}'; it has {', '.join(map(repr, names))}")
            return asked
        for name in usual:
            for own in names:
                if str(own).lower().replace("_", "").replace(" ", "") == name:
                    return own
        if role == "value":
            return None
        raise errors.UsageError(
            f"no column looks like the {role}; the frame has {', '.join(map(repr, names))}", f"name it: {role}='…'"
        )

    chosen = [find(user, _USERS, "user"), find(item, _ITEMS, "item"), find(value, _VALUES, "value")]
    return tuple(_column(given, name) for name in chosen if name is not None)


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
        array = (
            array.astype(str) if not all(isinstance(one, (int, np.integer)) for one in array.tolist()) else array.astype(np.int64)
        )
    different, places = np.unique(array, return_inverse=True)
    return np.ascontiguousarray(places.reshape(-1), dtype=np.uint32), id_column(different, name)


def as_file(interactions: Any, folder: str, options: dict) -> Any:
    """The path of a file of interactions: the given one, or one that is written into a folder."""
    if isinstance(interactions, (str, os.PathLike)):
        return interactions
    pairs = as_pairs(interactions, options.pop("user", None), options.pop("item", None), options.pop("value", None))
    path = Path(folder) / "interactions.tsv"
    users, items = _names(pairs.user_ids), _names(pairs.item_ids)
    values = pairs.values if pairs.values is not None else np.ones(len(pairs.users), dtype=np.float32)
    with open(path, "w", encoding="utf-8") as file:
        file.write("user\titem\tvalue\n")
        for user, item, value in zip(pairs.users.tolist(), pairs.items.tolist(), values.tolist()):
            file.write(f"{users(user)}\t{items(item)}\t{value!r}\n")
    return path


def _names(ids: IDs):
    from ._arrays import _column as copied

    if ids.texts.kind == 0:
        return lambda row: row
    column = copied(ids.texts).tolist()
    return lambda row: column[row]
