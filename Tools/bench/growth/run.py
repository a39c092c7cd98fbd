#!/usr/bin/env python3
"""How the graph grows with the catalogue: 10^4, 10^5 and 10^6 rows of 64, made here, one table and one picture.

usage: run.py [--rows 10000,100000,1000000] [--kind clustered|factors] [--svg FILE] [--figures FILE] [--rounds 3]

'clustered' is Euclidean, 'factors' imitates a recommender's (inner products). For each size:
  build     seconds of `akin index` on two threads, and its peak resident memory, in which a mapped file counts
  search    one thread, one batch; recall@10 on the first queries, against float32 products whose best are scored
            again in float64; queries per second log-linear between the ef values measured, medians of --rounds
  work      rows scored per query at a recall, by the index's own measurements (`akin info`, its first kind of query)
  opening   median wall time of `akin info` less that of `akin --version`, by turns, 41 times; to read and
            print 4 KB of facts is not opening, so this is an upper bound
  threads   queries per second on 2 threads over 1, at one ef, by turns, median ratio
  readers   of a second process that maps the same file, stopped as soon as it has it, and after 20 queries: what is
            resident of the mapping, and what of that the process has for itself (/proc/PID/smaps, so Linux)

--figures keeps what was measured: a size found there is not measured again, so that sizes can be run one by one.
Exit code 1 when a bar does not hold: opening under 5 ms, 2 threads at least 1.9 times one, peak memory at most 1.5
times the vectors and links, and under 3 MiB of the mapping (a large page and some) resident in the second reader
before it searches.

needs: numpy; akin at $AKIN, or .build/release/akin beside this checkout
"""
import argparse
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from vectors import METRIC, vectors  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
DIMENSION, K, QUERIES, CHECKED = 64, 10, 10_000, 1_000
EFS = [10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384]


def akin(*words):
    return subprocess.run([AKIN, *map(str, words)], check=True, capture_output=True, text=True).stdout


# Truth


def truth(base, query, metric):
    """The K best rows of each query: candidates of each block in float32, their order in float64."""
    near = []
    for start in range(0, len(base), 20_000):
        block = base[start : start + 20_000]
        score = query @ block.T
        if metric == "euclidean":
            score = 2 * score - (block * block).sum(1)
        best = np.argpartition(-score, 2 * K, axis=1)[:, : 2 * K]
        near.append((best + start, np.take_along_axis(score, best, 1)))
    place, score = (np.concatenate(part, axis=1) for part in zip(*near))
    candidates = np.take_along_axis(place, np.argsort(-score, axis=1)[:, : 4 * K], 1)
    rows = []
    for q, some in zip(query.astype(np.float64), candidates):
        items = base[some].astype(np.float64)
        exact = items @ q if metric == "innerProduct" else -((items - q) ** 2).sum(1)
        rows.append(some[np.lexsort((some, -exact))[:K]])
    return np.array(rows)


def recall(found, expected):
    return float(np.mean([len(np.intersect1d(a, b)) for a, b in zip(found, expected)]) / expected.shape[1])


def at(points, target, best=max):
    """A value at a recall, log-linear between points; `best` of those that reach it; None where none does."""
    points = sorted(points)
    value = best((v for r, v in points if r >= target), default=None)
    for (low, a), (high, b) in zip(points, points[1:]):
        if low < target <= high:
            share = (target - low) / (high - low)
            value = best(value, math.exp(math.log(a) * (1 - share) + math.log(b) * share))
    return value


# Processes


def status(pid, name):
    """A line of /proc/PID/status in bytes."""
    try:
        with open(f"/proc/{pid}/status") as lines:
            return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":")), 0)
    except (OSError, ValueError):
        return 0


def build(folder, metric):
    """Seconds, processor seconds, peak bytes, and the peak of those that are no file's.

    VmHWM of the process itself, since a child's rusage starts at its parent's peak; the second is sampled.
    """
    start = time.perf_counter()
    words = [AKIN, "index", f"{folder}/base.emb", "-o", f"{folder}/base.idx", "--metric", metric]
    process = subprocess.Popen([*words, "--threads", "2", "-q"], stdout=subprocess.DEVNULL)
    peak = heap = 0
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        peak = max(peak, status(process.pid, "VmHWM"))
        heap = max(heap, status(process.pid, "RssAnon"))
        time.sleep(0.005)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    if process.returncode:
        sys.exit(f"akin index ended with {process.returncode}")
    return time.perf_counter() - start, ended[2].ru_utime + ended[2].ru_stime, peak, heap


