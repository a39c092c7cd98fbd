#!/usr/bin/env python3
"""Does a catalogue survive its writers? Kills, two writers at once, a reader throughout, a full disk.

    Tools/bench/catalogue/faults.py [--akin .build/debug/akin] [--kills 300] [--seed 0]

A model in Python knows what each acknowledged command has left: after every kill (SIGKILL at a random moment of `akin add`, `delete`
or `compact`) the catalogue must hold that, or what the killed command would have left, whole; `akin catalogue verify` must find
nothing wrong. A reader asks for all items again and again meanwhile: every answer must be one generation, no item twice. Then two
writers start at once: one must do its work, the other must end with exit code 4 and a sentence, or both in turn. Then the files that a
command may write are cut (RLIMIT_FSIZE): it must fail, and leave everything as it was. Exits with 1 at the first thing that is
wrong, and says the seed. Needs numpy.
"""
import argparse, os, random, resource, signal, subprocess, sys, tempfile, threading, time
import numpy as np

DIMENSION = 8


def vector(item, version):
    return np.random.default_rng(item * 1000 + version).normal(size=DIMENSION).astype(np.float32)


class Shop:
    def __init__(self, akin, where):
        self.akin, self.where, self.path = akin, where, f"{where}/shop"
        self.number = 0

    def words(self, *words):
        return [self.akin, *map(str, words)]

    def run(self, *words, **more):
        return subprocess.run(self.words(*words), capture_output=True, text=True, **more)

    def embeddings(self, items):
        self.number += 1
        base = f"{self.where}/{self.number}"
        np.save(base + "-v.npy", np.array([vector(*one) for one in items.items()], np.float32).reshape(-1, DIMENSION))
        np.save(base + "-i.npy", np.array(list(items), np.int64))
        done = self.run("import", base + "-v.npy", "--ids", base + "-i.npy", "--metric", "euclidean", "-o", base + ".emb", "-f", "-q")
        assert done.returncode == 0, done.stderr
        return base + ".emb"

    def held(self):
        """What the catalogue holds: each item is nearest to its own vector, at distance 0."""
        out = f"{self.where}/held-{threading.get_ident()}"
        query = f"{self.where}/origin.npy"
        if not os.path.exists(query):
            np.save(query, np.zeros((1, DIMENSION), np.float32))
        done = self.run("query", self.path, "--vectors", query, "-k", 100000, "--exact", "--ids", "-o", out + ".npy", "--scores", out + "-s.npy",
                        "-f", "-q", "--threads", 1)
        if done.returncode:
            return None, done.stderr
        ids, scores = np.load(out + ".npy")[0], np.load(out + "-s.npy")[0]
        return [(int(i), float(s)) for i, s in zip(ids, scores) if i >= 0], ""


def expected(items):
    """Ids and scores of all items, as `held` gives them, in any order."""
    return sorted((item, float(np.float32(-np.sum(vector(item, version).astype(np.float64) ** 2)))) for item, version in items.items())


