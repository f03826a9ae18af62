"""The project's own rules: how long a file may be, that code knows no city, and that nothing leads to one machine."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("strategies", "sources", "expectations", "transforms", "warehouse", "flows", "reports")
BESIDE = ("tests", "benchmarks", "docs", "notebooks", "deploy", ".ci")
CODE = {".py", ".sql", ".html", ".css", ".js"}

ADAPTER_LINES, FILE_LINES, FUNCTION_LINES = 150, 300, 50


def files_of(*folders):
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]


def name(path):
    return path.relative_to(ROOT).as_posix()


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


# What belongs to the project; ``kpi.toml`` are the settings of one machine and stay there.
ON_TOP = [
    path for path in ROOT.iterdir() if path.is_file() and (path.suffix or path.name in ("Makefile", ".gitignore"))
]
PROJECT = sorted(files_of(*ROOMS, *BESIDE) + [path for path in ON_TOP if path.name != "kpi.toml"])
CODE_OF_THE_ROOMS = [path for path in PROJECT if path.suffix in CODE and path.parts[len(ROOT.parts)] not in BESIDE]
PYTHON = [path for path in PROJECT if path.suffix == ".py"]
ADAPTERS = sorted(
    {tomllib.loads(path.read_text(encoding="utf-8"))["adapter"] for path in (ROOT / "sources/catalog").glob("*.toml")}
)


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def too_long(module, limit):
    """Functions that are longer than so many lines, with their lengths."""
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {function.name: (function.end_lineno or 0) - function.lineno + 1 for function in functions}
    return {function: length for function, length in lengths.items() if length > limit}


def test_the_tree_is_looked_at_whole():
    assert {"records.py", "Makefile", "pyproject.toml", "requirements.txt"} <= {path.name for path in ON_TOP}
    assert {path.parts[len(ROOT.parts)] for path in CODE_OF_THE_ROOMS} >= {
        "sources",
        "warehouse",
        "flows",
        "records.py",
    }
    assert Path(__file__) in PYTHON


# --- budgets


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_adapter_fits_its_budget(adapter):
    assert lines(ROOT / "sources" / f"{adapter}.py") <= ADAPTER_LINES


def test_no_file_of_the_code_is_longer_than_its_budget():
    long = {name(path): lines(path) for path in CODE_OF_THE_ROOMS if lines(path) > FILE_LINES}
    assert long == {}


def test_no_function_is_longer_than_its_budget():
    found = {name(path): too_long(tree(path), FUNCTION_LINES) for path in PYTHON}
    assert {path: functions for path, functions in found.items() if functions} == {}


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_function_is_measured_from_its_name_to_its_last_line(kind):
    module = ast.parse(f"class A:\n    {kind} long(\n        self,\n    ):\n" + "        1\n" * 48)
    assert too_long(module, 50) == {"long": 51}
    assert too_long(module, 51) == {}


# --- names and first lines


def test_no_file_has_a_name_that_says_nothing():
    nothing = re.compile(r"(util|helper|common|manager|misc)s?$")
    assert [name(path) for path in PYTHON if nothing.search(path.stem)] == []


def test_every_module_says_first_why_it_exists():
    assert [name(path) for path in PYTHON if not ast.get_docstring(tree(path))] == []


# --- another municipality writes one strategy and no code


def test_code_knows_no_city():
    # "kanazawa-kpi" is what the program itself is called.
    city = re.compile(r"kanazawa(?!-kpi)|金沢", re.IGNORECASE)
    rules = [path for path in files_of("expectations") if path.suffix == ".toml"]
    found = {name(path): city.findall(path.read_text(encoding="utf-8")) for path in CODE_OF_THE_ROOMS + rules}
    assert {path: words for path, words in found.items() if words} == {}


# --- a clone works anywhere: put together here, so that this file does not name what it looks for


ELSEWHERE = {
    "an address of a package registry": re.compile("py" r"pi\.org|python" r"hosted\.org|npm" r"js\.(org|com)"),
    "an option that names a registry": re.compile(r"--(extra-)?index" r"-url|--find" r"-links"),
    "a path of one machine": re.compile(r"(?<![\w./%-])/(wo" r"rk|ro" r"ot|tm" r"p/bash_jobs)/"),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_no_file_names(what):
    found = {
        name(path): ELSEWHERE[what].findall(path.read_text(encoding="utf-8", errors="replace")) for path in PROJECT
    }
    assert {path: words for path, words in found.items() if words} == {}


def test_only_tests_know_of_a_folder_beside_the_checkout():
    outside = [path for path in PROJECT if "tests" not in path.relative_to(ROOT).parts]
    assert [name(path) for path in outside if "../sha" + "red" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("an address of a package registry", "https://files.python" + "hosted.org/x.whl"),
        ("an option that names a registry", "--extra-index" + "-url https://example.jp"),
        ("a path of one machine", 'Path("/wo' + 'rk/data")'),
    ],
)
def test_what_must_not_be_named_would_be_found(what, text):
    assert ELSEWHERE[what].search(text)


def test_an_address_of_a_publisher_may_have_any_path():
    assert not ELSEWHERE["a path of one machine"].search("https://example.jp/wo" + "rk/2024.csv")
