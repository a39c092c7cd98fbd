#!/usr/bin/env python3
"""What does a catalogue lose by change? Many generations of 2 % churn, beside an index that is built anew, hnswlib and usearch.

    ../shared/bench/datasets.py factors f.npz --rows 300000
    Tools/bench/catalogue/run.py f.npz [--akin .build/release/akin] [--generations 100] [--every 10] [--ef 64,16] [--peers]

The first --items vectors are the catalogue. A generation deletes 1 % of the items, replaces the vectors of another 1 %, and adds
as many new items as it deleted, the vectors taken from the rest of the file. Every --every generations all is compared with an
index that is built of the live items: recall@10 at equal ef, both counted against the exact answers, and the queries a second of one
thread with all segments, asked by turns (--rounds) with the rebuilt index, which is what `akin compact` makes; the ratio is the median
of the turns. The times of a generation are those of `akin delete` and `akin add` as commands, merges included, on the clock and, which
other work disturbs less, of the processors; a share is of a rebuild of that moment, and "since" that of the generations since the last
line. "Answered" is the time from the start of `akin add` to the appearance of its generation, taken for 1,000 new items at the end.
Needs numpy and faiss-cpu; --peers also hnswlib and usearch, which change an index in memory and write nothing.
"""
import argparse, json, os, resource, subprocess, sys, tempfile, time
import numpy as np

NAMES = {"ip": "inner-product", "l2": "euclidean", "cos": "cosine"}


class Akin:
    def __init__(self, akin, where, metric, threads):
        self.akin, self.where, self.metric, self.threads = akin, where, NAMES[metric], threads
        self.shop = f"{where}/shop"

    def run(self, *words):
        done = subprocess.run([self.akin, *map(str, words)], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"akin {' '.join(map(str, words))}: {done.stderr}")
        return done.stdout

    def embeddings(self, ids, vectors, name):
        np.save(f"{self.where}/v.npy", vectors)
        np.save(f"{self.where}/i.npy", ids.astype(np.int64))
        path = f"{self.where}/{name}.emb"
        self.run("import", f"{self.where}/v.npy", "--ids", f"{self.where}/i.npy", "--metric", self.metric, "-o", path, "-f", "-q")
        return path

    def timed(self, *words):
        """Seconds on the clock and of the processors."""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        self.run(*words)
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        return np.array([seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime])

    def ask(self, index, queries, ef, k=10, repeats=3):
        """Ids of the answers, and queries a second of one thread."""
        np.save(f"{self.where}/q.npy", queries)
        out = f"{self.where}/a.npy"
        report = self.run("query", index, "--vectors", f"{self.where}/q.npy", "-k", k, "--ef", ef, "--threads", 1, "--repeat", repeats,
                          "--ids", "-o", out, "-f", "-q", "--json")
        return np.load(out), json.loads(report.splitlines()[-1])["queriesPerSecond"]


def exact(ids, vectors, queries, metric, k=10):
    import faiss
    x, q = vectors, queries
    if metric == "cos":
        x = x / np.linalg.norm(x, axis=1, keepdims=True)
    flat = faiss.IndexFlat(x.shape[1], faiss.METRIC_L2 if metric == "l2" else faiss.METRIC_INNER_PRODUCT)
    flat.add(np.ascontiguousarray(x))
    return ids[flat.search(np.ascontiguousarray(q), k)[1]]


def recall(found, truth):
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), truth.tolist())]))


