#!/usr/bin/env python3
"""What the page "Coming from other libraries" (Sources/Akin/Akin.docc/ComingFrom.md) says of others, tried on small inputs.

usage: coming_from.py [PACKAGE ...]

One line a claim: holds, differs (with what was found), or package missing; a package of another version than the page's is
named. Exit code 1 when a claim differs. Installs nothing.

needs: numpy, and those of the packages in VERSIONS that are to be checked; akin at $AKIN, or .build/release/akin beside this
checkout, or the imports are left out
"""
import importlib.metadata
import os
import subprocess
import sys
import tempfile

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.path.abspath(os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin")))
VERSIONS = {
    "hnswlib": "0.8.0", "voyager": "2.2.3", "usearch": "2.26.6", "faiss-cpu": "1.15.1", "ngt": "2.8.0.post1",
    "pynndescent": "0.7.0", "scalable-vs": "0.5.0", "scann": "1.4.2", "sqlite-vec": "0.1.9", "lancedb": "0.40.0",
    "implicit": "0.7.3", "safetensors": "0.8.0", "annoy": "1.17.3", "duckdb": "2.0.1",
    "pyspark": "4.0.1",
}

# Four items, one of them zero, and a query: inner products 25, 8, 0, 7; squared distances 0, 13, 25, 14.
X = np.array([[3, 4, 0], [0, 2, 0], [0, 0, 0], [1, 1, 1]], np.float32)
Q = np.array([[3, 4, 0]], np.float32)
DOT, SQUARED, COSINE = [25, 8, 7, 0], [0, 13, 14, 25], [1, 7 / (5 * 3 ** .5), .8]
UNIT = np.array([.6, .8, 0], np.float32)
CLAIMS = []


def claim(package, text):
    def keep(function):
        CLAIMS.append((package, text, function))
        return function
    return keep


def same(found, wanted):
    """Raises with both where they are not equal up to rounding."""
    if not np.allclose(np.asarray(found, np.float64), np.asarray(wanted, np.float64), atol=1e-5, equal_nan=True):
        raise AssertionError(f"{found}, not {wanted}")


def imports(vectors, *options):
    """Whether `akin import` takes the vectors, if there is an akin."""
    np.save("v.npy", vectors)
    if os.access(AKIN, os.X_OK):
        done = subprocess.run([AKIN, "import", "v.npy", "-o", "v.emb", "-f", *options], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stderr.strip())


def refuses(act):
    try:
        found = act()
    except Exception:
        return
    raise AssertionError(f"no error but {found}")


def hnsw(package, space):
    if package == "hnswlib":
        import hnswlib
        index = hnswlib.Index(space, 3)
        index.init_index(10)
        index.add_items(X, num_threads=1)
        return index, index.knn_query
    import voyager
    spaces = {"l2": voyager.Space.Euclidean, "ip": voyager.Space.InnerProduct, "cosine": voyager.Space.Cosine}
    index = voyager.Index(spaces[space], num_dimensions=3)
    index.add_items(X, num_threads=1)
    return index, index.query


for package in ("hnswlib", "voyager"):
    @claim(package, "(ids, distances): squared, 1 - inner product, 1 - cosine; ascending; zero has cosine 0")
    def _(package=package):
        for space, wanted in (("l2", SQUARED), ("ip", [1 - x for x in DOT]), ("cosine", [0, 1 - COSINE[1], .2, 1])):
            same(hnsw(package, space)[1](Q, 4)[1][0], wanted)

    @claim(package, "fewer than k is an error")
    def _(package=package):
        refuses(lambda: hnsw(package, "l2")[1](Q, 6))

    @claim(package, "cosine: vectors come back normalised, zero as zero")
    def _(package=package):
        index = hnsw(package, "cosine")[0]
        got = np.array(index.get_items([0, 2]) if package == "hnswlib" else index.get_vectors([0, 2]))
        same(got, [UNIT, X[2]])


@claim("hnswlib", "vectors out of a file")
def _():
    import hnswlib
    hnsw("hnswlib", "l2")[0].save_index("h.bin")
    i = hnswlib.Index("l2", 3)
    i.load_index("h.bin")
    ids = i.get_ids_list()
    np.save("ids.npy", ids)
    same(np.array(i.get_items(ids))[np.argsort(ids)], X)
    imports(i.get_items(ids), "--ids", "ids.npy", "--metric", "euclidean")


@claim("voyager", "vectors out of a file")
def _():
    import voyager
    hnsw("voyager", "l2")[0].save("v.voy")
    i = voyager.Index.load("v.voy")
    ids = list(i.ids)
    np.save("ids.npy", ids)
    same(i.get_vectors(ids)[np.argsort(ids)], X)
    imports(i.get_vectors(ids), "--ids", "ids.npy")


for package in ("hnswlib", "voyager"):
    @claim(package, "ids still name an item that was marked as deleted, whose vector is refused")
    def _(package=package):
        index = hnsw(package, "l2")[0]
        index.mark_deleted(1)
        ids = list(index.get_ids_list() if package == "hnswlib" else index.ids)
        same(sorted(ids), [0, 1, 2, 3])
        refuses(lambda: (index.get_items if package == "hnswlib" else index.get_vectors)(ids))


@claim("voyager", "E4M3 below 2^-6 has steps of 2^-10: 2^-7 is kept as 7 * 2^-10")
def _():
    import voyager
    index = voyager.Index(voyager.Space.Euclidean, num_dimensions=4, storage_data_type=voyager.StorageDataType.E4M3)
    index.add_item(np.array([1, 2 ** -6, 2 ** -7, 2 ** -8], np.float32))
    same(index.get_vector(0) * 2 ** 10, [2 ** 10, 16, 7, 4])


def usearch(metric, **options):
    from usearch.index import Index
    index = Index(ndim=3, metric=metric, **({"dtype": "f32"} | options))
    index.add(np.arange(4) + 5, X)
    return index


@claim("usearch", "keys and vectors are those that are left after a removal")
def _():
    from usearch.index import Index
    i = Index(ndim=3, metric="l2sq", dtype="f32")
    i.add(np.arange(4), X)
    i.remove(1)
    ids = np.array(i.keys)
    same(np.sort(ids), [0, 2, 3])
    same(i.get(ids), X[ids])


@claim("usearch", "keys, distances: squared, 1 - inner product, 1 - cosine; ascending; zero has cosine 0")
def _():
    for metric, wanted in (("l2sq", SQUARED), ("ip", [1 - x for x in DOT]), ("cos", [0, 1 - COSINE[1], .2, 1])):
        same(usearch(metric).search(Q[0], 4).distances, wanted)


@claim("usearch", "a batch pads with key 0 and NaN; one query is short")
def _():
    found = usearch("l2sq").search(np.repeat(Q, 2, 0), 6)
    same(found.keys[0][4:], [0, 0])
    same(found.distances[0][4:], [np.nan, np.nan])
    same(found.counts, [4, 4])
    same(usearch("l2sq").search(Q[0], 6).keys.shape, [4])


@claim("usearch", "cosine: vectors come back as they were added; the usual type here is bf16")
def _():
    same(usearch("cos").get(np.array([5, 7])), X[[0, 2]])
    from usearch.index import Index
    assert "bf16" in str(Index(ndim=3).dtype).lower(), Index(ndim=3).dtype


@claim("usearch", "vectors out of a file")
def _():
    import usearch.index
    usearch_index = globals()["usearch"]("ip")
    usearch_index.save("u.usearch")
    i = usearch.index.Index.restore("u.usearch")
    ids = np.array(i.keys)
    np.save("ids.npy", ids)
    same(np.array(i.get(ids))[np.argsort(ids)], X)
    imports(np.array(i.get(ids)), "--ids", "ids.npy")


def faiss_index(kind, metric):
    import faiss
    metric = faiss.METRIC_L2 if metric == "l2" else faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexFlat(3, metric) if kind == "flat" else faiss.IndexHNSWFlat(3, 8, metric)
    index.add(X)
    return index


@claim("faiss-cpu", "(distances, ids): squared ascending, or inner products descending; pads with id -1 and +-3.4e38")
def _():
    most = np.finfo(np.float32).max
    for kind in ("flat", "hnsw"):
        for metric, wanted in (("l2", SQUARED + [most] * 2), ("ip", DOT + [-most] * 2)):
            scores, ids = faiss_index(kind, metric).search(Q, 6)
            same(scores[0], wanted)
            same(ids[0], [0, 1, 3, 2, -1, -1])


@claim("faiss-cpu", "normalize_L2 first: inner products are cosines, descending; zero stays zero")
def _():
    import faiss
    unit, query = X.copy(), Q.copy()
    faiss.normalize_L2(unit), faiss.normalize_L2(query)
    same(unit[2], [0, 0, 0])
    index = faiss.IndexFlatIP(3)
    index.add(unit)
    same(index.search(query, 4)[0][0], COSINE + [0])


@claim("faiss-cpu", "codes (SQ, PQ) give back rounded vectors")
def _():
    import faiss
    rows = np.random.default_rng(1).normal(size=(300, 4)).astype(np.float32)
    for index in (faiss.IndexScalarQuantizer(4, faiss.ScalarQuantizer.QT_8bit), faiss.IndexPQ(4, 2, 4)):
        index.train(rows)
        index.add(rows)
        assert 1e-4 < abs(index.reconstruct_n(0, 300) - rows).max() < 3


@claim("faiss-cpu", "vectors out of a file")
def _():
    import faiss
    faiss.write_index(faiss_index("hnsw", "l2"), "f.faiss")
    i = faiss.read_index("f.faiss")
    same(i.reconstruct_n(0, i.ntotal), X)
    imports(i.reconstruct_n(0, i.ntotal), "--metric", "euclidean")


@claim("faiss-cpu", "after removals ids of IndexFlat move up, those of IVF stay: its vectors and ids come from the lists; IDMap")
def _():
    import faiss
    rows = np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)
    flat, ivf, named = (faiss.index_factory(4, kind) for kind in ("Flat", "IVF4,Flat", "IDMap,Flat"))
    ivf.train(rows)
    for index in (flat, ivf):
        index.add(rows)
        index.remove_ids(np.arange(10))
    same(flat.reconstruct_n(0, 190), rows[10:])
    same(ivf.reconstruct_n(0, 190)[10:], rows[10:190])
    i = ivf
    ids = np.concatenate([faiss.rev_swig_ptr(i.invlists.get_ids(n), i.invlists.list_size(n)).copy() for n in range(i.nlist)])
    i.set_direct_map_type(faiss.DirectMap.Hashtable)
    same(np.sort(ids), np.arange(10, 200))
    same(i.reconstruct_batch(ids), rows[ids])
    named.add_with_ids(rows, np.arange(1000, 1200))
    named.remove_ids(np.array([1005]))
    same(named.index.reconstruct_n(0, named.ntotal), rows[faiss.vector_to_array(named.id_map) - 1000])