def once(*words):
    start = time.perf_counter()
    pid = os.posix_spawn(AKIN, [AKIN, *words], os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    usage = os.wait4(pid, 0)[2]
    return time.perf_counter() - start, usage.ru_minflt


def opening(path):
    """Seconds and page faults that opening adds to a process that does nothing."""
    info, idle = [], []
    for _ in range(41):
        info.append(once("info", path, "--json"))
        idle.append(once("--version"))
    seconds, faults = (statistics.median(a[i] for a in info) - statistics.median(b[i] for b in idle) for i in (0, 1))
    return seconds, faults


def mapping(pid, path):
    """Bytes of a process's mapping of a file: resident, and of those the ones no other process maps."""
    resident = private = 0
    mine = False
    with open(f"/proc/{pid}/smaps") as lines:
        for line in lines:
            words = line.split()
            if not words[0].endswith(":"):
                mine = line.rstrip().endswith(path)
            elif mine and words[0] == "Rss:":
                resident += int(words[1]) * 1024
            elif mine and words[0] in ("Private_Clean:", "Private_Dirty:"):
                private += int(words[1]) * 1024
    return {"resident": resident, "private": private}


def process_private(pid):
    """Bytes that a process shares with no other, in all its mappings."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def reader(folder, queries, out):
    words = [AKIN, "query", f"{folder}/base.idx", "--vectors", queries, "-o", out, "--threads", "1", "-f", "-q"]
    return subprocess.Popen([*words, "--repeat", "10000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def second_reader(folder, query):
    """What a second process holds of an index that a first one has read: mapped, and after 20 queries."""
    path = os.path.realpath(f"{folder}/base.idx")
    np.save(f"{folder}/few.npy", query[:20])
    np.save(f"{folder}/many.npy", np.resize(query, (400_000, DIMENSION)))
    first = reader(folder, f"{folder}/query.npy", f"{folder}/first.npy")
    time.sleep(2)
    # The second has 100 MB of queries to read after it maps the index; stopped there, it has not searched.
    second = reader(folder, f"{folder}/many.npy", f"{folder}/second.npy")
    try:
        while path not in open(f"/proc/{second.pid}/maps").read():
            if second.poll() is not None:
                sys.exit("the second reader ended before it could be looked at")
        second.send_signal(signal.SIGSTOP)
        figures = {"first": mapping(first.pid, path), "opened": mapping(second.pid, path)}
    finally:
        second.kill()
        second.wait()
    second = reader(folder, f"{folder}/few.npy", f"{folder}/second.npy")
    try:
        time.sleep(0.5)
        second.send_signal(signal.SIGSTOP)
        figures["after"] = mapping(second.pid, path)
        figures["after"]["process"] = process_private(second.pid)
    finally:
        for process in (first, second):
            process.kill()
            process.wait()
    return figures


# One size


def search(folder, efs, threads, repeat=2):
    """Queries per second of each ef; the first of the repeats brings the pages in."""
    lines = akin("query", f"{folder}/base.idx", "--vectors", f"{folder}/query.npy", "-k", K, "--ef",
                 ",".join(map(str, efs)), "--threads", threads, "--repeat", repeat, "-o", folder + "/rows-{ef}.npy",
                 "--jsonl", "-f")
    return {line["ef"]: line["queriesPerSecond"] for line in map(json.loads, lines.splitlines())}


def measure(kind, rows, rounds):
    metric = METRIC[kind]
    base, query = vectors(kind, rows, DIMENSION, QUERIES)
    expected = truth(base, query[:CHECKED], metric)
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/query.npy", query)
        np.save(f"{folder}/base.npy", base)
        del base
        start = time.perf_counter()
        akin("import", f"{folder}/base.npy", "-o", f"{folder}/base.emb")
        figures = {"rows": rows, "kind": kind, "import": time.perf_counter() - start}
        os.remove(f"{folder}/base.npy")
        figures |= zip(("build", "processor", "peak", "heap"), build(folder, metric))

        info = json.loads(akin("info", f"{folder}/base.idx", "--json"))
        sections = {s["name"]: s["bytes"] for s in info["sections"]}
        figures["file"] = info["bytes"]
        figures["vectors"] = sections["VECS"]
        figures["links"] = sum(size for name, size in sections.items() if name.startswith("LNK") or name == "UPIX")
        own = [m for m in info["measured"] if (m["k"], m["question"], m["way"]) == (K, "nearest", "graph")]
        own = [m for m in own if m["family"] == own[0]["family"]]
        figures["work"] = [(m["recall"], m["rowsPerQuery"], m["hopsPerQuery"]) for m in own]

        speeds, efs = {}, EFS
        for _ in range(rounds):
            for ef, speed in search(folder, efs, 1).items():
                speeds.setdefault(ef, []).append(speed)
            recalls = {ef: recall(np.load(f"{folder}/rows-{ef}.npy")[:CHECKED], expected) for ef in efs}
            # Where the answers are whole already, more effort says nothing.
            whole = next((i for i, ef in enumerate(efs) if recalls[ef] >= 0.999), len(efs) - 1)
            efs = efs[: whole + 1]
        figures["search"] = [(ef, recalls[ef], statistics.median(speeds[ef])) for ef in efs]
        # Long enough a run that starting threads does not count.
        ef = next((ef for ef in efs if recalls[ef] >= 0.95), efs[-1])
        turns = [(search(folder, [ef], 1, 5)[ef], search(folder, [ef], 2, 5)[ef]) for _ in range(5)]
        figures["threads"] = {"ef": ef, "one": statistics.median(a for a, _ in turns),
                              "two": statistics.median(b for _, b in turns),
                              "ratio": statistics.median(b / a for a, b in turns)}
        figures["open"], figures["faults"] = opening(f"{folder}/base.idx")
        figures["readers"] = second_reader(folder, query)
    return figures


# The table


def speed(f, target):
    return at([(r, s) for _, r, s in f["search"]], target)


def work(f, target, which):
    return at([(w[0], w[which]) for w in f["work"]], target, best=min)


def megabytes(n):
    return f"{n / 1e6:.1f} MB"


def number(value, form="{:,.0f}"):
    return "-" if value is None else form.format(value)


def cost(f, target):
    """Nanoseconds for each row scored."""
    rows, per_second = work(f, target, 1), speed(f, target)
    return None if rows is None or per_second is None else 1e9 / per_second / rows


ROWS = [
    ("import, s", lambda f: f"{f['import']:.2f}"),
    ("build on 2 threads, s", lambda f: f"{f['build']:.1f}"),
    ("  its processor seconds", lambda f: f"{f['processor']:.1f}"),
    ("microseconds a row", lambda f: f"{f['build'] / f['rows'] * 1e6:.0f}"),
    ("vectors + links", lambda f: megabytes(f["vectors"] + f["links"])),
    ("index file", lambda f: megabytes(f["file"])),
    ("file / (vectors + links)", lambda f: f"{f['file'] / (f['vectors'] + f['links']):.2f}"),
    ("peak memory of the build", lambda f: megabytes(f["peak"])),
    ("peak / (vectors + links)", lambda f: f"{f['peak'] / (f['vectors'] + f['links']):.2f}"),
    ("  of that no file's", lambda f: megabytes(f["heap"])),
    ("opening, ms", lambda f: f"{f['open'] * 1e3:.2f}"),
    ("page faults of opening", lambda f: number(f["faults"])),
    ("queries/s at recall 0.95", lambda f: number(speed(f, 0.95))),
    ("queries/s at recall 0.99", lambda f: number(speed(f, 0.99))),
    ("rows scored at 0.95", lambda f: number(work(f, 0.95, 1))),
    ("rows scored at 0.99", lambda f: number(work(f, 0.99, 1))),
    ("hops at 0.99", lambda f: number(work(f, 0.99, 2))),
    ("ns a row scored, at 0.99", lambda f: number(cost(f, 0.99), "{:.1f}")),
    ("best recall", lambda f: f"{max(r for _, r, _ in f['search']):.4f}"),
    ("queries/s, 1 thread", lambda f: f"{f['threads']['one']:,.0f} (ef {f['threads']['ef']})"),
    ("queries/s, 2 threads", lambda f: f"{f['threads']['two']:,.0f}"),
    ("2 threads over 1", lambda f: f"{f['threads']['ratio']:.2f}"),
    ("first reader, resident", lambda f: megabytes(f["readers"]["first"]["resident"])),
    ("second reader, opened", lambda f: megabytes(f["readers"]["opened"]["resident"])),
    ("  after 20 queries", lambda f: megabytes(f["readers"]["after"]["resident"])),
    ("  of that its own", lambda f: megabytes(f["readers"]["after"]["private"])),
    ("  its own in all", lambda f: megabytes(f["readers"]["after"]["process"])),
]


def broken(f):
    """The bars that a size does not reach."""
    share = f["peak"] / (f["vectors"] + f["links"])
    opened = f["readers"]["opened"]["resident"]
    return [sentence for holds, sentence in [
        # Below 0, others had the machine: nothing was measured.
        (0 < f["open"] < 0.005, f"opening takes {f['open'] * 1e3:.2f} ms"),
        (f["threads"]["ratio"] >= 1.9, f"2 threads are {f['threads']['ratio']:.2f} times one"),
        (share <= 1.5, f"the build's peak is {share:.2f} times vectors and links"),
        (opened < 3 << 20, f"a second reader has {megabytes(opened)} resident before it searches"),
    ] if not holds]


# The picture

STYLE = """
  svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d8dee4; --a: #0b62c4; --b: #b3541e; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --a: #62a9ff; --b: #f0944d; }
  }
  .paper { fill: var(--paper) }
  text { fill: var(--soft); font: 12px system-ui, sans-serif }
  text { stroke: var(--paper); stroke-width: 4; stroke-linejoin: round; paint-order: stroke }
  .title, .head { fill: var(--ink); font-size: 14px; font-weight: 600 }
  .head { font-size: 16px }
  .grid { stroke: var(--line) }
  .curve { fill: none; stroke-width: 2 }
  .curve.a { stroke: var(--a) }
  .curve.b { stroke: var(--b) }
  .dot.a, text.a { fill: var(--a) }
  .dot.b, text.b { fill: var(--b) }
  .bar { stroke: var(--b); stroke-dasharray: 4 4 }
