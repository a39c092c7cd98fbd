"""The models of implicit, by their promises, and beside implicit where it is installed."""

import pickle

import numpy as np
import pytest
from scipy import sparse

from akin_index.implicit import AlternatingLeastSquares, BayesianPersonalizedRanking, ParameterWarning


@pytest.fixture(scope="module")
def model(ratings):
    made = AlternatingLeastSquares(factors=12, regularization=0.05, alpha=2.0, iterations=12)
    made.fit(ratings, show_progress=False)
    return made


def test_recommend(model, ratings):
    scores = model.user_factors.astype(float) @ model.item_factors.T.astype(float)
    scores[ratings.nonzero()] = -np.inf
    ids, found = model.recommend(np.arange(90), ratings, N=7)
    assert ids.shape == found.shape == (90, 7)
    assert np.allclose(found, -np.sort(-scores, axis=1)[:, :7], atol=1e-5)
    assert not any(set(ids[user]) & set(ratings[user].indices) for user in range(90))
    one, score = model.recommend(5, ratings[5], N=7)
    assert one.shape == (7,) and (one == ids[5]).all() and (score == found[5]).all()
    seen, _ = model.recommend(5, None, N=160, filter_already_liked_items=False)
    assert set(ratings[5].indices) <= set(seen)
    liked = ratings[5].indices[:2].tolist()
    others = np.setdiff1d(np.arange(160), ratings[5].indices)[:3].tolist()
    only, score = model.recommend(5, ratings[5], N=7, items=[*liked, *others])
    assert set(only) == {*liked, *others} and set(only[-2:]) == set(liked) and score[-1] < -1e38
    without, _ = model.recommend(5, ratings[5], N=7, filter_items=ids[5, :2])
    assert not set(without) & set(ids[5, :2])


def test_similar(model):
    unit = model.item_factors / np.linalg.norm(model.item_factors, axis=1, keepdims=True)
    ids, scores = model.similar_items([3, 9], N=6)
    assert ids[0, 0] == 3 and ids[1, 0] == 9 and np.allclose(scores[:, 0], 1)
    assert np.allclose(scores, -np.sort(-(unit[[3, 9]] @ unit.T), axis=1)[:, :6], atol=1e-5)
    one, _ = model.similar_items(3, N=6)
    assert (one == ids[0]).all()
    only, _ = model.similar_items(3, N=6, items=[5, 7, 11])
    assert set(only) == {5, 7, 11}
    users, scores = model.similar_users(4, N=5)
    assert users[0] == 4 and len(users) == 5 and np.isclose(scores[0], 1)


def solved(fixed, values):
    """The row of ridge regression that fits the likes of a sparse row of values, weighted as in implicit, from fixed factors."""
    weights, likes = np.ones(len(fixed)), np.zeros(len(fixed))
    weights[values.indices], likes[values.indices] = 2.0 * values.data, 1
    fixed = fixed.astype(float)
    return np.linalg.solve((fixed.T * weights) @ fixed + 0.05 * np.eye(12), fixed.T @ (weights * likes))


def test_users_are_recalculated(model, ratings):
    vectors = model.recalculate_user(np.arange(10), ratings[:10])
    for user in range(10):
        assert np.allclose(vectors[user], solved(model.item_factors, ratings[user]), atol=2e-3)
    again, _ = model.recommend(np.arange(10), ratings[:10], N=5, recalculate_user=True)
    assert np.mean([len(set(a) & set(b)) for a, b in zip(again, model.recommend(np.arange(10), ratings[:10], N=5)[0])]) > 4
    # A new user of one taste.
    row = sparse.csr_matrix((np.ones(5), ([0] * 5, [1, 5, 9, 13, 17])), shape=(1, 160))
    ids, _ = model.recommend(0, row, N=10, recalculate_user=True)
    assert np.mean(ids % 4 == 1) > 0.8


