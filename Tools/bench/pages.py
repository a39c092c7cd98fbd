#!/usr/bin/env python3
"""Runs the commands that README.md and the pages of the catalogue show, and puts what they print now in place of what they
printed then.

usage: Tools/bench/pages.py [--check | --times] DATA [PAGE…]
DATA holds ml-latest-small and fashion-mnist. Needs a release build, and numpy where a page names base.npy.

A block that starts with `$ akin` is a list of commands with their outputs, as on a terminal 112 columns wide. A comment
`<!-- run: akin … -->` is run and not shown. Each page runs in a folder of its own. Progress is left out; of the training's losses
the first and the last stay, and of `akin info` all before the provenance.

What depends on the clock (seconds, queries per second, latencies) and digests, which depend on the CPU level, are not compared.
Other numbers must agree within 0.5 %, other words exactly. Lines that agree stay as they are, so times measured on a quiet machine
stay, too; --times writes all lines anew. --check writes nothing, prints the lines that differ, and exits with 1 if there are any.
"""
import difflib, fcntl, gzip, os, pty, re, struct, subprocess, sys, tempfile, termios, threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AKIN = os.environ.get("AKIN", os.path.join(ROOT, ".build", "release", "akin"))
CATALOGUE = os.path.join(ROOT, "Sources", "Akin", "Akin.docc")
BLOCK = re.compile(r"^```\n\$ akin .*?^```|^<!-- run: (akin .*?) -->", re.MULTILINE | re.DOTALL)


def prepare(data, folder, text):
    """Puts the inputs that the commands name into the folder that they run in."""
    for name in ["ratings.csv", "movies.csv"]:
        os.symlink(os.path.join(data, "ml-latest-small", name), os.path.join(folder, name))
    if "base.npy" not in text:
        return
    import numpy as np

    for name, archive, rows in [("base", "train", 60000), ("query", "t10k", 2000)]:
        content = gzip.open(os.path.join(data, "fashion-mnist", archive + "-images-idx3-ubyte.gz")).read()
        images = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 784)[:rows]
        np.save(os.path.join(folder, name + ".npy"), images.astype(np.float32))


def run(command, folder):
    """The command's output as a terminal 112 columns wide shows it, and its messages."""
    terminal, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 112, 0, 0))
    environment = dict(os.environ, NO_COLOR="1", PATH=os.path.dirname(AKIN) + os.pathsep + os.environ["PATH"])
    process = subprocess.Popen(
        command, shell=True, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=inside, stderr=subprocess.PIPE)
    os.close(inside)
    messages = []
    reader = threading.Thread(target=lambda: messages.append(process.stderr.read().decode()))
    reader.start()
    output = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end was closed
            break
        if not piece:
            break
        output += piece
    os.close(terminal)
    reader.join()
    if process.wait() != 0:
        sys.exit(f"'{command}' failed:\n{messages[0]}")
    return output.decode().replace("\r\n", "\n").strip("\n"), messages[0].split("\n")


def shown(command, folder):
    output, messages = run(command, folder)
    lines = [line.rstrip() for line in output.split("\n") if line]
    if " info " in command:
        lines = output.split("\n")
        end = lines.index("Provenance")
        lines = [line.rstrip() for line in lines[:end - 1]] + ["…"]
    losses = [line for line in messages if line.startswith("train: ")]
    # How columns were found, and the interactions that were read; a catalogue's own count is not shown.
    first = next((line for line in messages if line.startswith("read: ")), None)
    read = [line for line in messages if line == first or re.match(r"akin: \S+: (user|id)=", line)]
    if losses:
        lines = read + losses[:1] + ["…"] + losses[-1:] + lines
    wrote = [line for line in messages if line.startswith("wrote ")]
    return "\n".join(["$ " + command] + lines + wrote)


def rewritten(text, folder, times):
    """The page with what its commands print now."""

    def again(block):
        if block.group(1):
            run(block.group(1), folder)
            return block.group(0)
        commands = re.findall(r"^\$ (akin .*)$", block.group(0), re.MULTILINE)
        new = "```\n" + "\n\n".join(shown(command, folder) for command in commands) + "\n```"
        return new if times else kept(block.group(0), new)

    return BLOCK.sub(again, text)


def lasting(line, columns):
    """A line's words without those that depend on the clock or on the CPU level.

    columns[0] is how many columns at the end of the table that the line may be in are times or rates.
    """
    names = re.split(r"\s{2,}", line.strip())
    words = re.sub(r", in [\d.]+ (ms|s|min [\d.]+ s)$", "", line).split()
    clocks = [place for place, name in enumerate(names) if name in ("Queries/s", "Seconds")]
    if clocks and len(names) > 1:
        columns[0] = len(names) - clocks[0]
        return names[:clocks[0]]
    if not words or words[0] in ("```", "$"):
        columns[0] = 0
    if words[:1] == ["Digest"] or words[:2] == ["Made", "from"]:
        return words[:1]
    return words[:len(words) - columns[0]]


def agree(a, b):
    """Whether two words are equal, or numbers that are close."""
    if a == b:
        return True
    try:
        a, b = (float(word.strip("(),").replace(",", "")) for word in (a, b))
    except ValueError:
        return False
    return abs(a - b) <= 0.005 * max(abs(a), abs(b), 0.02)


def kept(old, new):
    """The new lines, but for those that agree with the old ones, which stay."""
    before, after = old.split("\n"), new.split("\n")
    if len(before) != len(after):
        return new
    lines, then, now = [], [0], [0]
    for a, b in zip(before, after):
        x, y = lasting(a, then), lasting(b, now)
        lines.append(a if len(x) == len(y) and all(map(agree, x, y)) else b)
    return "\n".join(lines)


def main():
    flags = [word for word in sys.argv[1:] if word.startswith("--")]
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    if not words or set(flags) - {"--check", "--times"}:
        sys.exit(__doc__)
    data, wrong = os.path.abspath(words[0]), 0
    pages = [os.path.abspath(page) for page in words[1:]] or [os.path.join(ROOT, "README.md")] + sorted(
        os.path.join(CATALOGUE, name) for name in os.listdir(CATALOGUE) if name.endswith(".md"))
    for path in pages:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if not BLOCK.search(text):
            continue
        with tempfile.TemporaryDirectory() as folder:
            prepare(data, folder, text)
            new = rewritten(text, folder, "--times" in flags)
        name = os.path.relpath(path, ROOT)
        if "--check" in flags:
            wrong += text != new
            sys.stdout.writelines(difflib.unified_diff(
                text.splitlines(True), new.splitlines(True), name, "what its commands print", n=0))
            print(f"{name}: " + ("its commands print what it shows" if text == new else "its commands print something else"))
        elif new != text:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
            print(f"{name}: written again")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
