"""What is installed is what is on disk: the list of packages, and a wheel built from the sdist, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.repository.source import INSTALLED_AS, ROOT, is_skipped, modules


def left_out(folder: str, names: list[str]) -> set[str]:
    """What of a folder is no part of the repository."""
    return {name for name in names if is_skipped(Path(folder) / name)}


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of a copy of the repository and the wheel that was built from that sdist."""
    folder = tmp_path_factory.mktemp("build")
    shutil.copytree(ROOT, folder / "copy", ignore=left_out)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist"), str(folder / "copy")]
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "dist"


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (found,) = distributions.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's contents as site-packages would."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_installed(site: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code where the wheel's contents, and not this repository, are imported."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=site.parent, env=environment
    )


def place_in_wheel(module: tuple[str, Path]) -> tuple[str, str]:
    """A module's name, and what makes a path of it."""
    return module[0], "/__init__.py" if module[1].name == "__init__.py" else ".py"


def files_on_disk() -> set[str]:
    """Every file that belongs in the wheel, by its installed path."""
    data = ["*.toml", "miniature/*", "minimal_pairs/*", "static/*"]
    found = {f"{name.replace('.', '/')}{end}" for name, end in map(place_in_wheel, modules().items())}
    for folder, package in INSTALLED_AS.items():
        patterns = data if folder != "jmt" else ["py.typed", "document/schema.json"]
        for pattern in patterns:
            for path in (ROOT / folder).glob(pattern):
                if path.is_file():
                    found.add(str(Path(package.replace(".", "/")) / path.relative_to(ROOT / folder)))
    for model in (path.parent for path in (ROOT / "jmt" / "models").glob("*/manifest.json")):
        found |= {str(path.relative_to(ROOT)) for path in model.rglob("*") if path.is_file()}
    return found


def test_the_list_of_packages_matches_the_disk():
    """An unlisted sub-package would be silently absent from the wheel."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    on_disk = sorted(name for name, path in modules().items() if path.name == "__init__.py")

    assert sorted(listed) == on_disk
    assert listed == sorted(listed)


def test_every_folder_with_code_is_a_package():
    folders = {path.parent for path in modules().values()}

    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_wheel_holds_every_module_and_data_file_and_nothing_else(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert names == files_on_disk()


def test_only_jmt_lands_in_site_packages(site: Path):
    assert {path.name for path in site.iterdir() if not path.name.endswith(".dist-info")} == {"jmt"}


def test_the_licence_travels_with_the_wheel(site: Path):
    (licence,) = site.glob("*.dist-info/licenses/LICENSE")

    assert licence.read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_sdist_holds_what_the_wheel_is_built_from(distributions: Path):
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "jmt/py.typed",
        "serve/__init__.py",
        "configs/__init__.py",
    } <= names


def test_the_installed_package_is_found_in_all_its_parts(site: Path):
    code = (
        "import jmt, jmt.serve, jmt.corpora, jmt.configs; from importlib.resources import files;"
        "print(jmt.__path__[0], jmt.serve.__path__[0], sorted(f.name for f in files('jmt.configs').iterdir()))"
    )
    result = run_installed(site, code)

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"{site / 'jmt'} {site / 'jmt' / 'serve'}")


def test_the_installed_command_answers(site: Path):
    result = run_installed(site, "import sys; from jmt.cli.main import main; sys.exit(main(['--help']))")

    assert result.returncode == 0
    assert "annotate" in result.stdout


BLOCKED = """
import socket, sys
def refuse(*_): raise OSError("a socket was opened")
socket.socket.connect = socket.socket.bind = socket.getaddrinfo = socket.create_connection = refuse
from jmt.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
"""A program that runs the command line, and fails where anything reaches for the network."""


def test_what_is_installed_annotates_a_text_file_with_no_other_step(wheel: Path, tiny_checkpoint: Path, tmp_path: Path):
    """The wheel of the package, and that of a model unless one ships inside; sockets are blocked."""
    from jmt.cli.main import main
    from jmt.models.places import DEFAULT_MODEL

    wheels = [wheel]
    with zipfile.ZipFile(wheel) as archive:
        ships = f"jmt/models/{DEFAULT_MODEL}/config.json" in archive.namelist()
    if not ships:
        words = ["package", str(tiny_checkpoint), DEFAULT_MODEL, "--licence", "CC0-1.0", "--wheel"]
        assert main([*words, "--output", str(tmp_path)]) == 0
        wheels += tmp_path.glob("*.whl")
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*pip, *map(str, wheels)], check=True, capture_output=True)
    (tmp_path / "text.txt").write_text("She reads a book.\n", encoding="utf-8")

    result = subprocess.run(
        [sys.executable, "-c", BLOCKED, "annotate", "text.txt"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
    )
    assert result.returncode == 0, result.stderr
    assert [line.split("\t")[1] for line in result.stdout.splitlines() if line[:1].isdigit()] == [
        *("She", "reads", "a", "book", "."),
    ]


def test_the_folder_serve_is_refused_under_its_own_name():
    result = subprocess.run([sys.executable, "-c", "import serve"], capture_output=True, text=True, cwd=ROOT)

    assert result.returncode == 1
    assert "import jmt.serve" in result.stderr
