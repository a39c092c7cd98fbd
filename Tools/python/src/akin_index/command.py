"""The command in this process: `run`, and what it reports."""

from __future__ import annotations

import ctypes
import json
import os
from pathlib import Path
from typing import Any, List, Optional, Tuple

import numpy as np

from . import errors
from ._arrays import c_text, vectors
from ._library import lib, path_bytes, taken_text
from ._options import as_json
from ._work import long_work
from .index import Index
from .plotting import Recall


def run(*words: Any, threads: int = 0, progress: Any = None) -> Tuple[int, str, str]:
    """Runs a command line of `akin` in this process: `run("verify", "ml.idx")`.

    Returns the exit code (0, or 1 where the answer is no), the output and the messages. Raises what the command would print as an
    error.
    """
    line = [path_bytes(word) if isinstance(word, os.PathLike) else c_text(str(word), "a word") for word in words]
    array = (ctypes.c_char_p * max(1, len(line)))(*line)
    output, messages = ctypes.c_void_p(), ctypes.c_void_p()
    try:
        code = long_work(
            lambda work: lib.akin_run(array, len(line), work, ctypes.byref(output), ctypes.byref(messages)), threads, progress
        )
    finally:
        texts = taken_text(output), taken_text(messages)
    return code, texts[0], texts[1]


def options(given: dict) -> List[str]:
    """Options of a command line: underscores stand for dashes, True is a flag, lists are joined."""
    words = []
    for name, value in json.loads(as_json(given)).items():
        if value is None or value is False:
            continue
        spelled = ("-" if len(name) == 1 else "--") + name.replace("_", "-")
        if value is True:
            words.append(spelled)
        elif len(name) == 1:
            words += [spelled, str(value)]
        else:
            words.append(f"{spelled}={','.join(map(str, value)) if isinstance(value, list) else value}")
    return words


def info(path: Any) -> dict:
    """What a file or a catalogue holds, as `akin info --json` tells it."""
    return json.loads(run("info", path, "--json")[1])


def verify(path: Any) -> bool:
    """Whether every byte of a file or a catalogue is as it was written."""
    return run("verify", path, "--quiet")[0] == 0


def recall(index: Any, queries: Any = None, k: int = 10, *, progress: Any = None, **given: Any) -> Recall:
    """How often a graph search finds the true best, as `akin recall --json` tells it: with its interval, for each `ef`.

    The answer is a dict; its `plot()` draws recall against queries a second.

    index: an `Index` or a path. queries: vectors, the path of a file of them, or `"users:F.emb"`; by default what the command
    takes.
    given: further options of `akin recall`, such as ef=[16, 64], recall=0.95, sample=1000, fail_under=0.9.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = index
        if isinstance(index, Index):
            path = index.path
            if path is None:
                path = Path(folder) / "index.idx"
                index.save(path)
                index.path = None
        words = ["recall", path, "--json", "-k", str(k)]
        if queries is not None and not isinstance(queries, (str, os.PathLike)):
            array = vectors(queries, "queries")
            queries = Path(folder) / "queries.npy"
            np.save(queries, array)
        if queries is not None:
            words += ["--queries", queries]
        return Recall(_object(run(*words, *options(given), progress=progress)))


def evaluate(interactions: Any, *, progress: Any = None, **given: Any) -> dict:
    """How well models rank what was held out, as `akin evaluate --json` tells it.

    interactions: what `train` takes. given: the options of `akin evaluate`, with underscores for dashes.
    """
    from tempfile import TemporaryDirectory

    from .training import as_file

    with TemporaryDirectory() as folder:
        words = ["evaluate", as_file(interactions, folder, given), "--json", *options(given)]
        return _object(run(*words, progress=progress))


def _object(done: Tuple[int, str, str]) -> dict:
    code, output, _ = done
    try:
        found: Optional[Any] = json.loads(output)
    except ValueError:
        raise errors.AkinError(f"the command gave no object: {output[:200]!r}") from None
    if isinstance(found, dict):
        found["answer"] = code == 0
    return found
