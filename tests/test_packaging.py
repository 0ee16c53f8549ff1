"""What is shipped: our three packages, with their data and types, under one version."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"archive", "db", "ingest"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_three_package_names_belong_only_to_this_distribution() -> None:
    # Others could ship packages called "archive" and "db" too: an environment with such a package is refused here.
    owners = metadata.packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["creditline"])) <= {"creditline"}
        module = __import__(package)
        assert Path(str(module.__file__)).is_relative_to(ROOT), f"{package} comes from {module.__file__}"


def test_the_version_is_stated_once_and_the_command_says_it(creditline_script: Path) -> None:
    version = PROJECT["project"]["version"]
    assert metadata.version("creditline") == version
    told = subprocess.run([creditline_script, "--version"], capture_output=True, text=True, timeout=300, check=True)
    assert told.stdout == f"creditline {version}\n"


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_each_package_is_marked_as_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").exists()


def test_the_license_is_apache_and_its_text_is_included() -> None:
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")


def tracked() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *sorted(PACKAGES)], cwd=ROOT, capture_output=True, timeout=300, check=True
    )
    return {name for name in listed.stdout.decode().split("\0") if name}


@pytest.mark.slow
def test_the_wheel_holds_exactly_the_three_packages_with_their_data(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a working copy: what belongs in the wheel is not known")
    build = (
        "from hatchling.builders.wheel import WheelBuilder; import sys;"
        "print(next(WheelBuilder(sys.argv[1]).build(directory=sys.argv[2], versions=['standard'])))"
    )
    made = subprocess.run(
        [sys.executable, "-c", build, str(ROOT), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    [wheel] = tmp_path.glob("creditline-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    information = f"creditline-{PROJECT['project']['version']}.dist-info"
    assert {name.partition("/")[0] for name in names} == PACKAGES | {information}
    assert tracked() <= names
    assert f"{information}/licenses/LICENSE" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