def test_items_are_recalculated(model, ratings):
    columns = ratings.T.tocsr()
    vectors = model.recalculate_item(np.arange(10), columns[:10])
    for item in range(10):
        assert np.allclose(vectors[item], solved(model.user_factors, columns[item]), atol=1e-4)
    # The last half-step of the training is that of the items.
    assert np.allclose(vectors, model.item_factors[:10], atol=1e-3)
    ids, scores = model.similar_items(3, N=6, recalculate_item=True, item_users=columns[3])
    assert (ids == model.similar_items(3, N=6)[0]).all() and np.isclose(scores[0], 1)
    ids, _ = model.similar_items([3, 4], N=6, recalculate_item=True, item_users=columns[[3, 4]], items=[5, 7, 11])
    assert ids.shape == (2, 6) and set(ids[0, :3]) == {5, 7, 11} and (ids[:, 3:] == -1).all()


def test_a_disliked_item_is_further_away(model):
    row = sparse.csr_matrix((np.ones(3), ([0] * 3, [1, 5, 9])), shape=(1, 160))
    other = sparse.csr_matrix((np.array([1, 1, 1, -20.0]), ([0] * 4, [1, 5, 9, 13])), shape=(1, 160))
    one, two = (model.recalculate_user(0, matrix) for matrix in (row, other))
    assert two @ model.item_factors[13] < one @ model.item_factors[13]


def test_new_users_and_items(ratings):
    model = AlternatingLeastSquares(factors=8, iterations=5)
    model.fit(ratings, show_progress=False)
    first = model.recommend(0, ratings[0])[0]
    likes = sparse.csr_matrix((np.ones(5), ([0] * 5, [1, 5, 9, 13, 17])), shape=(1, 160))
    model.partial_fit_users([95], likes)
    assert model.user_factors.shape == (96, 8) and not model.user_factors[90:95].any()
    assert np.mean(model.recommend(95, likes)[0] % 4 == 1) > 0.8
    fans = sparse.csr_matrix((np.ones(20), ([0] * 20, np.arange(0, 80, 4))), shape=(1, 96))
    model.partial_fit_items([165], fans)
    assert model.item_factors.shape == (166, 8) and 165 in model.recommend(0, ratings[0], N=20)[0] and len(first) == 10
    with pytest.raises(IndexError):
        model.partial_fit_items([-1], fans)


def test_explain(model, ratings):
    item = int(model.recommend(5, ratings[5])[0][0])
    vector = model.recalculate_user(5, ratings[5])
    score, parts, weights = model.explain(5, ratings, item)
    assert np.isclose(score, vector @ model.item_factors[item], atol=1e-4)
    assert [part for _, part in parts] == sorted((part for _, part in parts), reverse=True)
    assert {one for one, _ in parts} <= set(ratings[5].indices)
    assert np.isclose(score, sum(part for _, part in model.explain(5, ratings, item, N=1000)[1]))
    assert model.explain(5, ratings, item, user_weights=weights, N=2)[1] == parts[:2]


def test_without_a_regularisation_the_factors_are_the_shortest(ratings):
    free, least = (AlternatingLeastSquares(factors=6, regularization=r, iterations=40) for r in (0, 1e-6))
    for made in (free, least):
        made.fit(ratings, show_progress=False)
    assert np.allclose(free.user_factors @ free.item_factors.T, least.user_factors @ least.item_factors.T, atol=1e-4)
    users, items = (factors.T.astype(float) @ factors for factors in (free.user_factors, free.item_factors))
    assert np.allclose(users, items, atol=1e-3)
    # More factors than users have a product of less rank.
    few = AlternatingLeastSquares(factors=15, regularization=0)
    few.fit(sparse.csr_matrix(np.eye(4, 9)), show_progress=False)
    assert few.user_factors.shape == (4, 15) and few.item_factors.shape == (9, 15) and np.isfinite(few.item_factors).all()


