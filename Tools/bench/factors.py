"""WALS factors of a generated catalogue, trained once for the benchmarks that ask all of its users."""
import os
import subprocess

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))


def add_options(parser, users):
    """The options of the catalogue, of its training and of the machine."""
    parser.add_argument("--users", type=int, default=users)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--interactions", type=int, default=4_000_000)
    parser.add_argument("--dimensions", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--directory")


def akin(*words):
    subprocess.run([AKIN, *map(str, words)], check=True)


def prepare(o, folder):
    """interactions.csv, w.emb, w.idx and model.npz, made where they are not there yet; returns the path of a name."""
    os.makedirs(folder, exist_ok=True)
    path = lambda name: os.path.join(folder, name)
    if not os.path.exists(path("model.npz")):
        akin("sample", "--out", folder, "--users", o.users, "--items", o.items, "--interactions", o.interactions, "--force", "-q")
        akin("train", path("interactions.csv"), "-o", path("w.emb"), "--dimensions", o.dimensions, "--epochs", 5,
             "--threads", o.threads, "--force", "-q")
        akin("index", path("w.emb"), "-o", path("w.idx"), "--force", "-q")
        akin("export", path("w.emb"), "--what", "all", "-o", path("model.npz"), "--force", "-q")
    return path
