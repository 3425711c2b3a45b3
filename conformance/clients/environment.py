"""Makes one virtual environment with one version of a package: the Prefect client, or OpenBao.

    environment.py FOLDER REQUIREMENT CONSTRAINTS

The folder is complete when it holds the file `complete`; whatever else is found there is the remains of a run
that was cut short and is made again. A lock of the kernel, which no crash leaves behind, lets one process install
while the others wait for it. Progress goes to stderr.
"""

import fcntl
import pathlib
import shutil
import subprocess
import sys
import venv


def main(folder: pathlib.Path, requirement: str, constraints: pathlib.Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()  # Its scripts name their interpreter by the path that it was made under.
    with open(folder.with_suffix(".lock"), "w") as lock:
        wait_for_turn(lock, requirement)
        if not (folder / "complete").exists():
            say(f"making {requirement} in {folder}")
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            install(folder, requirement, constraints)
            (folder / "complete").touch()


def wait_for_turn(lock, requirement: str) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"another process is installing {requirement}; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def install(folder: pathlib.Path, requirement: str, constraints: pathlib.Path) -> None:
    """Runs pip, counting the packages that it takes up; its own words are shown only when it fails."""
    total = len(constraints.read_text().split())
    command = [folder / "bin/python", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--only-binary", ":all:", "--constraint", constraints, requirement]
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output, collected = [], 0
    for line in pip.stdout:
        output.append(line)
        if line.startswith("Collecting "):
            collected += 1
            if sys.stderr.isatty() or collected % 20 == 0:
                say(f"{requirement}: {collected} of about {total} packages", end="\r" if sys.stderr.isatty() else "\n")
        elif line.startswith("Installing collected packages"):
            say(f"{requirement}: installing {collected} packages    ")
    if pip.wait() != 0:
        sys.stderr.write("".join(output[-30:]))
        sys.exit(f"pip could not install {requirement}; to see all: {' '.join(map(str, command))}")


def say(words: str, end: str = "\n") -> None:
    print(words, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]))