def ngt(distance, rows=X):
    import ngtpy
    path = tempfile.mkdtemp(dir=".")
    ngtpy.create(path, 3, distance_type=distance)
    index = ngtpy.Index(path)
    index.batch_insert(rows, num_threads=1)
    return index


@claim("ngt", "pairs (id, distance), short where short: L2 not squared, Normalized Cosine 1 - cosine")
def _():
    same([d for _, d in ngt("L2").search(Q[0], 6)], np.sqrt(SQUARED))
    same([d for _, d in ngt("Normalized Cosine", X[[0, 1, 3]]).search(Q[0], 6)], [0, 1 - COSINE[1], .2])


@claim("ngt", "Inner Product: sqrt(|q|^2 + max |x|^2 - 2 q.x)")
def _():
    same([d for _, d in ngt("Inner Product").search(Q[0], 6)], np.sqrt(25 + 25 - 2 * np.array(DOT)))


@claim("ngt", "Normalized Cosine: zero is left out, and later items get earlier ids; vectors come back normalised")
def _():
    index = ngt("Normalized Cosine")
    same(index.get_object(0), UNIT)
    same(index.get_object(2), X[3] / 3 ** .5)


@claim("ngt", "after a removal its id is refused, and given away again")
def _():
    index = ngt("L2")
    index.remove(1)
    same(index.get_num_of_objects(), 3)
    refuses(lambda: index.get_object(1))
    same(index.insert(X[1]), 1)


