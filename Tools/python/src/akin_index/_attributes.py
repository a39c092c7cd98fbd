"""Attributes of items: names and values."""

from __future__ import annotations

import ctypes
from typing import List

import numpy as np

from ._arrays import address, c_text, taken
from ._library import Attribute, Handle, check, lib

_LIST, _FLAG, _TIME = 3, 4, 5


def names(handle: Handle) -> List[str]:
    """The names of the attributes."""
    return taken(lib.akin_attribute_names, handle.number).tolist()


def values(handle: Handle, name: str) -> np.ndarray:
    """The values of an attribute, one an item."""
    found = Attribute(ctypes.sizeof(Attribute))
    check(lib.akin_attribute_values(handle.number, c_text(str(name), "name"), ctypes.addressof(found)))
    try:
        return _words(found) if found.offsets else _numbers(found)
    finally:
        lib.akin_attribute_free(ctypes.addressof(found))


def _numbers(found: Attribute) -> np.ndarray:
    numbers = _copy(found.numbers, found.items, np.float64)
    if found.kind == _TIME:
        times = np.full(len(numbers), "NaT", dtype="datetime64[ms]")
        known = np.isfinite(numbers)
        times[known] = np.round(numbers[known] * 1000).astype("datetime64[ms]")
        return times
    if found.kind == _FLAG:
        flags = np.empty(len(numbers), dtype=object)
        flags[:] = [None if value != value else bool(value) for value in numbers.tolist()]
        return flags
    return numbers


def _words(found: Attribute) -> np.ndarray:
    bounds = _copy(found.offsets, found.items + 1, np.uint64).tolist()
    places = _copy(found.places, bounds[-1], np.uint32).tolist()
    word_bounds = _copy(found.words.offsets, found.words.count + 1, np.uint64).tolist()
    text = ctypes.string_at(found.words.text, word_bounds[-1])
    words = [text[start:end].decode() for start, end in zip(word_bounds, word_bounds[1:])]
    column = np.empty(found.items, dtype=object)
    if found.kind == _LIST:
        column[:] = [tuple(words[place] for place in places[start:end]) for start, end in zip(bounds, bounds[1:])]
    else:
        column[:] = [words[places[start]] if end > start else None for start, end in zip(bounds, bounds[1:])]
    return column


def _copy(pointer: int, count: int, kind: type) -> np.ndarray:
    array = np.empty(count, dtype=kind)
    if count:
        ctypes.memmove(address(array), pointer, array.nbytes)
    return array