def same(found, items):
    wanted = expected(items)
    found = sorted(found)
    return len(found) == len(wanted) and all(a[0] == b[0] and abs(a[1] - b[1]) < 1e-4 for a, b in zip(found, wanted))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--akin", default=".build/debug/akin")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)

    def wrong(what):
        print(f"seed {options.seed}: {what}")
        os._exit(1)

    with tempfile.TemporaryDirectory() as where:
        shop = Shop(os.path.abspath(options.akin), where)
        items = {i: 0 for i in range(300)}
        done = shop.run("catalogue", "create", shop.path, shop.embeddings(items), "-q")
        assert done.returncode == 0, done.stderr
        stop, reads = threading.Event(), [0]
        # Every state that was ever possible: what a reader may see.
        states = [tuple(expected(items))]

        def reader():
            while not stop.is_set():
                found, error = shop.held()
                if found is None:
                    wrong(f"a reader: {error}")
                if len({i for i, _ in found}) != len(found):
                    wrong("a reader found an item twice")
                ids = sorted(i for i, _ in found)
                if not any(ids == [i for i, _ in state] for state in list(states)):
                    wrong("a reader found what no generation holds")
                reads[0] += 1

        def change():
            """A random command, and what it leaves."""
            after = dict(items)
            kind = rng.choice(["add", "add", "delete", "compact"])
            if kind == "add":
                new = {rng.randrange(600): rng.randrange(1, 900) for _ in range(rng.randrange(1, 60))}
                path = shop.embeddings(new)
                after.update(new)
                return ["add", shop.path, path, "-q"], after
            if kind == "delete":
                gone = rng.sample(sorted(items), min(len(items), rng.randrange(1, 20)))
                for one in gone:
                    del after[one]
                return ["delete", shop.path, *gone, "-q"], after
            return ["compact", shop.path, "--to", rng.randrange(1, 4), "--keep", rng.randrange(1, 5), "-q"], after

        watching = threading.Thread(target=reader)
        watching.start()
        killed = done_before = survived = 0
        # How long a command takes, so that kills fall everywhere in it.
        usual = 0.05
        for kill in range(options.kills):
            words, after = change()
            states.append(tuple(expected(after)))
            start = time.perf_counter()
            process = subprocess.Popen(shop.words(*words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                process.wait(timeout=rng.uniform(0, 1.2 * usual))
                usual = 0.9 * usual + 0.1 * (time.perf_counter() - start)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            acknowledged = process.returncode == 0
            if process.returncode not in (0, -signal.SIGKILL):
                wrong(f"kill {kill}: {words[0]} ended with {process.returncode}: {process.stderr.read()}")
            if acknowledged:
                done_before += 1
            else:
                killed += 1
                usual *= 1.02
            found, error = shop.held()
            if found is None:
                wrong(f"kill {kill} of {words[0]}: {error}")
            if same(found, after):
                survived += not acknowledged
                items = after
            elif acknowledged or not same(found, items):
                wrong(f"kill {kill} of {words[0]}: {'acknowledged, and lost' if acknowledged else 'neither the old items nor the new'}")
            if kill % 10 == 0:
                checked = shop.run("catalogue", "verify", shop.path, "-q")
                if checked.returncode:
                    wrong(f"kill {kill} of {words[0]}: verify: {checked.stdout}{checked.stderr}")
        print(f"{options.kills} commands: {killed} killed, of which {survived} had appeared whole, {done_before} ended before; nothing lost")

        turns = refused = 0
        for _ in range(20):
            a_items = {rng.randrange(600): 901 for _ in range(5)}
            b_items = {rng.randrange(600, 700): 902 for _ in range(5)}
            words = [["add", shop.path, shop.embeddings(one), "-q"] for one in (a_items, b_items)]
            for state in ([a_items], [b_items], [a_items, b_items]):
                merged = dict(items)
                for one in state:
                    merged.update(one)
                states.append(tuple(expected(merged)))
            both = [subprocess.Popen(shop.words(*one), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for one in words]
            for process, new in zip(both, (a_items, b_items)):
                error = process.communicate()[1]
                if process.returncode == 0:
                    items.update(new)
                    turns += 1
                elif process.returncode == 4 and "another process is writing" in error:
                    refused += 1
                else:
                    wrong(f"two writers: {process.returncode}: {error}")
            found, error = shop.held()
            if found is None or not same(found, items):
                wrong(f"two writers: {error or 'items are lost'}")
        print(f"two writers, 20 times: {turns} commands done, {refused} refused; nothing lost")

        full = 0
        for limit in [0, 100, 4096, 6000, 8192, 12000, 16384, 20000, 40000]:
            new = {1000 + limit + i: 1 for i in range(40)}
            path = shop.embeddings(new)

            def cut():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

            states.append(tuple(expected({**items, **new})))
            done = shop.run("add", shop.path, path, "-q", preexec_fn=cut)
            found, error = shop.held()
            if found is None:
                wrong(f"files of at most {limit} bytes: {error}")
            if same(found, {**items, **new}):
                # The items were written; a merge after them may have failed.
                items.update(new)
            elif done.returncode == 0 or not same(found, items):
                wrong(f"files of at most {limit} bytes: {done.returncode}, {done.stderr}")
            full += done.returncode == 4
        if full == 0:
            wrong("no disk was full")
        checked = shop.run("catalogue", "verify", shop.path)
        if checked.returncode:
            wrong(f"verify: {checked.stdout}")
        print(f"a full disk: {full} commands failed with exit code 4; nothing changed")
        stop.set()
        watching.join()
        print(f"a reader throughout: {reads[0]} answers, each of one generation")
        print(checked.stdout.strip())


if __name__ == "__main__":
    main()