@claim("ngt", "vectors out of a folder, with L2 as they were added")
def _():
    import ngtpy
    path = tempfile.mkdtemp(dir=".")
    ngtpy.create(path, 3, distance_type="L2")
    index = ngtpy.Index(path)
    index.batch_insert(X, num_threads=1)
    index.save()
    i = ngtpy.Index(path)
    same([i.get_object(n) for n in range(i.get_num_of_objects())], X)


def pynn(metric, rows, k):
    import pynndescent
    points = np.random.default_rng(1).normal(size=(rows, 3)).astype(np.float32)
    index = pynndescent.NNDescent(points, metric=metric, n_neighbors=3 if rows < 10 else 5, random_state=1)
    ids, distances = index.query(points[:1], k)
    return points, ids[0], distances[0]


@claim("pynndescent", "(ids, distances) ascending: euclidean not squared, cosine and dot 1 - cosine, inner_product -q.x")
def _():
    for metric in ("euclidean", "cosine", "dot", "inner_product"):
        points, ids, distances = pynn(metric, 50, 5)
        dot, norms = points[ids] @ points[0], np.linalg.norm(points[ids], axis=1) * np.linalg.norm(points[0])
        same(distances, {"euclidean": np.linalg.norm(points[ids] - points[0], axis=1), "inner_product": -dot}.get(
            metric, 1 - dot / norms))


