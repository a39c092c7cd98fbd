"""Attributes of items, limits on categories, explanations, switches, and pictures."""

import threading
import time

import numpy as np
import pytest

import akin_index as akin


@pytest.fixture(scope="module")
def files(ratings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("items")
    lines = ["item,title,genre,year,maker,new,since"]
    for i in range(160):
        genre = "" if i % 9 == 0 else "ABCD"[i % 4] + ("|E" if i % 5 == 0 else "")
        maker = "" if i % 7 == 0 else f"M{i % 3}"
        lines.append(
            f"{i},The {i},{genre},{'' if i % 11 == 0 else 1950 + i},{maker},{'true' if i % 2 else 'false'},2001-09-09T01:46:40Z"
        )
    (folder / "items.csv").write_text("\n".join(lines) + "\n")
    made = akin.train(ratings, dimensions=8, epochs=6, seed=3, items=str(folder / "items.csv"))
    made.save(folder / "m.emb")
    akin.Index.build(made, path=folder / "m.idx", with_users=True)
    return folder


@pytest.fixture(scope="module", params=["embeddings", "index", "recommender", "catalogue"])
def holder(request, files, tmp_path_factory):
    if request.param == "embeddings":
        return akin.Embeddings.open(files / "m.emb")
    if request.param == "index":
        return akin.Index.open(files / "m.idx")
    if request.param == "recommender":
        return akin.Recommender(files / "m.idx")
    shop = tmp_path_factory.mktemp("shops") / "shop"
    akin.Catalogue.create(shop, akin.Embeddings.open(files / "m.emb"))
    return akin.Index.open(shop)


def test_attributes_are_those_of_the_table(holder):
    assert holder.attributes == ["genre", "year", "maker", "new", "since"]
    ids = holder.ids
    genres, years, makers = holder.attribute("genre"), holder.attribute("Year"), holder.attribute("maker")
    assert len(genres) == len(years) == len(makers) == len(ids) == 160
    for row, i in enumerate(ids.tolist()):
        assert set(genres[row]) == (set() if i % 9 == 0 else {"ABCD"[i % 4]} | ({"E"} if i % 5 == 0 else set()))
        assert np.isnan(years[row]) if i % 11 == 0 else years[row] == 1950 + i
        assert makers[row] == (None if i % 7 == 0 else f"M{i % 3}")
    assert holder.attribute("new").tolist() == [i % 2 == 1 for i in ids.tolist()]
    assert (holder.attribute("since") == np.datetime64("2001-09-09T01:46:40")).all()
    with pytest.raises(akin.InputError, match="did you mean 'maker'"):
        holder.attribute("makr")


def test_vectors_alone_have_no_attributes(index):
    assert index.attributes == []
    with pytest.raises(akin.InputError, match="no attribute"):
        index.attribute("genre")
    with pytest.raises(akin.InputError, match="no attribute of categories"):
        index.related(1, per_category=1)


@pytest.mark.parametrize("most", [1, 2, 5])
def test_lists_have_so_many_of_a_category(files, most):
    recommender = akin.Recommender(files / "m.idx")
    genres = dict(zip(recommender.ids.tolist(), recommender.attribute("genre").tolist()))

    def taken(ranking, k):
        """The greedy rule on the whole ranking."""
        counts, found = {}, []
        for one in ranking:
            if one >= 0 and len(found) < k and all(counts.get(genre, 0) < most for genre in genres[one]):
                found.append(one)
                counts.update({genre: counts.get(genre, 0) + 1 for genre in genres[one]})
        return found

    kept = dict(exact=True, per_category=most)
    for user in recommender.user_ids[:20].tolist():
        ranking = recommender.recommend(user, 160, exact=True)[0].tolist()
        assert recommender.recommend(user, 9, **kept)[0].tolist() == taken(ranking, 9)
    users = recommender.user_ids[:20]
    many = recommender.recommend(users, 9, **kept)[0]
    for user, found in zip(users.tolist(), many.tolist()):
        assert [one for one in found if one >= 0] == recommender.recommend(user, 9, **kept)[0].tolist()
    vector = recommender.index.embeddings().user_factors[3]
    ranking = recommender.index.search(vector, 160, exact=True)[0].tolist()
    assert recommender.index.search(vector, 9, **kept)[0].tolist() == taken(ranking, 9)
    ranking = recommender.related(7, 160, exact=True)[0].tolist()
    assert recommender.related(7, 9, **kept)[0].tolist() == taken(ranking, 9)
    ranking = recommender.recommend_history([1, 5], 160, exact=True)[0].tolist()
    assert recommender.recommend_history([1, 5], 9, **kept)[0].tolist() == taken(ranking, 9)
    for bad, sentence in [(0, "at least 1"), (-3, "at least 1"), ("2", "whole number"), (1.5, "whole number")]:
        with pytest.raises(akin.UsageError, match=sentence):
            recommender.related(7, per_category=bad)


def test_a_switch_ends_a_search(index):
    random = np.random.default_rng(5)
    many = random.normal(size=(20_000, index.dimension)).astype(np.float32)
    switch = akin.Cancellation()
    threading.Timer(0.02, switch.cancel).start()
    start = time.monotonic()
    with pytest.raises(akin.Cancelled):
        while time.monotonic() - start < 60:
            index.search(many, 100, exact=True, threads=1, cancellation=switch)
    # Whoever begins with it later is cancelled, too; others are not.
    with pytest.raises(akin.Cancelled):
        index.search(many[:100], cancellation=switch)
    assert index.search(many[:100])[0].shape == (100, 10)


@pytest.mark.parametrize("options", [dict(model="wals"), dict(model="mf", range="0.5,5.5", optimiser="sgd", epochs=3)])
def test_a_score_is_the_sum_of_its_terms(ratings, options, tmp_path):
    made = akin.train(ratings, dimensions=8, seed=3, **options)
    recommender = akin.Recommender(akin.Index.build(made), made)
    ids, scores = recommender.recommend(4, 3, exact=True)
    for item, score in zip(ids.tolist(), scores.tolist()):
        found = recommender.explain(4, item)
        assert found.score == pytest.approx(score, rel=1e-5)
        assert found.mean + found.user_bias + found.item_bias + found.dot == pytest.approx(score, rel=1e-4, abs=1e-6)
        assert found.mean == pytest.approx(made.global_mean) and (0.5 < found.prediction < 5.5 or options["model"] == "wals")
    made.save(tmp_path / "m.emb")
    opened = akin.Recommender(akin.Index.build(made), akin.Embeddings.open(tmp_path / "m.emb"))
    assert opened.explain(4, int(ids[0])) == recommender.explain(4, int(ids[0]))
    for user, item in [(4, 99_999), (99_999, 4)]:
        with pytest.raises(akin.UnknownID, match="99999"):
            recommender.explain(user, item)


class Tensor:
    """What a library gives that knows DLPack alone."""

    def __init__(self, array):
        self._array = array

    def __dlpack__(self, **given):
        return self._array.__dlpack__(**given)

    def __dlpack_device__(self):
        return self._array.__dlpack_device__()


def test_tensors_are_arrays(index, vectors):
    wanted = index.search(vectors[:3], 4)
    found = index.search(Tensor(vectors[:3].copy()), 4)
    assert (found[0] == wanted[0]).all() and (found[1] == wanted[1]).all()


def test_pictures(files):
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot

    made, index = akin.Embeddings.open(files / "m.emb"), akin.Index.open(files / "m.idx")
    drawn = made.map()
    assert sum(len(one.get_offsets()) for one in drawn.collections) == 160
    drawn = made.map("genre")
    names = [text.get_text() for text in drawn.get_legend().get_texts()]
    assert names[0] == "others" and set(names[1:]) == set("ABCD") | ({"E"} if "E" in names else set())
    assert sum(len(one.get_offsets()) for one in drawn.collections) == 160
    assert len(made.map(most=50).collections[0].get_offsets()) <= 50
    report = akin.recall(index, made.user_factors[:40], ef=[8, 32])
    drawn = report.plot()
    assert drawn.get_yscale() == "log" and drawn.get_xlabel() == "recall@10"
    assert {text.get_text() for text in drawn.get_legend().get_texts()} == {"graph", "exact"}
    own = pyplot.subplots()[1]
    assert made.map(ax=own) is own
    drawn.figure.savefig(files / "recall.png")
    pyplot.close("all")
