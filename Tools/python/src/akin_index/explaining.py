"""What a score is the sum of."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from .command import run


class Explanation(NamedTuple):
    """The prediction of a model for a user and an item, and what it is made of: score = mean + user_bias + item_bias + dot."""

    prediction: float
    """The score on the scale of the training: a rating, a probability, closeness to 1."""
    score: float
    """What items are ranked by."""
    mean: float
    """The term of every score."""
    user_bias: float
    """The term of the user."""
    item_bias: float
    """The term of the item."""
    dot: float
    """The product of both vectors."""


def explained(embeddings: Any, user: Any, item: Any) -> Explanation:
    """The explanation of `akin predict --explain`, by ids that are there."""
    import json
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = embeddings.path
        if path is None or not os.path.exists(path):
            path = os.path.join(folder, "model.emb")
            embeddings.save(path)
            embeddings.path = None
        found = json.loads(run("predict", path, "--explain", "--json", "--", user, item)[1])["predictions"][0]
    names = ("prediction", "score", "mean", "userBias", "itemBias", "dot")
    return Explanation(*(float(found[name]) for name in names))