"""
WIDTH, HEIGHT = 380, 250
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 50, 34


def short(value):
    for size, mark in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {mark}"
    return f"{value:.3g}"


def power(rows):
    exponent = math.log10(rows)
    if abs(exponent - round(exponent)) > 1e-9:
        return f"{rows:,}"
    return f'10<tspan dy="-5" font-size="9">{round(exponent)}</tspan>'


def chart(title, xs, curves, log=True, bar=None):
    """One chart; a curve is (class, name, values, whether its labels stand above), None where there is no value."""
    values = [v for _, _, vs, _ in curves for v in vs if v is not None] + ([bar] if bar else [])
    if not values:
        return f'<text class="title" x="{LEFT}" y="18">{title}: not reached</text>'
    if log:
        # Room for the labels over and under the outermost points.
        low, high = min(values) / 2.2, max(values) * 2
        powers = [10.0**e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
        ticks = [t for t in powers if low <= t <= high]
        if len(ticks) < 3:
            ticks = [t for p in powers for t in (p, 2 * p, 5 * p) if low <= t <= high]
        place = lambda v: math.log(v / low) / math.log(high / low)
    else:
        high = max(values) * 1.15
        ticks = [t for t in range(0, math.ceil(high) + 1) if t <= high]
        place = lambda v: max(v, 0) / high
    span = math.log(xs[-1] / xs[0]) or 1
    x = lambda v: LEFT + 30 + (WIDTH - LEFT - RIGHT - 60) * math.log(v / xs[0]) / span
    y = lambda v: HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * place(v)
    out = [f'<text class="title" x="{LEFT}" y="18">{title}</text>']
    for t in ticks:
        out.append(f'<path class="grid" d="M{LEFT} {y(t):.1f}H{WIDTH - RIGHT}"/>'
                   f'<text x="{LEFT - 8}" y="{y(t) + 4:.1f}" text-anchor="end">{short(t)}</text>')
    for v in xs:
        out.append(f'<text x="{x(v):.1f}" y="{HEIGHT - BOTTOM + 19}" text-anchor="middle">{power(v)}</text>')
    if bar:
        out.append(f'<path class="bar" d="M{LEFT} {y(bar):.1f}H{WIDTH - RIGHT}"/>'
                   f'<text class="b" x="{WIDTH - RIGHT}" y="{y(bar) - 6:.1f}" text-anchor="end">'
                   f"at most {short(bar)}</text>")
    key, labels = LEFT, []
    for kind, name, vs, above in curves:
        points = [(x(v), y(w), w) for v, w in zip(xs, vs) if w is not None]
        out.append(f'<path class="curve {kind}" d="M' + "L".join(f"{a:.1f} {b:.1f}" for a, b, _ in points) + '"/>')
        for a, b, w in points:
            out.append(f'<circle class="dot {kind}" cx="{a:.1f}" cy="{b:.1f}" r="3.5"/>')
            beside = b - 10 if above else b + 19
            labels.append(f'<text class="{kind}" x="{a:.1f}" y="{beside:.1f}" text-anchor="middle">'
                          f"{short(w)}</text>")
        if name:
            out.append(f'<circle class="dot {kind}" cx="{key + 4}" cy="{TOP - 15}" r="3.5"/>'
                       f'<text x="{key + 12}" y="{TOP - 11}">{name}</text>')
            key += 24 + 7 * len(name)
    return "".join(out + labels)


def picture(figures, kind):
    xs = [f["rows"] for f in figures]
    column = lambda take: [take(f) for f in figures]
    charts = [
        chart("Queries per second, one thread", xs, [
            ("a", "recall@10 0.95", column(lambda f: speed(f, 0.95)), True),
            ("b", "recall@10 0.99", column(lambda f: speed(f, 0.99)), False)]),
        chart("Seconds to build, two threads", xs, [("a", "", column(lambda f: f["build"]), True)]),
        chart("Bytes", xs, [("b", "peak memory of the build", column(lambda f: f["peak"]), True),
                            ("a", "index file", column(lambda f: f["file"]), False)]),
        chart("Milliseconds to open", xs, [("a", "", column(lambda f: f["open"] * 1e3), True)], log=False, bar=5),
    ]
    gap, head = 20, 48
    width, height = 2 * WIDTH + 3 * gap, 2 * HEIGHT + head + 2 * gap
    body = "".join(
        f'<g transform="translate({gap + (i % 2) * (WIDTH + gap)} {head + (i // 2) * (HEIGHT + gap)})">{c}</g>\n'
        for i, c in enumerate(charts))
    name = f"Growth with the number of rows: {kind}, {DIMENSION} components, {METRIC[kind]}"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" aria-label="{name}">\n<style>{STYLE}</style>\n'
            f'<rect class="paper" width="100%" height="100%"/>\n'
            f'<text class="head" x="{gap + LEFT}" y="32">{name}</text>\n{body}</svg>\n')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rows", default="10000,100000,1000000")
    p.add_argument("--kind", default="clustered", choices=["clustered", "factors"])
    p.add_argument("--svg")
    p.add_argument("--figures")
    p.add_argument("--rounds", type=int, default=3)
    o = p.parse_args()
    known = []
    if o.figures and os.path.exists(o.figures):
        known = json.load(open(o.figures))
    figures = []
    for rows in sorted({int(float(word)) for word in o.rows.split(",")}):
        found = next((f for f in known if (f["rows"], f["kind"]) == (rows, o.kind)), None)
        if not found:
            found = measure(o.kind, rows, o.rounds)
            known.append(found)
            if o.figures:
                with open(o.figures, "w") as out:
                    json.dump(known, out, indent=1)
        figures.append(found)
    print(f"{o.kind} x {DIMENSION}, {METRIC[o.kind]}, recall@{K}")
    print(f"{'rows':26s}" + "".join(f" {f['rows']:>18,}" for f in figures))
    for name, take in ROWS:
        print(f"{name:26s}" + "".join(f" {take(f):>18s}" for f in figures))
    if o.svg:
        with open(o.svg, "w") as out:
            out.write(picture(figures, o.kind))
    bars = [f"{f['rows']:,} rows: {sentence}" for f in figures for sentence in broken(f)]
    if bars:
        sys.exit("\n".join(bars))


main()
