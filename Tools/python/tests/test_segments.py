"""Segments that are written one by one, and the catalogue that is made of them."""

import hashlib
import json

import numpy as np
import pytest

import akin_index as akin
from akin_index.catalogue import write_segment


def parts(count, seed, width=6):
    random = np.random.default_rng(seed)
    ids = random.permutation(1000)[:300]
    vectors = random.normal(size=(300, width)).astype(np.float32)
    bounds = np.sort(random.choice(np.arange(1, 300), count - 1, replace=False))
    return list(zip(np.split(ids, bounds), np.split(vectors, bounds)))


def written(folder, rows, **options):
    return [write_segment(folder, akin.Embeddings.of(vectors, ids), **options)["digest"] for ids, vectors in rows]


def digests(path):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in path.iterdir()}


@pytest.mark.parametrize("count, seed", [(1, 1), (2, 2), (7, 3)])
def test_parts_answer_as_the_whole(tmp_path, count, seed):
    rows = parts(count, seed)
    (tmp_path / "parts").mkdir()
    shop = akin.Catalogue.adopt(tmp_path / "shop", written(tmp_path / "parts", rows), tmp_path / "parts")
    whole = akin.Index.build(np.concatenate([v for _, v in rows]), np.concatenate([i for i, _ in rows]))
    queries = np.random.default_rng(seed + 50).normal(size=(20, 6)).astype(np.float32)
    for k in (1, 10, 400):
        found, wanted = shop.open().search(queries, k, exact=True), whole.search(queries, k, exact=True)
        assert np.array_equal(found[0], wanted[0]) and np.array_equal(found[1], wanted[1]), f"seed {seed}, k {k}"
    assert akin.verify(tmp_path / "shop")
    assert list((tmp_path / "parts").iterdir()) == []


def test_the_bytes_depend_on_the_parts_alone(tmp_path):
    rows = parts(3, 4)
    for name in "ab":
        (tmp_path / f"parts-{name}").mkdir()
    akin.Catalogue.adopt(tmp_path / "a", written(tmp_path / "parts-a", rows, m=8), tmp_path / "parts-a", m=8)
    written(tmp_path / "parts-b", reversed(rows), m=8, threads=1)
    akin.Catalogue.adopt(tmp_path / "b", written(tmp_path / "parts-b", rows, m=8), tmp_path / "parts-b", check=False, m=8)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_a_generation_follows_the_one_that_the_caller_knows(tmp_path):
    rows = parts(2, 5)
    (tmp_path / "parts").mkdir()
    first = written(tmp_path / "parts", rows)
    shop = akin.Catalogue.adopt(tmp_path / "shop", first, tmp_path / "parts")
    again = written(tmp_path / "parts", rows[:1])
    with pytest.raises(akin.UsageError, match="holds a catalogue already, of generation 1"):
        akin.Catalogue.adopt(tmp_path / "shop", again, tmp_path / "parts")
    akin.Catalogue.adopt(tmp_path / "shop", again, tmp_path / "parts", after=1)
    assert shop.open().live == len(rows[0][0]) and shop.open().generation == 2
    assert shop.open(1).live == 300 and shop.open(1).generation == 1
    with pytest.raises(akin.SystemFailure, match="another process has written generation 2"):
        akin.Catalogue.adopt(tmp_path / "shop", written(tmp_path / "parts", rows), tmp_path / "parts", after=1)
    with pytest.raises(akin.InputError, match="has no generation 3"):
        shop.open(3)


def test_what_is_refused(tmp_path):
    (tmp_path / "parts").mkdir()
    one, other = written(tmp_path / "parts", parts(2, 6))
    shop = tmp_path / "shop"
    for digests, options, sentence in [
        ([], {}, "at least 1"),
        (["x"], {}, "must be digests of 32 hexadecimal digits, found 'x' at place 0"),
        (["0" * 32], {}, "no such file"),
        ([one, other], {"ef_construction": 50}, "must be alike: expected the build options"),
        ([one, one], {}, "has a row in"),
        ([one, *written(tmp_path / "parts", parts(1, 6, width=7))], {}, "must be alike: expected the dimension 6, found 7"),
    ]:
        with pytest.raises(akin.AkinError, match=sentence):
            akin.Catalogue.adopt(shop, digests, tmp_path / "parts", **options)
    assert not shop.exists()
    with pytest.raises(akin.UsageError, match="the number of items of a segment must be at least 1"):
        write_segment(tmp_path / "parts", akin.Embeddings.of(np.empty((0, 3), np.float32)))
    with pytest.raises(akin.SystemFailure):
        write_segment(tmp_path / "none", akin.Embeddings.of(np.ones((2, 3), np.float32)))
    assert json.loads(akin.run("catalogue", "info", akin.Catalogue.adopt(shop, [one], tmp_path / "parts").path, "--json")[1])