@claim("pynndescent", "pads by an item again, at infinity")
def _():
    _, ids, distances = pynn("euclidean", 7, 10)
    assert np.isinf(distances[7:]).all() and len(set(ids[7:])) == 1 and 0 <= ids[7] < 7, (ids, distances)


def vamana(metric, k):
    import svs
    index = svs.Vamana.build(svs.VamanaBuildParameters(graph_max_degree=8, window_size=20), X, getattr(svs.DistanceType, metric))
    index.search_window_size = 10
    return index.search(Q, k)


@claim("scalable-vs", "(ids, scores): L2 squared ascending; MIP and Cosine descending; zero has cosine NaN")
def _():
    same(vamana("L2", 4)[1][0], SQUARED)
    same(vamana("MIP", 4)[1][0], DOT)
    ids, scores = vamana("Cosine", 4)
    same(sorted(scores[0][ids[0] != 2], reverse=True), COSINE)
    assert np.isnan(scores[0][ids[0] == 2]).all(), scores


@claim("scalable-vs", "Vamana pads with item 0 at score 0")
def _():
    for metric in ("L2", "MIP"):
        ids, scores = vamana(metric, 6)
        same(ids[0], [0, 1, 3, 2, 0, 0])
        same(scores[0][4:], [0, 0])


@claim("scalable-vs", "vectors out of an index")
def _():
    import svs
    i = svs.Vamana.build(svs.VamanaBuildParameters(graph_max_degree=8, window_size=20), X, svs.DistanceType.L2)
    same(i.reconstruct(np.arange(i.size, dtype=np.uint64)), X)
    imports(i.reconstruct(np.arange(i.size, dtype=np.uint64)))


@claim("scann", "(ids, scores): dot_product descending, squared_l2 ascending; a batch pads with item 0 and NaN")
def _():
    import scann
    for metric, wanted in (("dot_product", DOT), ("squared_l2", SQUARED)):
        searcher = scann.scann_ops_pybind.builder(X, 4, metric).score_brute_force().build()
        same(searcher.search(Q[0], final_num_neighbors=6)[1], wanted)
        ids, scores = searcher.search_batched(Q, final_num_neighbors=6)
        same(ids[0], [0, 1, 3, 2, 0, 0])
        same(scores[0], wanted + [np.nan] * 2)


