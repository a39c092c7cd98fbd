"""From the parameters of a request to an answer."""

from __future__ import annotations

import math
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np
import orjson

from ..errors import UsageError
from .state import Generation, as_id


class Refused(Exception):
    """A request that is answered with an error: its code, and a sentence."""

    def __init__(self, code: int, sentence: str, help: Optional[str] = None):
        super().__init__(sentence)
        self.code, self.help = code, help


class Limits(NamedTuple):
    """What a request may cost."""

    k: int = 1000
    batch: int = 1000
    body: int = 1 << 20
    seconds: float = 10.0


_KNOWN = {
    "k": int,
    "ef": int,
    "recall": float,
    "exact": bool,
    "where": str,
    "min_score": float,
    "diversity": float,
    "per_category": int,
}
_FLAGS = {"true": True, "1": True, "": True, "false": False, "0": False}


def flag(value: Any, name: str) -> bool:
    """A truth value of a body or of an address."""
    if value is True or value is False:
        return value
    if not isinstance(value, str) or value not in _FLAGS:
        raise Refused(400, f"'{name}' must be true or false, found {str(value)[:80]!r}")
    return _FLAGS[value]


def options(given: Dict[str, Any], limits: Limits, own: Tuple[str, ...]) -> Dict[str, Any]:
    """The options of a search; refuses names that mean nothing here, and values of another type."""
    found: Dict[str, Any] = {}
    for name, value in given.items():
        if name in own:
            continue
        kind = _KNOWN.get(name)
        if kind is None:
            raise Refused(400, f"unknown parameter '{name}'", f"known are {', '.join([*own, *_KNOWN])}")
        try:
            if kind is bool:
                found[name] = flag(value, name)
            elif kind is int:
                if isinstance(value, float) and value != int(value) or isinstance(value, bool):
                    raise ValueError
                found[name] = int(value)
            elif kind is float:
                found[name] = float(value)
                if not math.isfinite(found[name]) or isinstance(value, bool):
                    raise ValueError
            elif isinstance(value, str):
                found[name] = value
            else:
                raise ValueError
        except (ValueError, TypeError, OverflowError):
            noun = {int: "a whole number", float: "a finite number", str: "a text"}[kind]
            raise Refused(400, f"'{name}' must be {noun}, found {str(value)[:80]!r}") from None
    found.setdefault("k", 10)
    if not 1 <= found["k"] <= limits.k:
        raise Refused(400, f"k must be 1 to {limits.k}, found {found['k']}")
    if found.get("ef", 1) > 100 * limits.k:
        raise Refused(400, f"ef must be at most {100 * limits.k}, found {found['ef']}")
    return found


class Asked(NamedTuple):
    """One question, ready to be asked: its call, its options, and whether one list is wanted or several."""

    call: Any
    options: Dict[str, Any]
    is_one: bool


def listed(value: Any, name: str, limits: Limits) -> List[Any]:
    """A list of a request within the limits."""
    if not isinstance(value, list):
        raise Refused(400, f"'{name}' must be a list")
    if len(value) > limits.batch:
        raise Refused(413, f"'{name}' must have at most {limits.batch} entries, found {len(value)}")
    return value


def _id(value: Any, are_numbers: bool, name: str) -> Any:
    if isinstance(value, float) and value.is_integer():
        # JSON has one kind of number.
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)) or (isinstance(value, int) and not 0 <= value < 1 << 64):
        raise Refused(400, f"'{name}' must hold ids, found {str(value)[:80]!r}")
    return as_id(value, are_numbers)


def _ids(values: List[Any], are_numbers: bool, name: str) -> List[Any]:
    return [_id(value, are_numbers, name) for value in values]


def _known(rows: np.ndarray, values: List[Any], noun: str) -> None:
    if len(rows) and rows.min() < 0:
        raise Refused(404, f"no {noun} has the id '{np.asarray(values, dtype=object)[rows < 0][0]}'")


def _are_numbers(values: List[Any]) -> bool:
    return set(map(type, values)) <= {int, float}


def _column(values: List[Any]) -> Any:
    """Ids for a call: numbers, or texts where one is."""
    return values if all(isinstance(value, int) for value in values) else [str(value) for value in values]


def related(state: Generation, given: Dict[str, Any], limits: Limits) -> Asked:
    """Items like an item (`item`), or like each of several (`items`)."""
    found = options(given, limits, ("item", "items"))
    is_one = "item" in given
    if is_one == ("items" in given):
        raise Refused(400, "give 'item' or 'items'")
    are_numbers = state.index._places.are_numbers
    if is_one:
        column = _id(given["item"], are_numbers, "items")
    else:
        column = _column(_ids(listed(given["items"], "items", limits), are_numbers, "items"))
    return Asked(lambda **more: state.asked.related(column, threads=1, **{**found, **more}), found, is_one)


