"""Worlds that several tests share, each made once."""

import numpy as np
import pytest
from scipy import sparse

import akin_index as akin


@pytest.fixture(scope="session")
def vectors():
    return np.random.default_rng(7).normal(size=(300, 12)).astype(np.float32)


@pytest.fixture(scope="session")
def index(vectors):
    return akin.Index.build(vectors, m=8, ef_construction=40)


@pytest.fixture(scope="session")
def ratings():
    """Users of four tastes, and items that each taste likes."""
    random = np.random.default_rng(11)
    users, items = 90, 160
    taste = np.arange(users) % 4
    liked = (np.arange(items) % 4)[None, :] == taste[:, None]
    chance = np.where(liked, 0.3, 0.02)
    values = (random.random((users, items)) < chance) * random.integers(1, 6, size=(users, items))
    return sparse.csr_matrix(values.astype(np.float32))


@pytest.fixture(scope="session")
def trained(ratings):
    return akin.train(ratings, dimensions=8, epochs=6, seed=3)


@pytest.fixture(scope="session")
def recommender(trained):
    return akin.Recommender(akin.Index.build(trained), trained)
