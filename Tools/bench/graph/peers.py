"""The peers of run.py: each builds an index from base vectors and answers the queries with one thread, width by width.

A peer has a name, the package that it comes from, and `measure(k)`, which yields (width, rows, queries per second).
"""
import time

import numpy as np

EFS = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512]


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)


class Peer:
    """What all have in common: a width is set, then all queries are asked in one call."""

    widths = EFS

    def __init__(self, base, query, metric, threads):
        self.query = query
        self.build(unit(base) if metric == "cosine" else base, metric, threads)

    def measure(self, k):
        for width in self.widths:
            if isinstance(width, int) and width < k:
                continue
            self.set(width)
            self.search(self.query[:64], k)
            start = time.perf_counter()
            rows = self.search(self.query, k)
            yield str(width), np.asarray(rows).astype(np.int64), len(self.query) / (time.perf_counter() - start)


class Hnswlib(Peer):
    name, package = "hnswlib M16", "hnswlib"
    m = 16

    def build(self, base, metric, threads):
        import hnswlib

        self.index = hnswlib.Index(space="l2" if metric == "euclidean" else "ip", dim=base.shape[1])
        self.index.init_index(max_elements=len(base), ef_construction=200, M=self.m)
        self.index.add_items(base, num_threads=threads)

    def set(self, ef):
        self.index.set_ef(ef)

    def search(self, query, k):
        return self.index.knn_query(query, k=k, num_threads=1)[0]


class Hnswlib32(Hnswlib):
    name, m = "hnswlib M32", 32


class FaissFlat(Peer):
    name, package = "faiss Flat", "faiss-cpu"
    widths = ["exact"]

    def build(self, base, metric, threads):
        import faiss

        kind = faiss.METRIC_L2 if metric == "euclidean" else faiss.METRIC_INNER_PRODUCT
        self.index = faiss.IndexFlat(base.shape[1], kind)
        self.index.add(np.ascontiguousarray(base, np.float32))

    def set(self, width):
        import faiss

        faiss.omp_set_num_threads(1)

    def search(self, query, k):
        return self.index.search(query, k)[1]


class FaissHNSW(FaissFlat):
    name, widths = "faiss HNSW32", EFS

    def build(self, base, metric, threads):
        import faiss

        faiss.omp_set_num_threads(threads)
        kind = faiss.METRIC_L2 if metric == "euclidean" else faiss.METRIC_INNER_PRODUCT
        self.index = faiss.index_factory(base.shape[1], "HNSW32,Flat", kind)
        self.index.hnsw.efConstruction = 200
        self.index.add(np.ascontiguousarray(base, np.float32))

    def set(self, ef):
        super().set(ef)
        self.index.hnsw.efSearch = ef


class USearch(Peer):
    name, package = "usearch f32", "usearch"

    def build(self, base, metric, threads):
        from usearch.index import Index

        kind = "l2sq" if metric == "euclidean" else "ip"
        self.index = Index(ndim=base.shape[1], metric=kind, dtype="f32", connectivity=32, expansion_add=200)
        self.index.add(np.arange(len(base)), base, threads=threads)

    def set(self, ef):
        self.index.expansion_search = ef

    def search(self, query, k):
        return self.index.search(query, k, threads=1).keys


class Voyager(Peer):
    name, package = "voyager M16", "voyager"

    def build(self, base, metric, threads):
        import voyager

        space = voyager.Space.Euclidean if metric == "euclidean" else voyager.Space.InnerProduct
        self.index = voyager.Index(space, num_dimensions=base.shape[1], M=16, ef_construction=200)
        self.index.add_items(base, num_threads=threads)

    def set(self, ef):
        self.ef = ef

    def search(self, query, k):
        return self.index.query(query, k=k, num_threads=1, query_ef=self.ef)[0]


class SVS(Peer):
    name, package = "SVS Vamana R64", "scalable-vs"

    def build(self, base, metric, threads):
        import svs

        kind = svs.DistanceType.L2 if metric == "euclidean" else svs.DistanceType.MIP
        alpha = 1.2 if metric == "euclidean" else 0.95
        parameters = svs.VamanaBuildParameters(graph_max_degree=64, window_size=200, alpha=alpha)
        self.index = svs.Vamana.build(parameters, np.ascontiguousarray(base), kind, num_threads=threads)
        self.index.num_threads = 1

    def set(self, ef):
        self.index.search_window_size = ef

    def search(self, query, k):
        return self.index.search(query, k)[0]


class SymphonyQG(Peer):
    name, package = "SymphonyQG R32", "rabitqlib"

    def build(self, base, metric, threads):
        import rabitqlib

        self.index = rabitqlib.SymqgIndex(base.shape[1], 32, "l2" if metric == "euclidean" else "ip", 0)
        self.index.build(np.ascontiguousarray(base), 200, threads)

    def set(self, ef):
        self.ef = ef

    def search(self, query, k):
        first, second = self.index.search(query, k, self.ef, 1)[:2]
        return first if np.asarray(first).dtype.kind in "iu" else second


class ScaNN(Peer):
    name, package = "ScaNN tree-AH", "scann"
    widths = [(1, 30), (2, 40), (4, 60), (8, 80), (12, 100), (20, 120), (30, 150), (50, 200), (80, 300), (150, 400),
              (200, 800), (300, 1500)]

    def build(self, base, metric, threads):
        import scann

        kind = "squared_l2" if metric == "euclidean" else "dot_product"
        builder = scann.scann_ops_pybind.builder(base, 10, kind)
        builder = builder.tree(
            num_leaves=int(len(base) ** 0.5), num_leaves_to_search=20, training_sample_size=min(len(base), 100_000))
        threshold = float("nan") if metric == "euclidean" else 0.2
        builder = builder.score_ah(2, anisotropic_quantization_threshold=threshold).reorder(100)
        builder.set_n_training_threads(threads)
        self.index = builder.build()

    def set(self, width):
        self.width = width

    def search(self, query, k):
        leaves, reordered = self.width
        return self.index.search_batched(
            query, final_num_neighbors=k, leaves_to_search=leaves, pre_reorder_num_neighbors=reordered)[0]


ALL = [Hnswlib, Hnswlib32, FaissFlat, FaissHNSW, USearch, Voyager, SVS, SymphonyQG, ScaNN]
