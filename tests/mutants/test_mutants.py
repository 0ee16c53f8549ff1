"""The list of mutants matches the code; `make mutants` runs them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants_run", Path(__file__).with_name("run.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_each_mutant_finds_the_one_place_that_it_breaks() -> None:
    for mutant in loaded().mutants():
        assert (ROOT / mutant.file).read_text("utf-8").count(mutant.before) == 1, mutant.name


def test_each_mutant_names_tests_that_are_there() -> None:
    for mutant in loaded().mutants():
        for test in mutant.tests:
            path, _, name = test.partition("::")
            assert (ROOT / path).exists(), f"{mutant.name}: {path}"
            name = name.partition("[")[0]
            assert not name or f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{mutant.name}: {name}"


def test_there_are_forty_mutants_of_different_names() -> None:
    names = [mutant.name for mutant in loaded().mutants()]
    assert len(names) == len(set(names))
    assert len(names) >= 40