class HNSWLib:
    name = "hnswlib"

    def __init__(self, ids, vectors, metric, threads):
        import hnswlib
        self.index = hnswlib.Index(space={"ip": "ip", "l2": "l2", "cos": "cosine"}[metric], dim=vectors.shape[1])
        self.index.init_index(max_elements=int(len(ids) * 1.1), M=16 if metric == "ip" else 24, ef_construction=100, allow_replace_deleted=True)
        self.index.set_num_threads(threads)
        self.index.add_items(vectors, ids)
        self.threads = threads

    def change(self, gone, ids, vectors, new):
        for one in gone:
            self.index.mark_deleted(one)
        # Labels that are there are moved in place; new ones take the places of deleted ones.
        self.index.add_items(vectors[~new], ids[~new])
        self.index.add_items(vectors[new], ids[new], replace_deleted=True)

    def ask(self, queries, ef, k=10):
        self.index.set_ef(ef)
        self.index.set_num_threads(1)
        start = time.perf_counter()
        found = self.index.knn_query(queries, k)[0]
        seconds = time.perf_counter() - start
        self.index.set_num_threads(self.threads)
        return found.astype(np.int64), len(queries) / seconds


class USearch:
    name = "usearch"

    def __init__(self, ids, vectors, metric, threads):
        from usearch.index import Index
        self.index = Index(ndim=vectors.shape[1], metric={"ip": "ip", "l2": "l2sq", "cos": "cos"}[metric], dtype="f32",
                           connectivity=16 if metric == "ip" else 24, expansion_add=100)
        self.threads = threads
        self.index.add(ids, vectors, threads=threads)

    def change(self, gone, ids, vectors, new):
        self.index.remove(np.concatenate([gone, ids[~new]]))
        self.index.add(ids, vectors, threads=self.threads)

    def ask(self, queries, ef, k=10):
        self.index.expansion_search = ef
        start = time.perf_counter()
        found = self.index.search(queries, k, threads=1)
        return np.asarray(found.keys).astype(np.int64).reshape(len(queries), -1), len(queries) / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data")
    parser.add_argument("--akin", default=".build/release/akin")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--generations", type=int, default=100)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--ef", default="64,16", help="one or several, with commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    efs = [int(ef) for ef in options.ef.split(",")]
    data = np.load(options.data)
    metric = str(data["metric"])
    base, queries = data["base"].astype(np.float32), data["query"].astype(np.float32)[: options.queries]
    n, rng = options.items, np.random.default_rng(0)
    step = n // 100
    if len(base) < n + 2 * step * options.generations + 1000:
        sys.exit(f"{options.data} has {len(base)} vectors, expected at least {n + 2 * step * options.generations + 1000}")
    live = {i: i for i in range(n)}  # id -> row of base
    spare, fresh = n, n
    threads = options.threads or os.cpu_count()
    with tempfile.TemporaryDirectory() as where:
        akin = Akin(os.path.abspath(options.akin), where, metric, threads)
        source = akin.embeddings(np.arange(n), base[:n], "base")
        created = akin.timed("catalogue", "create", akin.shop, source, "-q", "--threads", threads)
        print(f"{options.data}: {n} x {base.shape[1]}, {metric}, {threads} threads; created in {created[0]:.2f} s", flush=True)
        peers = []
        if options.peers:
            for kind in (HNSWLib, USearch):
                start = time.perf_counter()
                peers.append(kind(np.arange(n), base[:n], metric, threads))
                print(f"  {kind.name}: built in {time.perf_counter() - start:.2f} s", flush=True)
        spent, peer_spent = [], {peer.name: [] for peer in peers}
        print("gen segs deleted  s/gen  cpu  rebuild s  cpu  share  cpu  since" + "".join(
            f"  | ef {ef}: recall   diff     QPS  of rebuilt" for ef in efs) + "".join(f"  | {p.name}: s/gen cpu recall" for p in peers), flush=True)
        for generation in range(1, options.generations + 1):
            ids = np.fromiter(live, np.int64)
            drawn = rng.choice(ids, 2 * step, replace=False)
            gone, moved = drawn[:step], drawn[step:]
            new_ids = np.arange(fresh, fresh + step)
            fresh += step
            incoming = np.concatenate([moved, new_ids])
            rows = np.arange(spare, spare + 2 * step)
            spare += 2 * step
            for one in gone:
                del live[one]
            for one, row in zip(incoming, rows):
                live.pop(one, None)
                live[one] = row
            np.save(f"{where}/gone.npy", gone)
            new = akin.embeddings(incoming, base[rows], "new")
            spent.append(akin.timed("delete", akin.shop, "--from", f"{where}/gone.npy", "-q", "--threads", threads) +
                         akin.timed("add", akin.shop, new, "-q", "--threads", threads))
            for peer in peers:
                start, used = time.perf_counter(), time.process_time()
                peer.change(gone, incoming, base[rows], incoming >= fresh - step)
                peer_spent[peer.name].append((time.perf_counter() - start, time.process_time() - used))
            if generation % options.every:
                continue
            ids, rows = np.fromiter(live, np.int64), np.fromiter(live.values(), np.int64)
            truth = exact(ids, base[rows], queries, metric)
            final = akin.embeddings(ids, base[rows], "final")
            rebuild = akin.timed("index", final, "-o", f"{where}/final.idx", "-f", "-q", "--threads", threads)
            segments = json.loads(akin.run("info", akin.shop, "--json"))["segments"]
            mean, since = np.mean(spent, axis=0), np.mean(spent[-options.every:], axis=0)
            share = mean / rebuild
            line = (f"{generation:3d} {len(segments):4d} {1 - len(live) / sum(s['rows'] for s in segments):7.1%} {mean[0]:6.3f} {mean[1]:5.2f}"
                    f" {rebuild[0]:7.2f} {rebuild[1]:6.2f} {share[0]:6.1%} {share[1]:5.1%} {since[1] / rebuild[1]:5.1%}")
            for ef in efs:
                turns = [[akin.ask(index, queries, ef) for index in (akin.shop, f"{where}/final.idx")] for _ in range(options.rounds)]
                a, b = (recall(found, truth) for found, _ in turns[0])
                line += (f"  | {a:.4f} {a - b:+.4f} {np.median([one[1] for one, _ in turns]):7.0f}"
                         f"  {np.median([one[1] / other[1] for one, other in turns]):.2f}")
            for peer in peers:
                spent_by = np.mean(peer_spent[peer.name], axis=0)
                line += f"  | {spent_by[0]:.3f} {spent_by[1]:.2f}" + "".join(f" {recall(peer.ask(queries, ef)[0], truth):.4f}" for ef in efs)
            print(line, flush=True)
        before = akin.ask(akin.shop, queries, efs[0])[1]
        # A thousand new items: from the start of the command to the appearance of their generation.
        answered = []
        for repeat in range(5):
            rows = np.arange(spare + 200 * repeat, spare + 200 * repeat + 200)
            rows = np.concatenate([rows] * 5)[:1000]
            new = akin.embeddings(np.arange(fresh, fresh + 1000), base[rows] + np.float32(repeat), "thousand")
            fresh += 1000
            newest = max(name for name in os.listdir(akin.shop) if name.endswith(".cat"))
            expected = f"{int(newest[:-4]) + 1:012d}.cat"
            start = time.perf_counter()
            process = subprocess.Popen([akin.akin, "add", akin.shop, new, "-q"])
            while not os.path.exists(f"{akin.shop}/{expected}"):
                time.sleep(0.0005)
            answered.append(time.perf_counter() - start)
            process.wait()
        print(f"1,000 new items are answered after {np.median(answered) * 1000:.0f} ms (median of 5; {', '.join(f'{s * 1000:.0f}' for s in answered)})")
        compacting = akin.timed("compact", akin.shop, "--keep", 1, "-q", "--threads", threads)
        after = akin.ask(akin.shop, queries, efs[0])[1]
        print(f"compacted in {compacting[0]:.2f} s: {after:.0f} queries a second, {before:.0f} before ({before / after:.2f} x)")
        print(akin.run("catalogue", "verify", akin.shop).strip())


if __name__ == "__main__":
    main()
