"""Pictures for notebooks, by matplotlib where it is installed."""

from __future__ import annotations

from typing import Any, Optional, Tuple

import numpy as np

from .errors import UsageError

# Colours of categories that most people can tell apart, and a grey for all others (Okabe and Ito 2008).
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"]
OTHERS = "#999999"


def axes(given: Any, size: Tuple[float, float]) -> Any:
    """The axes of a caller, or new ones."""
    if given is not None:
        return given
    try:
        from matplotlib import pyplot
    except ImportError:
        raise UsageError("pictures need matplotlib", "pip install matplotlib") from None
    return pyplot.subplots(figsize=size, layout="constrained")[1]


def plane(vectors: np.ndarray, metric: str, count: int = 2) -> Tuple[np.ndarray, np.ndarray]:
    """The rows that have a direction, and their places along the `count` axes on which vectors spread most.

    Vectors are taken at length 1, as related items are by inner product and cosine; not under Euclidean distance.
    """
    rows = np.arange(len(vectors))
    vectors = vectors.astype(np.float64)
    if metric != "euclidean":
        lengths = np.linalg.norm(vectors, axis=1)
        rows, vectors = rows[lengths > 0], vectors[lengths > 0] / lengths[lengths > 0, None]
    if not len(rows):
        return rows, np.empty((0, count))
    vectors = vectors - vectors.mean(axis=0)
    _, found = np.linalg.eigh(vectors.T @ vectors)
    chosen = found[:, ::-1][:, :count]
    # An axis has two directions; the one of its largest component is taken, so that a map is the same each time.
    chosen = chosen * np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])
    return rows, vectors @ np.pad(chosen, ((0, 0), (0, count - chosen.shape[1])))


def first_words(values: np.ndarray) -> np.ndarray:
    """One word an item: the first of a list, or the value as a text; None for an item without one."""
    words = np.empty(len(values), dtype=object)
    for row, value in enumerate(values.tolist()):
        if isinstance(value, tuple):
            value = value[0] if value else None
        words[row] = None if value is None or value != value else str(value)
    return words


def commonest(words: np.ndarray, most: int) -> list:
    """The words that most items have, by falling count, then by name."""
    kept, counts = np.unique([word for word in words if word is not None], return_counts=True)
    return kept[np.lexsort((kept, -counts))][:most].tolist()


def scatter(embeddings: Any, color: Optional[str], at: Any, most: int) -> Any:
    """The items as points; see `Embeddings.map`."""
    step = max(1, -(-len(embeddings) // most))
    rows, places = plane(embeddings.item_factors[::step], embeddings.metric)
    drawn = axes(at, (6.4, 6.4))
    size = float(np.clip(60_000 / max(1, len(rows)), 3, 24))
    if color is None:
        drawn.scatter(places[:, 0], places[:, 1], s=size, c=COLOURS[0], alpha=0.7, linewidths=0)
    else:
        words = first_words(embeddings.attribute(color)[::step][rows])
        names = commonest(words, len(COLOURS))
        for name, colour in [(None, OTHERS), *zip(names, COLOURS)]:
            own = ~np.isin(words, names) if name is None else words == name
            if own.any():
                label = "others" if name is None else name
                drawn.scatter(places[own, 0], places[own, 1], s=size, c=colour, alpha=0.6, linewidths=0, label=label)
        drawn.legend(title=color, markerscale=max(1.0, 4 / size), frameon=False)
    drawn.set_xticks([])
    drawn.set_yticks([])
    drawn.set_title(f"{len(rows)} of {len(embeddings)} items" if step > 1 else f"{len(rows)} items")
    return drawn


class Recall(dict):
    """The report of `akin recall`, with a picture of it."""

    def plot(self, ax: Any = None) -> Any:
        """Recall against queries a second, the graph as a line over its `ef` and the exact way as a mark; returns the axes.

        A bar is the 95 % interval of a recall. Needs matplotlib.
        """
        drawn = axes(ax, (6.4, 4.0))
        graph = sorted((one for one in self["searches"] if one["way"] == "graph"), key=lambda one: one["ef"])
        if graph:
            speed, share = [one["queriesPerSecond"] for one in graph], [one["recall"] for one in graph]
            low = [max(0.0, one["recall"] - one.get("recallLow", one["recall"])) for one in graph]
            high = [max(0.0, one.get("recallHigh", one["recall"]) - one["recall"]) for one in graph]
            drawn.errorbar(share, speed, xerr=[low, high], marker="o", color=COLOURS[0], capsize=2, label="graph")
            for one in graph:
                drawn.annotate(
                    f"ef {one['ef']}", (one["recall"], one["queriesPerSecond"]), (4, 4), textcoords="offset points", fontsize=8
                )
        for one in self["searches"]:
            if one["way"] == "exact":
                drawn.plot([one["recall"]], [one["queriesPerSecond"]], "s", color=COLOURS[5], label="exact")
                break
        drawn.set_yscale("log")
        drawn.set_xlabel(f"recall@{self['searches'][0]['k']}" if self["searches"] else "recall")
        drawn.set_ylabel("queries a second")
        drawn.grid(True, alpha=0.3)
        drawn.legend(frameon=False)
        return drawn