@claim("scann", "normalised first, dot_product is the cosine, descending")
def _():
    import scann
    unit = X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-30)
    searcher = scann.scann_ops_pybind.builder(unit, 4, "dot_product").score_brute_force().build()
    same(searcher.search(Q[0] / 5, final_num_neighbors=4)[1], COSINE + [0])


@claim("sqlite-vec", "no metric of inner products")
def _():
    import apsw
    import sqlite_vec
    db = apsw.Connection(":memory:")
    db.enable_load_extension(True)
    db.load_extension(sqlite_vec.loadable_path())
    for name in ("ip", "dot", "inner_product"):
        refuses(lambda: list(db.execute(f"create virtual table t{name} using vec0(v float[3] distance_metric={name})")))


@claim("annoy", "(ids, distances), short where short: L2 not squared, dot descending, angular sqrt(2 - 2 cosine), zero as of cosine 0")
def _():
    import annoy
    for metric, wanted in (("euclidean", np.sqrt(SQUARED)), ("dot", DOT), ("angular", np.sqrt(2 - 2 * np.array(COSINE + [0])))):
        i = annoy.AnnoyIndex(3, metric)
        for n, row in enumerate(X):
            i.add_item(n, row)
        i.build(10)
        same(i.get_nns_by_vector(Q[0], 6, include_distances=True)[1], wanted)


@claim("annoy", "ids that were never added are rows of zeros, in no answer")
def _():
    import annoy
    i = annoy.AnnoyIndex(3, "euclidean")
    i.add_item(0, X[0]), i.add_item(3, X[3]), i.build(10)
    same([i.get_item_vector(n) for n in range(i.get_n_items())], [X[0], X[2], X[2], X[3]])
    same(i.get_nns_by_vector(Q[0], 6), [0, 3])


@claim("annoy", "vectors out of a file, by any metric as they were added")
def _():
    import annoy
    for metric in ("euclidean", "dot", "angular"):
        i = annoy.AnnoyIndex(3, metric)
        for n, row in enumerate(X):
            i.add_item(n, row)
        i.build(10), i.save("a.ann")
        i = annoy.AnnoyIndex(3, metric)
        i.load("a.ann")
        vectors = np.array([i.get_item_vector(n) for n in range(i.get_n_items())], np.float32)
        same(vectors, X)
        imports(vectors)


@claim("sqlite-vec", "rows by distance: L2 not squared, cosine 1 - cosine; short where short; vectors as raw float32")
def _():
    import apsw
    import sqlite_vec
    db = apsw.Connection(":memory:")
    db.enable_load_extension(True)
    db.load_extension(sqlite_vec.loadable_path())
    run = lambda *words: list(db.cursor().execute(*words))
    for metric, rows, wanted in (("L2", X, np.sqrt(SQUARED)), ("cosine", X[[0, 1, 3]], [0, 1 - COSINE[1], .2])):
        run(f"create virtual table t{metric} using vec0(v float[3] distance_metric={metric})")
        for number, row in enumerate(rows):
            run(f"insert into t{metric}(rowid, v) values (?, ?)", (number, row.tobytes()))
        same([d for _, d in run(f"select rowid, distance from t{metric} where v match ? and k = 6", (Q.tobytes(),))], wanted)
    i = np.stack([np.frombuffer(v, "<f4") for v, in run("select v from tL2 order by rowid")])
    same(i, X)
    imports(i)


@claim("sqlite-vec", "a zero vector by cosine has distance NULL, and is first where it was inserted first")
def _():
    import apsw
    import sqlite_vec
    db = apsw.Connection(":memory:")
    db.enable_load_extension(True)
    db.load_extension(sqlite_vec.loadable_path())
    run = lambda *words: list(db.cursor().execute(*words))
    for name, order in (("before", (2, 0, 1, 3)), ("after", (0, 1, 3, 2))):
        run(f"create virtual table {name} using vec0(v float[3] distance_metric=cosine)")
        for row in order:
            run(f"insert into {name}(rowid, v) values (?, ?)", (row, X[row].tobytes()))
    nearest = "select rowid, distance from {} where v match ? and k = 1"
    before, after = (run(nearest.format(name), (Q.tobytes(),)) for name in ("before", "after"))
    if before != [(2, None)]:
        raise AssertionError(before)
    same(after, [(0, 0)])


