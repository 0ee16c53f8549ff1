"""Licences of our dependencies: the page in docs/ names every package, and correctly."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<license>[^|]+) \| (?P<why>[^|]+) \|$", re.MULTILINE)
COPYLEFT = re.compile(r"\b(?:[AL]?GPL|MPL|EPL|EUPL|CDDL|OSL)\b|general public|mozilla public", re.IGNORECASE)
SPELT = {"psf-2.0": ("python software", "psf"), "bsd-2-clause": ("bsd",), "bsd-3-clause": ("bsd",)}


OLDER_PYTHONS = frozenset({"importlib-metadata", "lazy-importer", "typing-extensions", "zipp"})
"""What only older Pythons need beside their own library."""


def named() -> dict[str, str]:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    return {found["name"]: found["license"].strip() for found in ROW.finditer(text)}


def needed() -> set[str]:
    """Return every package that an installation with all extras brings, however indirectly, if installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    found: set[str] = set()
    while waiting:
        wanted = Requirement(waiting.pop())
        if wanted.marker is not None and not any(wanted.marker.evaluate({"extra": e}) for e in (*wanted.extras, "")):
            continue
        name = canonicalize_name(wanted.name)
        if name in found:
            continue
        found.add(name)
        for inner in metadata.requires(wanted.name) or ():
            if "extra ==" not in inner:
                waiting.append(inner)
    return found


def here() -> dict[str, str]:
    """Return the named packages that are installed: newer Pythons lack what only older ones need."""
    installed = {canonicalize_name(one.name) for one in metadata.distributions()}
    return {name: license_id for name, license_id in named().items() if name in installed or name not in OLDER_PYTHONS}


def stated(name: str) -> str:
    told = metadata.metadata(name)
    classes = [one for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    fields = [told[name][:200] for name in ("License-Expression", "License") if name in told]
    return " ".join([*fields, *classes]).lower()


def test_the_page_lists_exactly_the_installed_packages() -> None:
    assert sorted(needed() - named().keys()) == []
    assert sorted(named().keys() - needed() - OLDER_PYTHONS) == []


def test_each_license_on_the_page_is_the_one_that_the_package_states() -> None:
    wrong = {}
    for name, license_id in here().items():
        said = stated(name)
        one_of = [part.strip().lower() for part in re.split(r" (?:OR|AND) ", license_id)]
        words = [SPELT.get(part, (part.partition("-")[0],)) for part in one_of]
        if not any(word in said for any_of in words for word in any_of):
            wrong[name] = (license_id, said)
    assert wrong == {}


def test_exactly_the_copyleft_packages_are_marked_as_copyleft() -> None:
    """A package with other terms is noticed here, not by those who redistribute the program."""
    copyleft = {name for name in here() if COPYLEFT.search(stated(name))}
    assert copyleft == {name for name, license_id in here().items() if COPYLEFT.search(license_id)}
    said = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in copyleft:
        assert f"`{name}`" in said, name
