"""Serving an index over HTTP: `akin-serve CATALOGUE|F.idx --users U.emb`."""
