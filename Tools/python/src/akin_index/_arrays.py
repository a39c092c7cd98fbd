"""Arrays between numpy and the library: vectors, ids and rows."""

from __future__ import annotations

import ctypes
from typing import Any, Optional

import numpy as np

from . import errors
from ._library import ITEMS, NUMBERS, ROW_NUMBERS, TEXTS, Handle, Texts, check, lending, lib

_byte_in, _address_of = ctypes.c_char.from_buffer, ctypes.addressof


def address(array: np.ndarray) -> int:
    """The address of the first element of a contiguous array."""
    try:
        # A third of the time of what follows, for memory that may be written.
        return _address_of(_byte_in(array))
    except (TypeError, ValueError):
        return array.__array_interface__["data"][0]


def vectors(values: Any, name: str = "vectors") -> np.ndarray:
    """Vectors as a C-contiguous float32 array of two axes: the array itself where it is one, else a copy.

    Takes what numpy takes: arrays, lists, tensors in memory of the CPU.
    """
    array = floats(values, name)
    if array.ndim != 2:
        raise errors.UsageError(f"{name} must have two axes (rows, components), found the shape {array.shape}")
    return array


def floats(values: Any, name: str) -> np.ndarray:
    """Numbers as a C-contiguous float32 array."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    if hasattr(values, "__dlpack__") and not hasattr(values, "__array__") and not hasattr(values, "__array_interface__"):
        # Tensors of other libraries, in memory of the CPU.
        values = np.from_dlpack(values)
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise errors.InputError(f"{name} have masked places", "fill them first: vectors.filled(0)")
    array = np.asarray(values)
    if array.ndim == 0:
        return array
    if array.dtype == np.float32:
        return np.ascontiguousarray(array)
    if array.dtype.kind not in "fiub":
        raise errors.UsageError(f"{name} must be numbers, found the type {array.dtype}")
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, dtype=np.float32)


def utf8(text: str, name: str) -> bytes:
    """A text for the library; half of a surrogate pair is none."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise errors.UsageError(f"{name} must be Unicode, found {text!r}") from None


def c_text(text: str, name: str) -> bytes:
    """A text for the library that ends with a zero."""
    encoded = utf8(text, name)
    if b"\0" in encoded:
        raise errors.UsageError(f"{name} must have no zero character, found {text!r}")
    return encoded


class IDs:
    """A column of ids for a call; keeps its memory."""

    def __init__(self, texts: Texts, *keep: Any):
        self.texts = texts
        self._keep = keep

    @property
    def pointer(self) -> int:
        return ctypes.addressof(self.texts)

    @property
    def count(self) -> int:
        return self.texts.count


def row_numbers(count: int) -> IDs:
    """The ids 0, 1, 2, …"""
    return IDs(Texts(ctypes.sizeof(Texts), ROW_NUMBERS, count, None, None, None))


def ids(values: Any, name: str = "ids") -> IDs:
    """Ids for a call: whole numbers from 0 on, or texts."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise errors.UsageError(f"{name} must have one axis, found the shape {array.shape}")
    if array.dtype.kind in "iub" or len(array) == 0:
        if array.dtype.kind == "i" and len(array) and array.min() < 0:
            raise errors.UsageError(f"{name} must be whole numbers from 0 on, or texts, found {array.min()}")
        numbers = np.ascontiguousarray(array, dtype=np.uint64)
        return IDs(Texts(ctypes.sizeof(Texts), NUMBERS, len(numbers), address(numbers), None, None), numbers)
    if array.dtype.kind not in "UO":
        raise errors.UsageError(f"{name} must be whole numbers from 0 on, or texts, found the type {array.dtype}")
    parts = []
    for value in array.tolist():
        if isinstance(value, str):
            parts.append(utf8(value, name))
        elif isinstance(value, (int, np.integer)) and value >= 0:
            parts.append(str(value).encode())
        else:
            raise errors.UsageError(f"{name} must be whole numbers from 0 on, or texts, found {value!r}")
    offsets = np.zeros(len(parts) + 1, dtype=np.uint64)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    text = b"".join(parts) or b"\0"
    buffer = ctypes.create_string_buffer(text, len(text))
    texts = Texts(ctypes.sizeof(Texts), TEXTS, len(parts), None, ctypes.addressof(buffer), address(offsets))
    return IDs(texts, buffer, offsets)


def _column(texts: Texts) -> np.ndarray:
    """A copy of a column that the library gave."""
    count = texts.count
    if texts.kind == ROW_NUMBERS:
        return np.arange(count, dtype=np.int64)
    if texts.kind == NUMBERS:
        numbers = np.empty(count, dtype=np.uint64)
        ctypes.memmove(address(numbers), texts.numbers, 8 * count)
        return numbers if count and numbers.max() > np.iinfo(np.int64).max else numbers.view(np.int64)
    offsets = np.empty(count + 1, dtype=np.uint64)
    ctypes.memmove(address(offsets), texts.offsets, 8 * (count + 1))
    text = ctypes.string_at(texts.text, int(offsets[-1]))
    column = np.empty(count, dtype=object)
    bounds = offsets.tolist()
    column[:] = [text[bounds[row] : bounds[row + 1]].decode() for row in range(count)]
    return column


def taken(function, *arguments) -> np.ndarray:
    """The column that a call gives as its last argument."""
    texts = Texts(ctypes.sizeof(Texts), 0, 0, None, None, None)
    check(function(*arguments, ctypes.addressof(texts)))
    try:
        return _column(texts)
    finally:
        lib.akin_texts_free(ctypes.addressof(texts))


def rows_of(handle: Handle, wanted: IDs, side: int = ITEMS) -> np.ndarray:
    """The row of each id, or -1."""
    rows = np.empty(wanted.count, dtype=np.int64)
    check(lib.akin_rows(handle.number, side, wanted.pointer, address(rows)))
    return rows


class _Lent:
    """Memory of a handle as numpy sees it; keeps the handle open."""

    def __init__(self, handle: Handle, pointer: int, count: int, dimension: int, stride: int):
        self._handle = handle
        handle.loans.add(id(self))
        self.__array_interface__ = {
            "shape": (count, dimension),
            "strides": (4 * stride, 4),
            "typestr": "<f4",
            "data": (pointer, True),
            "version": 3,
        }

    def __del__(self):
        self._handle.loans.discard(id(self))


def lent(handle: Handle, side: int) -> np.ndarray:
    """The vectors of items or users: a read-only view of the library's memory."""
    pointer = ctypes.c_void_p()
    sizes = [ctypes.c_int64() for _ in range(3)]
    with lending:
        check(lib.akin_vectors(handle.number, side, ctypes.byref(pointer), *map(ctypes.byref, sizes)))
        count, dimension, stride = (size.value for size in sizes)
        if count == 0:
            return np.empty((0, dimension), dtype=np.float32)
        loan = _Lent(handle, pointer.value, count, dimension, stride)
    return np.asarray(loan)


def bits(mask: Any, count: int, name: str = "allow") -> np.ndarray:
    """A truth value for each item as words of 64 bits."""
    array = np.asarray(mask)
    if array.dtype != bool or array.ndim != 1:
        raise errors.UsageError(
            f"{name} must be one truth value for each item, found the type {array.dtype} and the shape {array.shape}",
            "for ids, use numpy.isin(index.ids, wanted)",
        )
    packed = np.packbits(array, bitorder="little")
    words = np.zeros((len(array) + 63) // 64 * 8, dtype=np.uint8)
    words[: len(packed)] = packed
    return words.view(np.uint64)


def optional_address(array: Optional[np.ndarray]) -> Optional[int]:
    return None if array is None else address(array)
