"""Catalogues: indexes that change."""

from __future__ import annotations

import ctypes
import json
from typing import Any, Callable, List, Optional

import numpy as np

from . import errors
from ._arrays import ids as id_column
from ._library import Handle, lib, path_bytes, taken_text
from ._options import as_json, whole
from ._work import long_work
from .embeddings import Embeddings
from .index import Index


class Catalogue:
    """A directory of an index that changes: items are added, replaced and deleted, each change a new generation.

    One process writes, any number read; a reader keeps its generation until it opens the catalogue again.
    """

    def __init__(self, path: Any):
        self.path = path

    @classmethod
    def create(
        cls, path: Any, embeddings: Any, *, overwrite: bool = False, threads: int = 0, progress: Any = None, **options: Any
    ) -> Catalogue:
        """Makes a catalogue of embeddings (or of the path of their file). options: m, ef_construction, seed."""
        catalogue = cls(path)
        given = as_json(options)
        with _opened(embeddings) as source:
            number = source._handle.number
            catalogue._change(
                lambda work, change: lib.akin_catalogue_create(path_bytes(path), number, given, overwrite, work, change),
                threads,
                progress,
            )
        return catalogue

    @classmethod
    def adopt(
        cls,
        path: Any,
        segments: Any,
        directory: Any,
        *,
        after: int = 0,
        check: bool = True,
        threads: int = 0,
        progress: Any = None,
        **options: Any,
    ) -> Catalogue:
        """Makes a generation of segments that `write_segment` has written, in this order; their files move to the catalogue.

        segments: their digests. directory: where they are, on the file system of the catalogue. after: the newest generation that
        the caller knows, which this one follows; 0 where there is no catalogue yet. check: reads every byte and compares all ids.
        options: those that the segments were built with.
        """
        catalogue = cls(path)
        if len(segments) == 0:
            raise errors.UsageError("the number of segments must be at least 1, found 0")
        names = id_column(np.asarray([str(digest) for digest in segments], dtype=object), "segments")
        given, after = as_json(options), whole(after, "after")
        catalogue._change(
            lambda work, change: lib.akin_catalogue_adopt(
                path_bytes(path), path_bytes(directory), names.pointer, given, after, check, work, change
            ),
            threads,
            progress,
        )
        return catalogue

    def open(self, generation: Optional[int] = None) -> Index:
        """A generation as an index, by default the newest."""
        if generation is None:
            return Index.open(self.path)
        return Index(Handle.of(lib.akin_catalogue_open, path_bytes(self.path), whole(generation, "generation")))

    def add(self, embeddings: Any, *, threads: int = 0, progress: Any = None) -> List[dict]:
        """Adds the items of embeddings (or of the path of their file), and replaces those that are there.

        Items meet by their ids, and one that is there bit for bit stays. Returns what was done, one dict a change.
        """
        with _opened(embeddings) as source:
            number = source._handle.number
            return self._change(
                lambda work, change: lib.akin_catalogue_add(path_bytes(self.path), number, work, change), threads, progress
            )

    def delete(self, ids: Any, *, threads: int = 0) -> List[dict]:
        """Deletes items by their ids; unknown ids are counted. Returns what was done, one dict a change."""
        gone = id_column(ids)
        return self._change(
            lambda work, change: lib.akin_catalogue_delete(path_bytes(self.path), gone.pointer, work, change), threads, None
        )

    def compact(self, segments: int = 1, *, keep: int = 0, threads: int = 0, progress: Any = None) -> List[dict]:
        """Merges segments until at most so many are left, and keeps so many generations (0: all). Returns what was done."""
        segments, keep = whole(segments, "segments"), whole(keep, "keep")
        return self._change(
            lambda work, change: lib.akin_catalogue_compact(path_bytes(self.path), segments, keep, work, change),
            threads,
            progress,
        )

    def _change(self, call: Callable, threads: int, progress: Any) -> List[dict]:
        change = ctypes.c_void_p()
        try:
            long_work(lambda work: call(work, ctypes.byref(change)), threads, progress)
        finally:
            text = taken_text(change)
        return json.loads(text)

    def __repr__(self) -> str:
        return f"<Catalogue {self.path}>"


def write_segment(directory: Any, embeddings: Any, *, threads: int = 0, progress: Any = None, **options: Any) -> dict:
    """Writes embeddings as a segment that no generation has yet, for `Catalogue.adopt`.

    The file is named by its digest, and the same items give the same one, so any number of processes may write into a directory,
    and do it again. options: m, ef_construction, seed. Returns the `digest`, `rows`, `bytes` of it, and whether it is `linked`.
    """
    given = as_json(options)
    segment = ctypes.c_void_p()
    with _opened(embeddings) as source:
        number = source._handle.number
        try:
            long_work(
                lambda work: lib.akin_catalogue_segment(path_bytes(directory), number, given, work, ctypes.byref(segment)),
                threads,
                progress,
            )
        finally:
            text = taken_text(segment)
    return json.loads(text)


class _opened:
    """Embeddings of a call: those that were given, or those of a path, closed afterwards."""

    def __init__(self, embeddings: Any):
        self._given = embeddings

    def __enter__(self) -> Embeddings:
        self._own = None
        if isinstance(self._given, Embeddings):
            return self._given
        self._own = Embeddings.open(self._given)
        return self._own

    def __exit__(self, *_: Any) -> None:
        if self._own is not None:
            self._own.close()
