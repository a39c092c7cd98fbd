"""The catalogue as a map: two axes along which vectors spread most, coloured by category, or by two axes more."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from ..errors import AkinError
from ..plotting import commonest, first_words, plane
from .state import Generation

# Points of a map; of more items every second, third, … is there.
MOST = 100_000
# Categories with a colour of their own.
COLOURED = 7


def points(now: Generation) -> Dict[str, Any]:
    """The ids of items and their places from 0 to 999; empty where the server has no vectors.

    Items with categories have the place of their first one among `categories`, the commonest ones, or -1. `hue`, from 0 to 359, is
    that of two axes more.
    """
    try:
        embeddings = now.embeddings or now.index.embeddings()
    except AkinError:
        return {"ids": [], "x": [], "y": [], "hue": [], "categories": [], "category": []}
    step = max(1, -(-len(embeddings) // MOST))
    rows, spread = plane(embeddings.item_factors[::step], now.index.metric, 4)
    rows = rows * step
    if not len(rows):
        return {"ids": [], "x": [], "y": [], "hue": [], "categories": [], "category": []}
    low, high = np.quantile(spread[:, :2], [0.002, 0.998], axis=0)
    places = np.clip((spread[:, :2] - low) / np.maximum(high - low, 1e-12), 0, 1) * 999
    hues = np.degrees(np.arctan2(spread[:, 3], spread[:, 2])) % 360
    names, category = categories(embeddings, rows)
    return {
        "ids": embeddings.ids[rows].tolist(),
        "x": places[:, 0].astype(int).tolist(),
        "y": places[:, 1].astype(int).tolist(),
        "hue": hues.astype(int).tolist(),
        "categories": names,
        "category": category,
    }


def categories(embeddings: Any, rows: np.ndarray) -> Tuple[List[str], List[int]]:
    """The commonest categories of items, and for each item the place of its first one, or -1; nothing without categories."""
    values: Optional[np.ndarray] = None
    for name in ("category", "genre"):
        try:
            values = embeddings.attribute(name)
            break
        except AkinError:
            continue
    if values is None or values.dtype != object:
        return [], []
    words = first_words(values[rows])
    names = commonest(words, COLOURED)
    place = {name: number for number, name in enumerate(names)}
    return names, [place.get(word, -1) for word in words]
