#!/usr/bin/env python3
"""Runs the commands that README.md shows and puts what they say now in place of what they said then.

usage: Tools/bench/readme.py DATA    (DATA holds ml-latest-small and fashion-mnist; needs numpy and a release build)

A block of the README that starts with `$ akin` is a list of commands with their outputs, as on a terminal. Progress is left out;
of the training's losses the first and the last stay, and of `akin info` all before the provenance.
"""
import fcntl, gzip, os, pty, re, struct, subprocess, sys, tempfile, termios, threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AKIN = os.path.join(ROOT, ".build", "release", "akin")


def prepare(data, folder):
    """Puts the inputs that the commands name into the folder that they run in."""
    import numpy as np

    for name in ["ratings.csv", "movies.csv"]:
        os.symlink(os.path.join(data, "ml-latest-small", name), os.path.join(folder, name))
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
    read = [line for line in messages if line.startswith("read: ")]
    if losses:
        lines = read[:1] + losses[:1] + ["…"] + losses[-1:] + lines
    wrote = [line for line in messages if line.startswith("wrote ")]
    return "\n".join(["$ " + command] + lines + wrote)


def main():
    data = os.path.abspath(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__)
    path = os.path.join(ROOT, "README.md")
    text = open(path, encoding="utf-8").read()
    with tempfile.TemporaryDirectory() as folder:
        prepare(data, folder)

        def again(block):
            commands = re.findall(r"^\$ (akin .*)$", block.group(0), re.MULTILINE)
            return "```\n" + "\n\n".join(shown(command, folder) for command in commands) + "\n```"

        text = re.sub(r"^```\n\$ akin .*?^```", again, text, flags=re.MULTILINE | re.DOTALL)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
