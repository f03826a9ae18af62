"""The documents say what the program does: each command, code, source and setting is there, and examples work."""

import ast
import inspect
import re
import shlex
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import typer.main

import sources
from flows import cli
from reports.words import FRESHNESS, OUTCOME, STATE, STATUS
from settings import Settings
from sources import http
from sources import publishers as catalog
from sources.areas import known_areas
from sources.strategy import load_strategy
from transforms.status import Status
from warehouse.schema import schema_sql

ROOT = Path(__file__).parents[1]
README = {"en": ROOT / "README.md", "ja": ROOT / "README.ja.md"}
PAGES = [*README.values(), ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = typer.main.get_command(cli.app).commands
STRATEGIES = sorted((ROOT / "strategies").glob("*.toml"))

both_readmes = pytest.mark.parametrize("lang", README)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text(lang):
    return README[lang].read_text(encoding="utf-8")


def blocks(markdown, language):
    return re.findall(rf"^```{language}\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL)


def examples(markdown):
    """Every ``kpi`` command line in code blocks and tables, as arguments."""
    in_blocks = "\n".join(blocks(markdown, "console")).replace("\\\n", " ").replace("$ ", "").splitlines()
    in_prose = re.findall(r"`((?:\.venv/bin/)?kpi [^`…]*)`", markdown)
    for line in [*in_blocks, *in_prose]:
        words = shlex.split(line, comments=True)
        while words and "=" in words[0]:
            words = words[1:]
        if words and words[0].endswith("kpi"):
            yield words[1:]


def codes_of_the_maths():
    """Every status, flag and reason that the progress maths can put into a row: its words in capitals."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "transforms").glob("*.py")]
    constants = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found = [re.match(r"([A-Z][A-Z0-9_]+[A-Z0-9])(:|$)", value) for value in constants if isinstance(value, str)]
    return {match[1] for match in found if match}


@both_readmes
class TestReadme:
    def test_every_command_is_there_with_an_example(self, lang):
        shown = {arguments[0] for arguments in examples(text(lang))}
        assert shown == set(COMMANDS)

    def test_every_status_is_there_with_the_words_of_the_table(self, lang):
        missing = [s for s in Status if f"| `{s}` | {STATUS[s][lang == 'en']} |" not in text(lang)]
        assert missing == []

    def test_every_code_that_a_row_can_carry_is_there(self, lang):
        assert {code for code in codes_of_the_maths() if f"`{code}`" not in text(lang)} == set()

    def test_every_outcome_and_every_state_of_a_source_or_series_is_there(self, lang):
        assert [code for code in [*OUTCOME, *STATE, *FRESHNESS] if f"| `{code}` |" not in text(lang)] == []

    def test_every_exit_code_is_there(self, lang):
        exits = {0} | {code for name, code in vars(cli).items() if name.startswith("EXIT_")}
        assert [code for code in exits if f"`{code}`" not in text(lang)] == []

    def test_every_setting_is_there(self, lang):
        documented = {name.lower() for name in re.findall(r"\| `KPI_(\w+?)(?:__<PUBLISHER>)?` \|", text(lang))}
        assert documented == set(Settings.model_fields)

    def test_every_source_is_there_with_its_credit_line(self, lang):
        rows = {row.split("`")[1]: row for row in text(lang).splitlines() if row.startswith("| `")}
        for publisher in catalog.publishers().values():
            credit = publisher.credit_ja if lang == "ja" else publisher.credit_en
            assert rows[publisher.id].endswith(f"| {credit} |")

    def test_every_kpi_is_there(self, lang):
        for path in STRATEGIES:
            for kpi in tomllib.loads(path.read_text(encoding="utf-8"))["kpis"]:
                assert f"| `{kpi['id']}` |" in text(lang)

    def test_the_smallest_strategy_can_be_loaded(self, lang, tmp_path):
        path = tmp_path / "example.toml"
        path.write_text(blocks(text(lang), "toml")[0], encoding="utf-8")
        strategy = load_strategy(path, catalog.all_series(), known_areas())
        assert [kpi.id for kpi in strategy.kpis_for_progress()] == ["example_births"]

    def test_every_make_target_exists(self, lang):
        targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        named = set(re.findall(r"(?:`|\$ )make (\w+)", text(lang)))
        assert {"run", "test"} <= named <= targets


def test_both_readmes_have_the_same_sections_and_name_the_same_things():
    outlines, names = [], []
    for lang in README:
        prose = re.sub(r"^```.*?^```", "", text(lang), flags=re.MULTILINE | re.DOTALL)
        outlines.append(re.findall(r"^(#+) ", prose, re.MULTILINE))
        names.append({code for code in re.findall(r"`([^`]+)`", prose) if code.isascii()})
    assert outlines[0] == outlines[1]
    assert names[0] == names[1]


@every_page
class TestEveryPage:
    def test_links_to_other_files_lead_somewhere(self, page):
        links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == []

    def test_named_files_of_the_project_exist(self, page):
        rooms = "docs|expectations|flows|notebooks|reports|sources|strategies|tests|transforms|warehouse"
        named = re.findall(rf"`((?:{rooms})/[\w./*-]+)`", page.read_text(encoding="utf-8"))
        of_the_example = [name for name in named if "census" in name]
        assert [name for name in named if name not in of_the_example and not list(ROOT.glob(name))] == []

    def test_named_tables_exist(self, page):
        existing = set(re.findall(r"CREATE (?:TABLE|VIEW|MACRO) (\w+\.\w+)", schema_sql()))
        named = set(re.findall(r"`?\b((?:core|mart|ops)\.\w+)", page.read_text(encoding="utf-8")))
        assert named <= existing

    def test_every_example_is_understood_by_its_command(self, page):
        for name, *arguments in examples(page.read_text(encoding="utf-8")):
            if arguments:  # without arguments it is the command's name
                assert COMMANDS[name].make_context(name, arguments).info_name == name

    def test_no_path_of_one_machine_is_named(self, page):
        assert re.findall(r"(?<![\w./])/(?:tmp|work|root|home)\b", page.read_text(encoding="utf-8")) == []


def test_the_architecture_names_every_table():
    existing = set(re.findall(r"CREATE (?:TABLE|VIEW) (\w+\.\w+)", schema_sql()))
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert {table for table in existing if f"`{table}`" not in page} == set()


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for path in sorted(folder.glob("0*.md")):
        number, _, title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").partition(" ")
        assert f"| [{number}]({path.name}) | {title} |" in index
        assert path.name.startswith(number)


def test_the_worked_example_of_a_new_source_runs_with_its_own_tests(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "add-a-source.md").read_text(encoding="utf-8")
    (toml,), (fixture,) = blocks(page, "toml"), blocks(page, "csv")
    adapter, its_tests = blocks(page, "python")
    (tmp_path / "census_example.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "census-2020.csv").write_text(fixture, encoding="cp932")
    module = ModuleType("sources.census_example")
    exec(adapter, vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sources, "census_example", module, raising=False)
    monkeypatch.setattr(catalog, "CATALOG_DIR", tmp_path)
    monkeypatch.setattr(http, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "*")
    names = {"__file__": str(tmp_path / "test_census_example.py")}
    exec(its_tests, names)
    tests = [function for name, function in names.items() if name.startswith("test_")]
    assert len(tests) == 4
    for function in tests:
        function(**{"tmp_path": tmp_path} if inspect.signature(function).parameters else {})
