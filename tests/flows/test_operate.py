"""The operations guide is true: what it says to copy is enough, what is shipped works, and no message is missing."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
import yaml

from flows import cli
from flows.news import KINDS
from flows.server import quiet_environment
from reports.words import OUTCOME, STATE
from settings import PROJECT_ROOT, Settings
from warehouse.lock import writer_lock
from warehouse.read import progress

GUIDES = {"en": PROJECT_ROOT / "docs" / "operate.md", "ja": PROJECT_ROOT / "docs" / "operate.ja.md"}
DEPLOY = PROJECT_ROOT / "deploy"
UNIT, COMPOSE, DOCKERFILE = DEPLOY / "kanazawa-kpi.service", DEPLOY / "compose.yaml", DEPLOY / "Dockerfile"
ENVIRONMENT = DEPLOY / "kanazawa-kpi.env.example"

# Whose sentences reach the engineer whatever the publisher, the strategy or the rule; all others name their own place.
SPEAKING = (
    "settings.py",
    *(
        f"flows/{name}.py"
        for name in ("build", "command", "kept", "nightly", "night", "notify", "report", "run_record", "server")
    ),
    *(f"sources/{name}.py" for name in ("fetching", "http", "snapshots")),
    *(
        f"warehouse/{name}.py"
        for name in ("as_published", "connect", "lock", "pages", "parts", "past", "publish", "read")
    ),
)
_NEVER_SEEN = (
    "has no time zone",  # our own slip, which no night can make
    "removed ",
    "took over the lock",  # both only with --debug
    "another try in",
)

both_guides = pytest.mark.parametrize("lang", GUIDES)


def guide(lang):
    return GUIDES[lang].read_text(encoding="utf-8")


# ---------------------------------------------------------------- every message can be found


def sentences(path):
    """The longest fixed part of each sentence that a module raises, logs as trouble, or keeps for a record."""
    for node in ast.walk(ast.parse((PROJECT_ROOT / path).read_text(encoding="utf-8"))):
        match node:
            case ast.Raise(exc=ast.Call(args=[said, *_])):
                yield from fixed(said)
            case ast.Call(func=ast.Attribute(attr="warning" | "error"), args=[said, *_]):
                yield from fixed(said)
            case ast.Call(keywords=keywords):
                yield from chain.from_iterable(fixed(k.value) for k in keywords if k.arg in ("reason", "message"))


def fixed(said):
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    pieces = [piece for text in texts for piece in re.split(r"%s|`|…", text)]
    longest = max(pieces, key=len, default="").strip(" :;,().?")
    if len(longest) > 8 and not any(longest.startswith(never.strip()) for never in _NEVER_SEEN):
        yield longest


@both_guides
@pytest.mark.parametrize("path", SPEAKING)
def test_every_sentence_of_the_machines_side_can_be_found(path, lang):
    text = guide(lang).replace("`", "")
    assert [sentence for sentence in sentences(path) if sentence not in text] == []


def test_the_sentences_are_looked_for_at_all():
    found = {sentence for path in SPEAKING for sentence in sentences(path)}
    assert "wait for it or stop it" in found
    assert len(found) > 25


@both_guides
def test_every_reason_before_an_answer_can_be_found(lang):
    from sources.http import _TROUBLES

    reasons = [re.sub(r" \d+ s$", "", reason) for _, _, reason in _TROUBLES]
    assert [reason for reason in reasons if reason not in guide(lang)] == []


@both_guides
def test_every_exit_code_outcome_state_and_kind_of_message_is_there(lang):
    exits = {0} | {code for name, code in vars(cli).items() if name.startswith("EXIT_")}
    assert [code for code in exits if f"| `{code}` |" not in guide(lang)] == []
    for code, kind in KINDS.items():
        assert f"| `{code}` | {kind.name[0]} / {kind.name[1]} |" in guide(lang)
    assert [outcome for outcome in OUTCOME if outcome != "running" and f"`{outcome}`" not in guide(lang)] == []
    assert [state for state in STATE if state in ("stale", "recorded", "missing") and state not in guide(lang)] == []


def test_both_guides_have_the_same_sections_tables_and_commands():
    outlines = [re.findall(r"^(#+) ", guide(lang), re.MULTILINE) for lang in GUIDES]
    rows = [len(re.findall(r"^\|", guide(lang), re.MULTILINE)) for lang in GUIDES]
    blocks = [re.findall(r"^```\w*\n(.*?)^```", guide(lang), re.MULTILINE | re.DOTALL) for lang in GUIDES]
    assert outlines[0] == outlines[1]
    assert rows[0] == rows[1]
    assert blocks[0] == blocks[1]


# ---------------------------------------------------------------- backup and restore


@pytest.fixture
def checkout(town, tmp_path):
    """The town as a checkout has it: data, register, corrections and strategies below one folder."""
    here = tmp_path / "checkout"
    shutil.copytree(town.data, here / "data", symlinks=True)
    shutil.copytree(town.register, here / "sources" / "register")
    shutil.copy(town.corrections, here / "sources" / "corrections.toml")
    shutil.copytree(town.strategies, here / "strategies")
    return in_folder(town, here)


def in_folder(town, folder):
    return replace(
        town,
        data=folder / "data",
        register=folder / "sources" / "register",
        corrections=folder / "sources" / "corrections.toml",
        strategies=folder / "strategies",
    )


def backup_command(lang):
    (command,) = re.findall(r"^\$ (flock .* tar -cf .*)$", guide(lang), re.MULTILINE)
    return command


@both_guides
def test_what_the_guide_says_to_copy_is_enough_to_restore_everything(checkout, tmp_path, lang):
    checkout.replica.files.clear()
    before = checkout.night()  # nobody serves anything any more
    earlier = progress(checkout.current, run=before.run_id)
    subprocess.run(backup_command(lang), shell=True, cwd=checkout.data.parent, check=True)
    archive = checkout.data.parent / "kpi-backup.tar"
    restored = tmp_path / "restored"
    restored.mkdir()
    subprocess.run(["tar", "-xf", archive], cwd=restored, check=True)
    assert sorted(path.name for path in (restored / "data").iterdir()) == ["runs", "snapshots"]
    shutil.rmtree(checkout.data.parent)
    again = in_folder(checkout, restored)
    record = again.night(anew=True, offline=True)
    assert record.content_hash == before.content_hash
    assert again.ask("SELECT count(*) AS runs FROM ops.run") == [{"runs": 3}]
    assert progress(again.current, run=before.run_id) == earlier


def test_a_backup_waits_for_the_run_that_is_under_way(checkout):
    with writer_lock(checkout.data):
        backing_up = subprocess.Popen(backup_command("en"), shell=True, cwd=checkout.data.parent)
        with pytest.raises(subprocess.TimeoutExpired):
            backing_up.wait(timeout=1)
    assert backing_up.wait(timeout=30) == 0


# ---------------------------------------------------------------- what is shipped


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_understands_the_unit_and_finds_it_hardened(tmp_path):
    text = UNIT.read_text(encoding="utf-8").replace("/opt/kanazawa-kpi/.venv/bin/kpi", f"{sys.executable} -m kpi")
    unit = tmp_path / UNIT.name
    unit.write_text(text, encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit]
    rated = subprocess.run(command, capture_output=True, text=True, check=False)
    assert rated.returncode == 0, rated.stdout[-200:]


def test_the_unit_starts_again_whatever_ends_it_and_stops_the_command_as_ctrl_c_does():
    lines = set(UNIT.read_text(encoding="utf-8").splitlines())
    assert {"Restart=always", "KillMode=mixed", "KillSignal=SIGINT", "SuccessExitStatus=130"} <= lines
    assert "ExecStart=/opt/kanazawa-kpi/.venv/bin/kpi serve" in lines


def test_the_compose_file_is_valid_starts_again_and_stops_the_command_as_ctrl_c_does():
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["nightly"]
    assert (service["restart"], service["stop_signal"], service["init"]) == ("unless-stopped", "SIGINT", True)
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    for volume in service["volumes"]:
        if volume["source"] != "../data":
            assert (DEPLOY / volume["source"]).exists()
            assert volume["read_only"]


def test_the_image_gets_every_room_and_only_what_its_builder_is_given():
    copied = re.findall(r"^COPY (.*) \S+$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    sources = {name for line in copied for name in line.split()}
    assert all((PROJECT_ROOT / name).exists() for name in sources)
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {name.removesuffix("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    modules = {f"{name}.py" for name in project["tool"]["setuptools"]["py-modules"]}
    assert packages | modules | {"strategies", "requirements.txt", "pyproject.toml"} <= sources
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == sources
    assert "--require-hashes -r requirements.txt" in DOCKERFILE.read_text(encoding="utf-8")


def test_what_the_image_copies_is_enough_for_a_night(tmp_path):
    """The same files, put in place as the Dockerfile does, run a night without anything else of the checkout."""
    image = tmp_path / "image"
    image.mkdir()
    for line in re.findall(r"^COPY (.*) (?:\S+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE):
        for name in line.split():
            source = PROJECT_ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, image / name)
    environment = {**os.environ, "PYTHONPATH": str(image), "KPI_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", "--offline", "--inline"]
    ran = subprocess.run(command, cwd=image, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "degraded（一部縮退）" in ran.stdout
    assert "FINAL_PENDING" in ran.stdout


def test_the_example_of_settings_names_settings_that_there_are_and_keeps_prefect_quiet(tmp_path):
    lines = ENVIRONMENT.read_text(encoding="utf-8").splitlines()
    names = {line.lstrip("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)}
    assert {n.removeprefix("KPI_").lower() for n in names if n.startswith("KPI_")} <= set(Settings.model_fields)
    told = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert told
    assert told.items() <= quiet_environment(tmp_path).items()
