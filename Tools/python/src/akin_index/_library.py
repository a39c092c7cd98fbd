"""libakin through ctypes: the functions of akin.h, and errors as exceptions.

Calls release the interpreter's lock. A structure of a call is packed into bytes, which takes a third of the time of a
ctypes.Structure.
"""

from __future__ import annotations

import ctypes
import os
import struct
import threading
from ctypes import POINTER, byref, c_char_p, c_double, c_float, c_int32, c_int64, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Optional, Set

from . import errors

ABI = 1


def _load() -> ctypes.CDLL:
    path = os.environ.get("AKIN_LIBRARY") or str(Path(__file__).resolve().parent / "libakin.so.1")
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"akin_index needs libakin.so.1: {error}; build it with Tools/c/build, and name it by AKIN_LIBRARY")
    library.akin_abi.restype = c_uint32
    if library.akin_abi() != ABI:
        raise ImportError(f"{path} has version {library.akin_abi()} of the interface, akin_index needs {ABI}")
    return library


class Texts(ctypes.Structure):
    """akin_texts."""

    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_int32),
        ("count", c_int64),
        ("numbers", c_void_p),
        ("text", c_void_p),
        ("offsets", c_void_p),
    ]


class Facts(ctypes.Structure):
    """akin_facts."""

    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_int32),
        ("items", c_int64),
        ("live", c_int64),
        ("users", c_int64),
        ("dimension", c_int64),
        ("metric", c_int32),
        ("item_ids", c_int32),
        ("user_ids", c_int32),
        ("has_titles", c_int32),
        ("has_biases", c_int32),
        ("has_history", c_int32),
        ("global_mean", c_float),
        ("generation", c_uint64),
    ]


class Interactions(ctypes.Structure):
    """akin_interactions."""

    _fields_ = [
        ("struct_size", c_uint32),
        ("count", c_int64),
        ("user_rows", c_void_p),
        ("item_rows", c_void_p),
        ("values", c_void_p),
        ("users", c_void_p),
        ("items", c_void_p),
        ("times", c_void_p),
    ]


Progress = ctypes.CFUNCTYPE(c_int32, c_void_p, c_char_p, c_int64, c_int64, c_char_p, c_char_p)


class Work(ctypes.Structure):
    """akin_work."""

    _fields_ = [
        ("struct_size", c_uint32),
        ("threads", c_int32),
        ("progress", Progress),
        ("context", c_void_p),
        ("cancellation", c_uint64),
    ]


class Request(ctypes.Structure):
    """akin_request."""

    _fields_ = [
        ("struct_size", c_uint32),
        ("effort", c_int32),
        ("k", c_int64),
        ("ef", c_int64),
        ("recall", c_double),
        ("diversity", c_double),
        ("filter", c_uint64),
        ("where", c_char_p),
        ("allow", c_void_p),
        ("allow_rows", c_int64),
        ("seen_offsets", c_void_p),
        ("seen_rows", c_void_p),
        ("minimum_score", c_float),
        ("has_minimum_score", c_int32),
        ("includes_seen", c_int32),
        ("threads", c_int32),
        ("cancellation", c_uint64),
        ("category_limit", c_uint64),
        ("refuses_fallback", c_int32),
    ]


class Attribute(ctypes.Structure):
    """akin_attribute."""

    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_int32),
        ("items", c_int64),
        ("numbers", c_void_p),
        ("offsets", c_void_p),
        ("places", c_void_p),
        ("words", Texts),
    ]


lib = _load()
ROW_NUMBERS, NUMBERS, TEXTS = 0, 1, 2
ITEMS, USERS = 0, 1
DEFAULT, EF, RECALL, EXACT = 0, 1, 2, 3
METRICS = {"inner-product": 0, "cosine": 1, "euclidean": 2}
METRIC_NAMES = {number: name for name, number in METRICS.items()}

