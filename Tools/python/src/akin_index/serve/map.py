"""The catalogue as a map: two axes along which vectors spread most, and two more as colours."""

from __future__ import annotations

from typing import Any, Dict

import numpy as np

from ..errors import AkinError
from .state import Generation

# Points of a map; of more items every second, third, … is there.
MOST = 100_000


def points(now: Generation) -> Dict[str, Any]:
    """The ids of items, their places from 0 to 999 and their hues from 0 to 359; empty where the server has no vectors.

    Vectors are taken at length 1, as related items are by inner product and cosine; items without a direction are left out.
    """
    try:
        embeddings = now.embeddings or now.index.embeddings()
    except AkinError:
        return {"ids": [], "x": [], "y": [], "hue": []}
    rows = np.arange(0, len(embeddings), max(1, -(-len(embeddings) // MOST)))
    vectors = embeddings.item_factors[rows].astype(np.float64)
    if now.index.metric != "euclidean":
        lengths = np.linalg.norm(vectors, axis=1)
        rows, vectors = rows[lengths > 0], vectors[lengths > 0] / lengths[lengths > 0, None]
    if not len(rows):
        return {"ids": [], "x": [], "y": [], "hue": []}
    vectors -= vectors.mean(axis=0)
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    chosen = axes[:, ::-1][:, :4]
    # An axis has two directions; the one of its largest component is taken, so that a map is the same each time.
    chosen = chosen * np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])
    spread = vectors @ np.pad(chosen, ((0, 0), (0, 4 - chosen.shape[1])))
    low, high = np.quantile(spread[:, :2], [0.002, 0.998], axis=0)
    places = np.clip((spread[:, :2] - low) / np.maximum(high - low, 1e-12), 0, 1) * 999
    hues = np.degrees(np.arctan2(spread[:, 3], spread[:, 2])) % 360
    ids = embeddings.ids[rows].tolist()
    return {
        "ids": ids,
        "x": places[:, 0].astype(int).tolist(),
        "y": places[:, 1].astype(int).tolist(),
        "hue": hues.astype(int).tolist(),
    }
