"""Other libraries, called as akin_index is: a search of the same vectors, and a recommendation by the same factors.

What is not installed is left out. Graphs have the same number of links and of candidates, which leads to another recall in each,
so recall stands beside the time. implicit has no graph: it scores all items, as `akin_index.implicit` does unless its
`search_recall` is below 1.
"""

import numpy as np
from scipy import sparse

M, EF_CONSTRUCTION, EF = 16, 100, 64


def hnswlib(vectors):
    import hnswlib

    index = hnswlib.Index("cosine", vectors.shape[1])
    index.init_index(len(vectors), M=M, ef_construction=EF_CONSTRUCTION, random_seed=1)
    index.add_items(vectors)
    index.set_ef(EF)
    return lambda queries, k: index.knn_query(queries, k, num_threads=1)[0]


def usearch(vectors):
    from usearch.index import Index

    # The number of links is of the upper layers here as in the others; the lowest has twice as many.
    index = Index(
        ndim=vectors.shape[1], metric="cos", dtype="f32", connectivity=M, expansion_add=EF_CONSTRUCTION, expansion_search=EF
    )
    index.add(np.arange(len(vectors)), vectors)
    return lambda queries, k: index.search(queries, k, threads=1).keys


def voyager(vectors):
    import voyager

    index = voyager.Index(voyager.Space.Cosine, vectors.shape[1], M=M, ef_construction=EF_CONSTRUCTION, random_seed=1)
    index.add_items(vectors)

    def search(queries, k):
        if queries.ndim == 1:
            return index.query(queries, k, query_ef=EF)[0]
        return index.query(queries, k, num_threads=1, query_ef=EF)[0]

    return search


def searches(vectors):
    """The searches of installed libraries, over the same vectors by cosine: pairs of a name and a function of queries and k."""
    found = []
    for make in (hnswlib, usearch, voyager):
        try:
            found.append((make.__name__, make(vectors)))
        except ImportError:
            print(f"{make.__name__} is not installed: left out")
    return found


def recommendations(embeddings, recommender, names, k):
    """implicit and akin_index.implicit on the factors of some users: pairs of a name and a function of a user's place and k."""
    users = embeddings.user_factors[embeddings.user_rows(names)]
    items, biases = embeddings.item_factors, embeddings.item_biases
    if biases.any():
        users, items = np.hstack([users, np.ones((len(users), 1), np.float32)]), np.hstack([items, biases[:, None]])
    users, items = np.ascontiguousarray(users), np.ascontiguousarray(items)
    # What a user has is what comes only when it is asked for.
    left = recommender.recommend(names, len(items), exact=True)[0]
    rows = [np.setdiff1d(np.arange(len(items)), embeddings.rows(own[own >= 0])) for own in left]
    seen = sparse.csr_matrix(
        (np.ones(sum(map(len, rows)), np.float32), np.concatenate(rows), np.cumsum([0, *map(len, rows)])),
        shape=(len(names), len(items)),
    )
    of_users = [seen[place] for place in range(len(names))]
    found = []
    for name in ("implicit.cpu.als", "akin_index.implicit"):
        try:
            module = __import__(name, fromlist=["AlternatingLeastSquares"])
        except ImportError:
            print(f"{name.split('.')[0]} is not installed: left out")
            continue
        model = module.AlternatingLeastSquares(factors=items.shape[1], num_threads=1)
        model.user_factors, model.item_factors = users, items
        found.append((name, lambda place, k, model=model: model.recommend(place, of_users[place], N=k)[0]))
    return found


def share(found, wanted):
    """The share of the wanted rows that was found."""
    return np.mean([len(set(np.ravel(own).tolist()) & set(other.tolist())) / len(other) for own, other in zip(found, wanted)])


def beside(o, turns, index, vectors, queries, embeddings, recommender, k=10, count=300):
    """Prints one search, a batch and one recommendation of all libraries, and their recall."""
    ones = [np.ascontiguousarray(query) for query in queries[:count]]
    wanted = index.search(queries, k, exact=True)[0]
    work = [("akin_index", lambda queries, k: index.search(queries, k, ef=EF, threads=1)[0]), *searches(vectors)]

    def single(search):
        return lambda: [search(query, k) for query in ones]

    shares = [share(single(search)(), wanted) for _, search in work]
    batches = turns(o.rounds, *(lambda search=search: search(queries, k) for _, search in work))
    singles = turns(o.rounds, *(single(search) for _, search in work))
    for (name, _), seconds, batch, own in zip(work, singles, batches, shares):
        one = 1e6 * seconds / count
        print(f"{'search of one vector':34} {name:20} {one:8.1f} µs   batch {len(queries) / batch:8.0f} /s   recall {own:.4f}")
    names = recommender.user_ids[:count].tolist()
    wanted = embeddings.rows(recommender.recommend(names, k, exact=True)[0].reshape(-1)).reshape(count, k)
    asked = [
        ("akin_index", lambda place, k: embeddings.rows(recommender.recommend(names[place], k)[0])),
        *recommendations(embeddings, recommender, names, k),
    ]
    shares = [share([recommend(place, k) for place in range(count)], wanted) for _, recommend in asked]
    if min(shares[1:], default=1) < 0.999:
        raise SystemExit(f"exact recommendations differ: {shares}")
    # The first is timed without the rows, which were for the comparison.
    asked[0] = ("akin_index", lambda place, k: recommender.recommend(names[place], k))
    timed = turns(
        o.rounds, *(lambda recommend=recommend: [recommend(place, k) for place in range(count)] for _, recommend in asked)
    )
    for (name, _), seconds, own in zip(asked, timed, shares):
        print(f"{'recommendation for one user':34} {name:20} {1e6 * seconds / count:8.1f} µs   recall {own:.4f}")
