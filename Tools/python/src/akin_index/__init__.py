"""Akin: embeddings for recommenders. Train them, index them, ask which items a user should see next and which items are alike.

    import akin_index
    embeddings = akin_index.train(ratings)                         # a sparse matrix, a frame, arrays or a path
    index = akin_index.Index.build(embeddings)
    recommender = akin_index.Recommender(index, embeddings)
    ids, scores = recommender.recommend(42, k=10)

Every answer is `(ids, scores)`, the best first; a larger score is better, whatever the metric. Errors are exceptions with the
sentences of the `akin` command.
"""

from ._library import version as __version__
from ._options import Cancellation, Filter
from .catalogue import Catalogue
from .command import evaluate, info, recall, run, verify
from .embeddings import Embeddings
from .errors import AkinError, Cancelled, InputError, SystemFailure, UnknownID, UsageError
from .explaining import Explanation
from .index import Index
from .plotting import Recall
from .readers import read, read_peer
from .recommender import Recommender
from .training import train

__all__ = [
    "AkinError",
    "Cancellation",
    "Cancelled",
    "Catalogue",
    "Embeddings",
    "Explanation",
    "Filter",
    "Index",
    "InputError",
    "Recall",
    "Recommender",
    "SystemFailure",
    "UnknownID",
    "UsageError",
    "__version__",
    "evaluate",
    "info",
    "read",
    "read_peer",
    "recall",
    "run",
    "train",
    "verify",
]