def recommend(state: Generation, given: Dict[str, Any], limits: Limits) -> Asked:
    """Items for a user (`user`), several (`users`), or somebody with a `history` of items and their `values`."""
    own = ("user", "users", "history", "values", "include_seen")
    found = options(given, limits, own)
    if state.recommender is None:
        raise Refused(404, "the server has no users", "start it with --users, or with an index that holds them")
    recommender = state.recommender
    found["include_seen"] = flag(given.get("include_seen", False), "include_seen")
    if ("user" in given) + ("users" in given) + ("history" in given) != 1:
        raise Refused(400, "give 'user', 'users' or 'history'")
    if "history" in given:
        history = given["history"].split(",") if isinstance(given["history"], str) else given["history"]
        items = _ids(listed(history, "history", limits), state.index._places.are_numbers, "history")
        values = given.get("values")
        if values is not None:
            try:
                values = [float(value) for value in values.split(",")] if isinstance(values, str) else values
            except ValueError:
                raise Refused(400, "'values' must be numbers") from None
            if not _are_numbers(listed(values, "values", limits)):
                raise Refused(400, "'values' must be numbers")
            if len(values) != len(items):
                raise Refused(400, f"'values' must have {len(items)} entries, found {len(values)}")
        column = _column(items)
        _known(state.index.rows(column), items, "item")
        return Asked(
            lambda **more: recommender.recommend_history([column], values=values and [values], threads=1, **{**found, **more}),
            found,
            True,
        )
    is_one = "user" in given
    are_numbers = recommender.user_ids.dtype.kind != "O"
    if is_one:
        column = _id(given["user"], are_numbers, "users")
    else:
        column = _column(_ids(listed(given["users"], "users", limits), are_numbers, "users"))
    return Asked(lambda **more: recommender.recommend(column, threads=1, **{**found, **more}), found, is_one)


def search(state: Generation, given: Dict[str, Any], limits: Limits) -> Asked:
    """The best items for a `vector`, or for each of several `vectors`."""
    found = options(given, limits, ("vector", "vectors"))
    is_one = "vector" in given
    if is_one == ("vectors" in given):
        raise Refused(400, "give 'vector' or 'vectors'")
    vectors = (
        [listed(given["vector"], "vector", limits._replace(batch=1 << 20))]
        if is_one
        else listed(given["vectors"], "vectors", limits)
    )
    if not all(isinstance(vector, list) and _are_numbers(vector) for vector in vectors):
        raise Refused(400, "a vector must be a list of numbers")
    try:
        with np.errstate(over="ignore"):
            array = np.asarray(vectors, dtype=np.float32).reshape(len(vectors), -1 if vectors else state.index.dimension)
    except (ValueError, OverflowError):
        raise Refused(400, "all vectors must be equally long") from None
    return Asked(lambda **more: state.index.search(array, threads=1, **{**found, **more}), found, is_one)


def answer(state: Generation, asked: Asked, ids: np.ndarray, scores: np.ndarray, titled: bool) -> bytes:
    """The member of a JSON object that holds the list of items, or the lists; scores have the digits of single precision."""
    if asked.is_one:
        ids, scores = (ids, scores) if ids.ndim == 1 else (ids[0], scores[0])
        return b'"items":' + _list(state, ids, scores, titled)
    return b'"lists":[' + b",".join([_list(state, own, numbers, titled) for own, numbers in zip(ids, scores)]) + b"]"


def _list(state: Generation, ids: np.ndarray, scores: np.ndarray, titled: bool) -> bytes:
    """A list of items in JSON: their texts are remembered, and the scores come between."""
    if not len(scores):
        return b"[]"
    if scores[-1] == -np.inf:
        kept = scores != -np.inf
        return _list(state, ids[kept], scores[kept], titled)
    numbers = orjson.dumps(scores, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].split(b",")
    texts = state.texts(ids.tolist(), titled)
    return b"[" + b",".join([head + number + tail for (head, tail), number in zip(texts, numbers)]) + b"]"


def exactly(asked: Asked, row: int) -> np.ndarray:
    """The exact answer to a question, of one of its rows, for the recall of what was served."""
    plainly = {name: None for name in ("ef", "recall") if name in asked.options}
    ids, scores = asked.call(**plainly, exact=True)
    if ids.ndim == 1:
        ids, scores = ids[None], scores[None]
    return ids[row][scores[row] != -np.inf]


def is_approximate(asked: Asked) -> bool:
    return not any(asked.options.get(name) for name in ("exact", "diversity", "per_category"))


__all__ = ["Limits", "Refused", "UsageError", "answer", "exactly", "flag", "is_approximate", "recommend", "related", "search"]
