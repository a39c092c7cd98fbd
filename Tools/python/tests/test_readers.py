"""Readers, of files that others wrote."""

import numpy as np
import pytest

import akin_index as akin
from akin_index import read, read_peer

pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.parquet")
pytest.importorskip("pyarrow.feather")
h5py = pytest.importorskip("h5py")


@pytest.fixture
def some(vectors):
    return vectors[:40]


def arrow(rows, kind):
    return pyarrow.array([None if row is None else list(map(float, row)) for row in rows], kind)


@pytest.mark.parametrize(
    "kind", [pyarrow.list_(pyarrow.float32()), pyarrow.large_list(pyarrow.float64()), pyarrow.list_(pyarrow.float32(), 12)]
)
@pytest.mark.parametrize("ending", [".parquet", ".feather"])
def test_tables(some, tmp_path, kind, ending):
    table = pyarrow.table({"id": [f"i{row}" for row in range(40)], "year": range(40), "v": arrow(some, kind)})
    path = str(tmp_path / f"t{ending}")
    if ending == ".parquet":
        pyarrow.parquet.write_table(table, path, row_group_size=7)
    else:
        pyarrow.feather.write_feather(table, path)
    found = read(path)
    assert (found.vectors == some).all() and found.ids[39] == "i39"
    assert akin.Index.build(*found[:2]).search(some[4], 1)[0][0] == "i4"
    assert (read(path, column="v", id_column="year").ids == np.arange(40)).all()
    with pytest.raises(akin.InputError, match="no column 'w'; it has id, year, v"):
        read(path, column="w")


def test_nulls_and_lengths_are_refused_with_the_row(some, tmp_path):
    from akin_index.readers import arrow_vectors

    rows = list(some[:6])
    for place, row, kind, sentence in [
        (4, None, pyarrow.list_(pyarrow.float32()), "a null in row 4"),
        (4, None, pyarrow.list_(pyarrow.float32(), 12), "a null in row 4"),
        (3, rows[0][:5], pyarrow.list_(pyarrow.float32()), "5 components in row 3, expected 12"),
    ]:
        column = arrow([*rows[:place], row, *rows[place + 1 :]], kind)
        for given in (column, pyarrow.chunked_array([column[:2], column[2:]])):
            with pytest.raises(akin.InputError, match=sentence):
                arrow_vectors(given)
    inner = pyarrow.array([[1.0, 2.0], [1.0, None]], pyarrow.list_(pyarrow.float32(), 2))
    with pytest.raises(akin.InputError, match="a null in row 1"):
        arrow_vectors(inner)


def test_arrays(some, tmp_path):
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        file["train"], file["test"] = some, some[:3]
        file.attrs["distance"] = "angular"
    found = read(tmp_path / "a.hdf5")
    assert (found.vectors == some).all() and found.metric == "cosine"
    assert (read(tmp_path / "a.hdf5", column="test").vectors == some[:3]).all()
    np.savez(tmp_path / "a.npz", item_factors=some, ids=np.arange(40) + 5, bias=np.zeros(40))
    assert (read(tmp_path / "a.npz").vectors == some).all() and read(tmp_path / "a.npz").ids[0] == 5
    np.save(tmp_path / "a.npy", some.astype(np.float64))
    assert (read(tmp_path / "a.npy").vectors == some).all()
    np.savez(tmp_path / "b.npz", a=some, b=some)
    for name, error, sentence in [
        ("b.npz", akin.InputError, "found a, b"),
        ("c.vec", akin.UsageError, "the ending says no format"),
        ("none.hdf5", akin.SystemFailure, "none.hdf5"),
        ("none.parquet", akin.SystemFailure, "none.parquet"),
    ]:
        with pytest.raises(error, match=sentence):
            read(tmp_path / name)


def test_peers(some, tmp_path):
    ids = np.arange(40) * 3 + 1
    path = str(tmp_path / "f")
    tried = 0

    def check(found, exact=True, own=True):
        nonlocal tried
        tried += 1
        assert np.allclose(found.vectors, some, atol=0 if exact else 0.02) and (not own or (found.ids == ids).all())

    try:
        import hnswlib

        peer = hnswlib.Index("l2", 12)
        peer.init_index(40)
        peer.add_items(some, ids)
        peer.save_index(path)
        check(read_peer(path, "hnswlib", 12, "euclidean"))
    except ImportError:
        pass
    try:
        from usearch.index import Index

        peer = Index(ndim=12, metric="l2sq", dtype="f32")
        peer.add(ids, some)
        peer.save(path)
        found = read_peer(path)
        check(found)
        assert found.metric == "euclidean" and not found.note
        # As large as they were, whatever they were stored as.
        peer = Index(ndim=12, metric="cos", dtype="i8")
        unit = some / np.linalg.norm(some, axis=1, keepdims=True)
        peer.add(ids, unit)
        peer.save(path)
        found = read_peer(path, "usearch")
        assert np.allclose(found.vectors, unit, atol=0.02) and "i8" in found.note
    except ImportError:
        pass
    try:
        import voyager

        peer = voyager.Index(voyager.Space.Euclidean, 12)
        peer.add_items(some, ids)
        peer.save(path)
        check(read_peer(path))
        peer = voyager.Index(voyager.Space.Euclidean, 12, storage_data_type=voyager.StorageDataType.Float8)
        peer.add_items(some / 10, ids)
        peer.save(path)
        assert "Float8" in read_peer(path).note
    except ImportError:
        pass
    try:
        import faiss

        for inner in (faiss.IndexFlatL2(12), faiss.IndexHNSWFlat(12, 8)):
            inner.add(some)
            faiss.write_index(inner, path)
            found = read_peer(path)
            check(found, own=False)
            assert not found.note
            mapped = faiss.IndexIDMap(faiss.IndexFlatIP(12))
            mapped.add_with_ids(some, ids)
            faiss.write_index(mapped, path)
            found = read_peer(path, "faiss")
            check(found)
            assert found.metric == "inner-product"
        coded = faiss.IndexScalarQuantizer(12, faiss.ScalarQuantizer.QT_8bit)
        coded.train(some)
        coded.add(some)
        faiss.write_index(coded, path)
        assert "IndexScalarQuantizer" in read_peer(path).note
        (tmp_path / "damaged").write_bytes(b"IxF2 and nothing more")
        with pytest.raises(akin.InputError, match="damaged: faiss does not read it"):
            read_peer(tmp_path / "damaged")
    except ImportError:
        pass
    try:
        import annoy

        peer = annoy.AnnoyIndex(12, "euclidean")
        for row, vector in enumerate(some):
            peer.add_item(row, vector)
        peer.build(2)
        peer.save(path)
        check(read_peer(path, "annoy", 12, "euclidean"), own=False)
    except ImportError:
        pass
    with pytest.raises(akin.UsageError, match="neither dimension nor metric"):
        read_peer(path, "hnswlib")
    (tmp_path / "other").write_bytes(b"another file")
    with pytest.raises(akin.UsageError, match="does not tell which library"):
        read_peer(tmp_path / "other")
    with pytest.raises(akin.SystemFailure, match="no such file"):
        read_peer(tmp_path / "none")
    with pytest.raises(akin.UsageError, match="library must be"):
        read_peer(path, "lucene")
    with pytest.raises(akin.SystemFailure, match="no such file"):
        read_peer(str(tmp_path / "none"), "faiss")
    if not tried:
        pytest.skip("none of the libraries is installed")
