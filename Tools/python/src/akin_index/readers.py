"""Vectors out of files of the field, and out of the index files of other libraries."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Optional

import numpy as np

from . import errors
from ._arrays import vectors as checked


class Vectors(NamedTuple):
    """Vectors and what came with them: `Index.build(*found[:2], metric=found.metric)`."""

    vectors: np.ndarray
    ids: Optional[np.ndarray]
    metric: Optional[str]
    note: str = ""


def read(path: Any, column: Optional[str] = None, id_column: Optional[str] = None) -> Vectors:
    """Reads vectors from Parquet, Arrow (.arrow, .feather), ann-benchmarks' HDF5, .npz and .npy.

    column: the column, data set or array of the vectors; by default the only one that can be. id_column: that of the ids; by
    default a column named id, ids, item or item_id. Refuses nulls and rows of another length, with the row.
    """
    name = os.fspath(path).lower()
    if name.endswith((".parquet", ".pq", ".arrow", ".feather", ".ipc")):
        return _table(path, name, column, id_column)
    if name.endswith((".hdf5", ".h5")):
        return _hdf5(path, column)
    if name.endswith(".npz"):
        with np.load(path, allow_pickle=False) as arrays:
            chosen = column or _only([key for key in arrays if arrays[key].ndim == 2], path, "arrays of two axes")
            if chosen not in arrays:
                raise errors.InputError(f"{path}: no array '{chosen}'; it has {', '.join(arrays)}")
            ids = next((arrays[key] for key in (id_column, "ids", "id") if key and key in arrays), None)
            return Vectors(checked(arrays[chosen]), ids, None)
    if name.endswith(".npy"):
        return Vectors(checked(np.load(path, allow_pickle=False)), None, None)
    raise errors.UsageError(f"{path}: the ending says no format; known are .parquet, .arrow, .feather, .hdf5, .npz and .npy")


def _only(names: Any, path: Any, what: str) -> str:
    names = list(names)
    if len(names) != 1:
        raise errors.InputError(
            f"{path}: expected one of its {what} to hold the vectors, found {', '.join(names) or 'none'}", "name it: column='…'"
        )
    return names[0]


def _table(path: Any, name: str, column: Optional[str], id_column: Optional[str]) -> Vectors:
    import pyarrow
    import pyarrow.feather
    import pyarrow.parquet
    import pyarrow.types

    try:
        is_parquet = name.endswith((".parquet", ".pq"))
        table = pyarrow.parquet.read_table(path) if is_parquet else pyarrow.feather.read_table(path)
    except (pyarrow.ArrowInvalid, OSError) as error:
        kind = errors.SystemFailure if isinstance(error, OSError) else errors.InputError
        raise kind(f"{path}: {error}") from None

    def is_list(kind: Any) -> bool:
        return (pyarrow.types.is_list(kind) or pyarrow.types.is_large_list(kind) or pyarrow.types.is_fixed_size_list(kind)) and (
            pyarrow.types.is_floating(kind.value_type) or pyarrow.types.is_integer(kind.value_type)
        )

    chosen = column or _only([field.name for field in table.schema if is_list(field.type)], path, "columns of lists of numbers")
    if chosen not in table.column_names:
        raise errors.InputError(f"{path}: no column '{chosen}'; it has {', '.join(table.column_names)}")
    found = arrow_vectors(table.column(chosen), f"{path}: the column '{chosen}'")
    names = [id_column] if id_column else ["id", "ids", "item", "item_id"]
    ids = next((table.column(key) for key in names if key in table.column_names), None)
    if ids is not None and ids.null_count:
        raise errors.InputError(f"{path}: an id is null, in row {_first_null(ids)}")
    return Vectors(found, None if ids is None else ids.to_numpy(), None)


def _first_null(column: Any) -> int:
    return int(np.flatnonzero(np.asarray(column.is_null()))[0])


def arrow_vectors(column: Any, name: str = "the column") -> np.ndarray:
    """The vectors of a column of lists or fixed-size lists of Arrow: without a copy where Arrow has them so."""
    import pyarrow
    import pyarrow.types

    array = column.combine_chunks() if hasattr(column, "chunks") else column
    if isinstance(array, pyarrow.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pyarrow.array([], column.type)
    if array.null_count:
        raise errors.InputError(f"{name} has a null in row {_first_null(array)}")
    values = array.flatten()
    if pyarrow.types.is_fixed_size_list(array.type):
        width = array.type.list_size
    else:
        lengths = np.asarray(array.value_lengths())
        width = int(lengths[0]) if len(lengths) else 0
        other = np.flatnonzero(lengths != width)
        if len(other):
            raise errors.InputError(f"{name} has {lengths[other[0]]} components in row {other[0]}, expected {width} as in row 0")
    if values.null_count:
        raise errors.InputError(f"{name} has a null in row {_first_null(values) // max(1, width)}")
    numbers = values.to_numpy(zero_copy_only=False)
    return checked(numbers.reshape(len(array), width))


def _hdf5(path: Any, column: Optional[str]) -> Vectors:
    import h5py

    metrics = {"angular": "cosine", "cosine": "cosine", "euclidean": "euclidean", "ip": "inner-product", "dot": "inner-product"}
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise errors.SystemFailure(f"{path}: {error}") from None
    with file:
        chosen = column or "train"
        if chosen not in file:
            raise errors.InputError(f"{path}: no data set '{chosen}'; it has {', '.join(file)}")
        distance = file.attrs.get("distance", b"")
        distance = distance.decode() if isinstance(distance, bytes) else str(distance)
        return Vectors(checked(file[chosen][()]), None, metrics.get(distance), f"distance {distance}" if distance else "")


def read_peer(path: Any, library: Optional[str] = None, dimension: Optional[int] = None, metric: Optional[str] = None) -> Vectors:
    """Takes vectors and ids out of an index file of another library, through that library, which must be installed.

    library: "hnswlib", "usearch", "voyager", "faiss" or "annoy"; files of USearch, Voyager and faiss tell it. dimension and metric:
    what the files of hnswlib and annoy do not hold.
    The note says where the library has changed the vectors.
    """
    readers = {"hnswlib": _hnswlib, "usearch": _usearch, "voyager": _voyager, "faiss": _faiss, "annoy": _annoy}
    if library is None and os.path.isfile(path):
        library = _writer(path)
        if library is None:
            raise errors.UsageError(
                f"{path}: the file does not tell which library wrote it", f"name it: library= one of {', '.join(readers)}"
            )
    if library is not None and library not in readers:
        raise errors.UsageError(f"library must be {', '.join(readers)}, found {library!r}")
    if library in ("hnswlib", "annoy") and (dimension is None or metric is None):
        raise errors.UsageError(f"a file of {library} holds neither dimension nor metric", "name what it was built with")
    if not os.path.exists(path):
        raise errors.SystemFailure(f"{path}: no such file")
    try:
        return readers[library](os.fspath(path), dimension, metric)
    except (errors.AkinError, ImportError):
        raise
    except Exception as error:
        # Each library has kinds of its own for what it cannot read.
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise errors.InputError(f"{path}: {library} does not read it: {said[0]}") from error


def _writer(path: Any) -> Optional[str]:
    """The library that wrote an index file, by its first bytes."""
    try:
        with open(path, "rb") as file:
            head = file.read(8)
            if head[:4] == b"VOYA":
                return "voyager"
            if head[:1] == b"I" and head[:4].isalnum():
                return "faiss"
            # A matrix of so many rows of so many bytes comes before USearch's own name.
            rows, width = np.frombuffer(head.ljust(8, b"\0"), "<u4").tolist()
            for place in (0, 8 + rows * width):
                if place < os.fstat(file.fileno()).st_size:
                    file.seek(place)
                    if file.read(7) == b"usearch":
                        return "usearch"
    except OSError as error:
        raise errors.SystemFailure(f"{path}: {error.strerror}") from None
    return None


def _hnswlib(path: str, dimension: Any, metric: Any) -> Vectors:
    import hnswlib

    index = hnswlib.Index({"cosine": "cosine", "euclidean": "l2", "inner-product": "ip"}[metric], dimension)
    index.load_index(path)
    ids = np.sort(np.asarray(index.get_ids_list(), dtype=np.int64))
    note = "hnswlib keeps vectors at length 1" if metric == "cosine" else ""
    return Vectors(checked(np.asarray(index.get_items(ids))), ids, metric, note)


def _usearch(path: str, dimension: Any, metric: Any) -> Vectors:
    from usearch.index import Index, MetricKind, ScalarKind

    index = Index.restore(path)
    ids = np.sort(np.asarray(index.keys, dtype=np.int64))
    known = {MetricKind.Cos: "cosine", MetricKind.IP: "inner-product", MetricKind.L2sq: "euclidean"}
    vectors = np.asarray(index.get(ids, ScalarKind.F32), dtype=np.float32).reshape(len(ids), -1)
    kind = str(index.dtype).rsplit(".", 1)[-1].lower()
    note = "" if kind == "f32" else f"usearch stored them as {kind}, so they are rounded"
    return Vectors(checked(vectors), ids, known.get(index.metric_kind, metric), note)


def _voyager(path: str, dimension: Any, metric: Any) -> Vectors:
    import voyager

    index = voyager.Index.load(path)
    ids = np.sort(np.asarray(list(index.ids), dtype=np.int64))
    space = str(index.space).rsplit(".", 1)[-1]
    known = {"Cosine": "cosine", "InnerProduct": "inner-product", "Euclidean": "euclidean"}.get(space, metric)
    kind = str(index.storage_data_type).rsplit(".", 1)[-1]
    notes = ["voyager keeps vectors at length 1"] if known == "cosine" else []
    notes += [] if kind == "Float32" else [f"voyager stored them as {kind}, so they are rounded"]
    return Vectors(checked(np.asarray(index.get_vectors(ids))), ids, known, "; ".join(notes))


def _faiss(path: str, dimension: Any, metric: Any) -> Vectors:
    import faiss

    # What is inside belongs to it, so it stays in this frame.
    whole = faiss.read_index(path)
    index, ids = faiss.downcast_index(whole), None
    if isinstance(index, (faiss.IndexIDMap, faiss.IndexIDMap2)):
        ids = np.array(faiss.vector_to_array(index.id_map))
        index = faiss.downcast_index(index.index)
    known = {faiss.METRIC_INNER_PRODUCT: "inner-product", faiss.METRIC_L2: "euclidean"}.get(index.metric_type, metric)
    kind = type(index).__name__
    whole_vectors = ("IndexFlat", "IndexFlatL2", "IndexFlatIP", "IndexHNSWFlat", "IndexIVFFlat", "IndexNSGFlat")
    note = "" if kind in whole_vectors else f"faiss stored codes ({kind}), so vectors are what these stand for"
    return Vectors(checked(index.reconstruct_n(0, index.ntotal)), ids, known, note)


def _annoy(path: str, dimension: Any, metric: Any) -> Vectors:
    import annoy

    index = annoy.AnnoyIndex(dimension, {"cosine": "angular", "euclidean": "euclidean", "inner-product": "dot"}[metric])
    index.load(path)
    rows = [index.get_item_vector(row) for row in range(index.get_n_items())]
    return Vectors(checked(np.asarray(rows, dtype=np.float32).reshape(-1, dimension)), None, metric)