def test_other_sparse_formats_are_converted_with_a_warning(ratings, model):
    again = AlternatingLeastSquares(factors=12, regularization=0.05, alpha=2.0, iterations=12)
    with pytest.warns(ParameterWarning, match="COO"):
        again.fit(ratings.tocoo(), show_progress=False)
    assert (again.item_factors == model.item_factors).all()


def test_files(model, ratings, tmp_path):
    model.save(tmp_path / "m.npz")
    again = AlternatingLeastSquares.load(str(tmp_path / "m.npz"))
    assert again.factors == 12 and again.alpha == 2.0 and (again.item_factors == model.item_factors).all()
    assert np.array_equal(again.recalculate_user(3, ratings[3]), model.recalculate_user(3, ratings[3]))
    pickled = pickle.loads(pickle.dumps(model))
    assert (pickled.recommend(3, ratings[3])[0] == model.recommend(3, ratings[3])[0]).all()
    assert (again.recommend(3, ratings[3])[0] == model.recommend(3, ratings[3])[0]).all()


def test_bpr(ratings):
    model = BayesianPersonalizedRanking(factors=8, learning_rate=0.05, iterations=40, random_state=np.random.RandomState(3))
    calls = []
    model.fit(ratings, show_progress=False, callback=lambda epoch, seconds, correct, skipped: calls.append(epoch))
    assert model.user_factors.shape == (90, 9) and (model.user_factors[:, -1] == 1).all()
    assert calls == list(range(40))
    ids, _ = model.recommend(np.arange(90), ratings, N=10)
    assert (ids % 4 == (np.arange(90) % 4)[:, None]).mean() > 0.7
    with pytest.raises(NotImplementedError):
        model.recalculate_user(0, ratings[0])


@pytest.mark.filterwarnings("ignore")
def test_the_loss_is_that_of_implicit(ratings, model):
    """Both minimise the same loss from different starts; their optima of this loss are near."""
    implicit = pytest.importorskip("implicit.cpu.als")
    other = implicit.AlternatingLeastSquares(
        factors=12, regularization=0.05, alpha=2.0, iterations=40, random_state=1, use_cg=False, num_threads=1
    )
    other.fit(ratings, show_progress=False)

    def loss(users, items):
        products = users.astype(float) @ items.T.astype(float)
        weight = np.where(ratings.toarray() > 0, 2.0 * ratings.toarray(), 1.0)
        fit = (weight * ((ratings.toarray() > 0) - products) ** 2).sum()
        return fit + 0.05 * ((users.astype(float) ** 2).sum() + (items.astype(float) ** 2).sum())

    ours, theirs = loss(model.user_factors, model.item_factors), loss(other.user_factors, other.item_factors)
    assert abs(ours / theirs - 1) < 0.1, (ours, theirs)


def test_bad_calls_are_errors(model, ratings):
    for call, error in [
        (lambda: model.recommend(1, None), ValueError),
        (lambda: model.recommend([1, 2], ratings[1]), ValueError),
        (lambda: model.recommend(1, ratings[1], items=[1], filter_items=[2]), ValueError),
        (lambda: model.recommend(1, ratings[1], items=[160]), IndexError),
        (lambda: model.recommend(1000, ratings[1]), IndexError),
        (lambda: model.recalculate_user([1, 2], ratings[1]), ValueError),
        (lambda: model.recalculate_user(1, sparse.csr_matrix(([1.0], ([0], [160])), shape=(1, 161))), IndexError),
        (lambda: AlternatingLeastSquares().explain(1, ratings, 1), RuntimeError),
        (lambda: AlternatingLeastSquares().recommend(1, ratings[1]), RuntimeError),
        (lambda: AlternatingLeastSquares(factors=0).fit(ratings, show_progress=False), ValueError),
        (lambda: AlternatingLeastSquares().fit(ratings.toarray()), TypeError),
    ]:
        with pytest.raises(error):
            call()
