"""The transformer, by scikit-learn's own checks and beside its own neighbours."""

import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.cluster import DBSCAN
from sklearn.manifold import TSNE
from sklearn.neighbors import KNeighborsTransformer
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from akin_index.sklearn import AkinTransformer


@parametrize_with_checks([AkinTransformer(n_neighbors=3), AkinTransformer(n_neighbors=3, metric="cosine", mode="connectivity")])
@pytest.mark.filterwarnings("ignore")
def test_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("mode", ["distance", "connectivity"])
def test_neighbours_are_those_of_sklearn(vectors, metric, mode):
    ours = AkinTransformer(6, metric=metric, mode=mode, recall=1.0)
    theirs = KNeighborsTransformer(n_neighbors=6, metric=metric, mode=mode, algorithm="brute")
    samples = np.vstack([vectors, np.zeros((1, 12), np.float32)])
    one, other = ours.fit_transform(samples), theirs.fit_transform(samples.astype(np.float64))
    assert one.shape == other.shape and one.nnz == other.nnz and (np.diff(one.indptr) == np.diff(other.indptr)).all()
    # The last sample has no direction: any others are as near.
    rows = slice(0, len(vectors))
    if mode == "connectivity":
        assert (one[rows] != other[rows]).nnz == 0
    else:
        assert np.allclose(one[rows].toarray(), other[rows].toarray(), atol=2e-3)
    new = vectors[:9] + np.float32(0.3)
    found, wanted = ours.kneighbors(new, 4), theirs.kneighbors(new, 4)
    assert (found[1] == wanted[1]).all() and np.allclose(found[0], wanted[0], atol=1e-4)
    assert (ours.kneighbors()[1][rows] == theirs.kneighbors()[1][rows]).all()
    again = pickle.loads(pickle.dumps(ours))
    assert (again.kneighbors(new, 4)[1] == found[1]).all()


def test_pipelines(vectors):
    samples = np.vstack([vectors[:60], vectors[:60] + 40])
    labels = make_pipeline(AkinTransformer(12, recall=1.0), DBSCAN(eps=6, min_samples=4, metric="precomputed")).fit_predict(samples)
    assert len(set(labels[:60]) & set(labels[60:]) - {-1}) == 0
    flat = make_pipeline(
        AkinTransformer(31), TSNE(metric="precomputed", init="random", perplexity=10, max_iter=250, random_state=0)
    ).fit_transform(samples)
    assert flat.shape == (120, 2)


def test_bad_parameters_are_errors(vectors):
    for options, sentence in [
        (dict(metric="manhattan"), "metric must be"),
        (dict(mode="graph"), "mode must be"),
        (dict(recall=3.0), "a recall must be"),
        (dict(n_neighbors=300), "n_samples_fit = 300"),
        (dict(m=1), "--m must be"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            AkinTransformer(**options).fit_transform(vectors)