@claim("duckdb", "L2 not squared, inner product, cosine; the cosine of a zero vector is NaN, first where descending")
def _():
    import duckdb
    db = duckdb.connect()
    db.execute("create table t (id int, v float[3])")
    db.executemany("insert into t values (?, ?)", [(n, row.tolist()) for n, row in enumerate(X)])
    for function, order, wanted in (("array_distance", "asc", np.sqrt(SQUARED)), ("array_inner_product", "desc", DOT),
                                    ("array_cosine_similarity", "desc", [np.nan] + COSINE)):
        rows = db.execute(f"select {function}(v, {Q[0].tolist()}::float[3]) as s from t order by s {order}").fetchall()
        same([score for score, in rows], wanted)


@claim("lancedb", "rows by _distance: l2 squared, dot 1 - q.x, cosine 1 - cosine without the zero vector; short where short")
def _():
    import lancedb
    import pyarrow as pa
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(X.ravel()), 3)
    table = lancedb.connect(tempfile.mkdtemp(dir=".")).create_table("t", pa.table({"id": pa.array(range(4)), "vector": vectors}))
    for metric, wanted in (("l2", SQUARED), ("dot", [1 - x for x in DOT]), ("cosine", [0, 1 - COSINE[1], .2])):
        same(table.search(Q[0]).distance_type(metric).limit(6).to_arrow()["_distance"].to_pylist(), wanted)
    got = np.stack(table.to_arrow()["vector"].to_numpy())
    same(got, X)
    imports(got)


def fitted(kind):
    import implicit.cpu.als
    import implicit.cpu.bpr
    import implicit.cpu.lmf
    import scipy.sparse
    type = {"als": implicit.cpu.als.AlternatingLeastSquares, "bpr": implicit.cpu.bpr.BayesianPersonalizedRanking,
            "lmf": implicit.cpu.lmf.LogisticMatrixFactorization}[kind]
    seen = (np.random.default_rng(1).random((12, 9)) < .35).astype(np.float32)
    seen[0] = 1
    model = type(factors=4, num_threads=1, random_state=1)
    model.fit(scipy.sparse.csr_matrix(seen), show_progress=False)
    return model, scipy.sparse.csr_matrix(seen)


@claim("implicit", "recommend: (ids, inner products) descending; similar_items: cosines")
def _():
    model, seen = fitted("als")
    ids, scores = model.recommend(1, seen[1], N=3)
    same(scores, model.item_factors[ids] @ model.user_factors[1])
    ids, scores = model.similar_items(0, N=4)
    norms = np.linalg.norm(model.item_factors[ids], axis=1) * np.linalg.norm(model.item_factors[0])
    same(scores, model.item_factors[ids] @ model.item_factors[0] / norms)


@claim("implicit", "recommend: seen items come last, with -3.4e38, where the others do not fill N")
def _():
    model, seen = fitted("als")
    ids, scores = model.recommend(1, seen[1], N=9)
    unseen = 9 - seen[1].nnz
    assert set(ids[unseen:]) == set(seen[1].indices) and (scores[unseen:] < -3e38).all(), (ids, scores)


@claim("implicit", "recommend and similar_items: beyond all items, item 0 at score 0")
def _():
    model, seen = fitted("als")
    for ids, scores in (model.recommend(1, seen[1], N=12), model.similar_items(0, N=12)):
        same(ids[9:], [0, 0, 0])
        same(scores[9:], [0, 0, 0])


