"""Items and queries that benchmarks make for themselves: the same numbers give the same vectors.

clustered  a normal cloud around each of rows / 200 centres (Euclidean, cosine)
tight      clusters by a power law, their clouds of four widths, the narrowest a hundredth of the widest (cosine)
factors    imitates a recommender's: mixed tastes, norms that differ (inner product)
"""
import math

import numpy as np

METRIC = {"clustered": "euclidean", "tight": "cosine", "factors": "innerProduct"}


def vectors(kind, rows, dimension, queries, seed=0):
    """Items and queries of one kind."""
    rng = np.random.default_rng(seed)
    if kind == "factors":
        basis = rng.normal(size=(dimension, dimension)) * (np.arange(1, dimension + 1) ** -0.3)[:, None]

        def taste(n, spread):
            noise = rng.standard_normal((n, dimension), np.float32) * np.float32(0.8 / math.sqrt(dimension))
            return (rng.dirichlet(np.full(dimension, spread), n) @ basis).astype(np.float32) + noise

        items = taste(rows, 0.2) * rng.lognormal(0.0, 0.5, rows).astype(np.float32)[:, None]
        return items, taste(queries, 0.3)

    centers = rng.standard_normal((max(1, rows // (200 if kind == "clustered" else 100)), dimension), np.float32)
    share = np.arange(1, len(centers) + 1) ** (0.0 if kind == "clustered" else -0.8)
    widths = [0.6] if kind == "clustered" else [0.005, 0.02, 0.1, 0.4]

    def some(n, widths):
        noise = rng.standard_normal((n, dimension), np.float32)
        width = rng.choice(np.array(widths, np.float32), n)[:, None]
        return centers[rng.choice(len(centers), n, p=share / share.sum())] + width * noise

    return some(rows, widths), some(queries, widths[-3:])