_out = POINTER(c_uint64)
_signatures = {
    "akin_close": [c_uint64],
    "akin_free": [c_void_p],
    "akin_cancellation": [_out],
    "akin_cancel": [c_uint64],
    "akin_run": [POINTER(c_char_p), c_int64, c_void_p, POINTER(c_void_p), POINTER(c_void_p)],
    "akin_ids": [c_uint64, c_int32, c_void_p],
    "akin_titles": [c_uint64, c_void_p],
    "akin_texts_free": [c_void_p],
    "akin_attribute_names": [c_uint64, c_void_p],
    "akin_attribute_values": [c_uint64, c_char_p, c_void_p],
    "akin_attribute_free": [c_void_p],
    "akin_rows": [c_uint64, c_int32, c_void_p, c_void_p],
    "akin_describe": [c_uint64, c_void_p],
    "akin_embeddings_open": [c_char_p, _out],
    "akin_embeddings_make": [c_void_p, c_int64, c_int64, c_int32, c_void_p, c_void_p, _out],
    "akin_embeddings_save": [c_uint64, c_char_p, c_int32],
    "akin_vectors": [c_uint64, c_int32, POINTER(c_void_p), POINTER(c_int64), POINTER(c_int64), POINTER(c_int64)],
    "akin_biases": [c_uint64, c_int32, c_void_p, c_int64],
    "akin_train": [c_void_p, c_char_p, c_void_p, _out],
    "akin_index_open": [c_char_p, _out],
    "akin_index_build": [c_uint64, c_char_p, c_char_p, c_void_p, _out],
    "akin_index_save": [c_uint64, c_char_p, c_int32],
    "akin_index_embeddings": [c_uint64, _out],
    "akin_filter_where": [c_uint64, c_char_p, _out],
    "akin_filter_rows": [c_uint64, c_void_p, c_int64, _out],
    "akin_filter_count": [c_uint64, POINTER(c_int64)],
    "akin_category_limit": [c_uint64, c_int64, _out],
    "akin_search": [c_uint64, c_void_p, c_void_p, c_int64, c_int64, c_char_p],
    "akin_related": [c_uint64, c_void_p, c_void_p, c_int64, c_char_p],
    "akin_recommender": [c_uint64, c_uint64, _out],
    "akin_recommend": [c_uint64, c_void_p, c_void_p, c_int64, c_char_p],
    "akin_recommend_histories": [c_uint64, c_void_p, c_void_p, c_void_p, c_void_p, c_int64, c_char_p],
    "akin_fold_in": [c_uint64, c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_void_p],
    "akin_catalogue_create": [c_char_p, c_uint64, c_char_p, c_int32, c_void_p, POINTER(c_void_p)],
    "akin_catalogue_add": [c_char_p, c_uint64, c_void_p, POINTER(c_void_p)],
    "akin_catalogue_delete": [c_char_p, c_void_p, c_void_p, POINTER(c_void_p)],
    "akin_catalogue_compact": [c_char_p, c_int64, c_int64, c_void_p, POINTER(c_void_p)],
    "akin_catalogue_open": [c_char_p, c_uint64, _out],
    "akin_catalogue_segment": [c_char_p, c_uint64, c_char_p, c_void_p, POINTER(c_void_p)],
    "akin_catalogue_adopt": [c_char_p, c_char_p, c_void_p, c_char_p, c_uint64, c_int32, c_void_p, POINTER(c_void_p)],
}
for _name, _arguments in _signatures.items():
    _function = getattr(lib, _name)
    _function.argtypes = _arguments
    _function.restype = c_int32
lib.akin_free.restype = None
lib.akin_texts_free.restype = None
lib.akin_attribute_free.restype = None
for _name in ("akin_version", "akin_last_error", "akin_last_help"):
    getattr(lib, _name).restype = c_char_p

_kinds = {2: errors.UsageError, 3: errors.InputError, 4: errors.SystemFailure, 130: errors.Cancelled}

# akin_answers: the size, the capacity, and the addresses of rows, ids, scores and counts.
pack_answers = struct.Struct("@IqPPPP").pack
ANSWERS = struct.calcsize("@IqPPPP")


def failure(status: int, sentence: Optional[bytes] = None, help: Optional[bytes] = None) -> errors.AkinError:
    """The exception of a status, by default with the sentence of this thread's last error."""
    sentence = lib.akin_last_error() if sentence is None else sentence
    help = lib.akin_last_help() if help is None else help
    return _kinds.get(status, errors.AkinError)(sentence.decode(), help.decode() or None)


def check(status: int) -> None:
    """Raises unless a call went well."""
    if status:
        raise failure(status)


def taken_text(pointer: c_void_p) -> str:
    """A text that a call returned, which is freed."""
    if not pointer.value:
        return ""
    try:
        return ctypes.string_at(pointer.value).decode()
    finally:
        lib.akin_free(pointer)


# Held while a view is made, so that none is made of what is just closed, and while the process forks, so that a child finds it
# free. The thread that has it may come again: what the garbage collector ends there may close handles.
lending = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=lending.acquire, after_in_parent=lending.release, after_in_child=lending.release)


class Handle:
    """A handle, closed with its last owner.

    Views of its memory keep it open; `close` refuses while there are any.
    """

    __slots__ = ("number", "loans", "__weakref__")

    def __init__(self, number: int):
        self.number = number
        # The views that there are. Sets, unlike numbers, change whole without the interpreter's lock.
        self.loans: Set[int] = set()

    @classmethod
    def of(cls, function, *arguments) -> Handle:
        """The handle that a call gives as its last argument."""
        number = c_uint64()
        check(function(*arguments, byref(number)))
        return cls(number.value)

    def close(self) -> None:
        with lending:
            loans = len(self.loans)
            if loans and self.number:
                raise errors.UsageError(
                    f"{loans} array{'s' if loans > 1 else ''} of it {'are' if loans > 1 else 'is'} still in use",
                    "delete the arrays first, or copy them",
                )
            number, self.number = self.number, 0
        if number:
            check(lib.akin_close(number))

    def __del__(self):
        if self.number and lib is not None:
            lib.akin_close(self.number)


def path_bytes(path) -> bytes:
    """A path for the library."""
    encoded = os.fsencode(os.fspath(path))
    if b"\0" in encoded:
        raise errors.UsageError(f"a path must have no zero character, found {path!r}")
    return encoded


version = lib.akin_version().decode()