@claim("implicit", "ALS: the file of save goes into akin import as it is")
def _():
    model, _ = fitted("als")
    model.save("m.npz")
    if os.access(AKIN, os.X_OK):
        done = subprocess.run([AKIN, "import", "m.npz", "-o", "m.emb"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@claim("implicit", "BPR: a last column more; of users it is 1, of items the bias")
def _():
    model, _ = fitted("bpr")
    same([model.user_factors.shape[1], model.item_factors.shape[1]], [5, 5])
    same(model.user_factors[:, -1], np.ones(12))
    np.save("users.npy", model.user_factors[:, :-1])
    np.save("biases.npy", model.item_factors[:, -1])
    imports(model.item_factors[:, :-1], "--biases", "biases.npy", "--users", "users.npy")


@claim("implicit", "LMF: two columns more; users 1 and bias, items bias and 1")
def _():
    model, _ = fitted("lmf")
    same([model.user_factors.shape[1], model.item_factors.shape[1]], [6, 6])
    same(model.user_factors[:, -2], np.ones(12))
    same(model.item_factors[:, -1], np.ones(9))
    np.save("users.npy", model.user_factors[:, :-2])
    np.save("biases.npy", model.item_factors[:, -2])
    imports(model.item_factors[:, :-2], "--biases", "biases.npy", "--users", "users.npy")


@claim("pyspark", "ALS: folders of Parquet parts, id and features, whose rows are in no order of ids")
def _():
    os.environ.pop("SPARK_HOME", None)
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    import pyarrow.dataset
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import SparkSession

    settings = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = settings.config("spark.driver.host", "127.0.0.1").getOrCreate()
    pairs = [(3 * user, 7 * item, 1.0) for user in range(30) for item in range(20) if (user * item) % 3 == 1]
    ratings = spark.createDataFrame(pairs, "user int, item int, rating float")
    model = ALS(rank=3, seed=1, userCol="user", itemCol="item", ratingCol="rating", implicitPrefs=True).fit(ratings)
    model.save("als")
    kept = {}
    for side, factors in (("item", model.itemFactors), ("user", model.userFactors)):
        table = pyarrow.dataset.dataset(f"als/{side}Factors", format="parquet").to_table()
        ids, vectors = table["id"].to_numpy(), np.array(table["features"].to_pylist(), np.float32)
        assert (np.diff(ids) < 0).any(), f"the {side}s are in the order of their ids"
        order = np.argsort(ids)
        truth = {row["id"]: row["features"] for row in factors.collect()}
        same(vectors[order], [truth[number] for number in ids[order].tolist()])
        np.save(f"{side}_ids.npy", ids[order])
        kept[side] = vectors[order]
    spark.stop()
    np.save("users.npy", kept["user"])
    imports(kept["item"], "--ids", "item_ids.npy", "--users", "users.npy", "--user-ids", "user_ids.npy")


@claim("safetensors", "the numpy writer of 0.8.0 writes the memory of arrays that are not contiguous, so values change places")
def _():
    from safetensors.numpy import load_file, save_file
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    save_file({"a": rows.T, "b": np.ascontiguousarray(rows.T)}, "s.safetensors")
    same(load_file("s.safetensors")["a"], [[0, 1], [2, 3], [4, 5]])
    same(load_file("s.safetensors")["b"], rows.T)


def quietly(function):
    """Runs a claim with both streams of the process closed to it; some libraries print from C."""
    sys.stdout.flush()
    kept, sink = [os.dup(1), os.dup(2)], os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1), os.dup2(sink, 2)
    try:
        function()
    finally:
        os.dup2(kept[0], 1), os.dup2(kept[1], 2)
        for number in (*kept, sink):
            os.close(number)


def main():
    chosen, differ = set(sys.argv[1:]) or set(VERSIONS), 0
    if chosen - set(VERSIONS):
        sys.exit(f"known packages: {', '.join(VERSIONS)}")
    if not os.access(AKIN, os.X_OK):
        print(f"no {AKIN}: imports are left out")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for package, text, function in CLAIMS:
            if package not in chosen:
                continue
            try:
                version = importlib.metadata.version(package)
                quietly(function)
                result = "holds"
            except (importlib.metadata.PackageNotFoundError, ImportError) as error:
                print(f"package missing  {package}: {text} ({error})")
                continue
            except Exception as error:
                result, differ = f"differs: {type(error).__name__}: {error}", differ + 1
            note = "" if version == VERSIONS[package] else f" [{version}, the page has {VERSIONS[package]}]"
            print(f"{result:<16} {package}: {text}{note}", flush=True)
        os.chdir("/")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
