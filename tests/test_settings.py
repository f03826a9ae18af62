"""Settings come from the environment or kpi.toml, and a misspelled one is refused instead of ignored."""

from pathlib import Path

import pytest

from settings import SettingsError, load


@pytest.fixture(autouse=True)
def an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_environment_names_each_publishers_own_address(monkeypatch):
    for publisher in ("SSDSE", "DASHBOARD", "CKAN"):
        monkeypatch.setenv(f"KPI_BASE_URL__{publisher}", "http://127.0.0.1:8000")
    assert load().base_url == dict.fromkeys(("ssdse", "dashboard", "ckan"), "http://127.0.0.1:8000")


def test_an_argument_wins_over_the_environment_and_that_over_the_file(monkeypatch):
    Path("kpi.toml").write_text('data_dir = "from-file"\n')
    assert load().data_dir == Path("from-file")
    monkeypatch.setenv("KPI_DATA_DIR", "from-environment")
    assert load().data_dir == Path("from-environment")
    assert load(Path("given")).data_dir == Path("given")


@pytest.mark.parametrize("empty", ["", " "], ids=repr)
@pytest.mark.parametrize("name", ["KPI_DATA_DIR", "KPI_REGISTER_DIR", "KPI_STRATEGIES_DIR", "KPI_CORRECTIONS_FILE"])
def test_an_empty_place_is_refused_and_never_the_working_folder(monkeypatch, name, empty):
    monkeypatch.setenv(name, empty)
    with pytest.raises(SettingsError, match=rf"setting {name}: .*it is empty; name a place, or leave it out"):
        load()


def test_a_misspelled_variable_is_refused_with_the_names_that_there_are(monkeypatch):
    monkeypatch.setenv("KPI_DATA_DIRECTORY", "elsewhere")
    with pytest.raises(SettingsError, match=r"KPI_DATA_DIRECTORY is not known.*KPI_DATA_DIR"):
        load()


def test_an_unknown_name_in_the_file_is_refused():
    Path("kpi.toml").write_text('data_folder = "x"\n')
    with pytest.raises(SettingsError, match="KPI_DATA_FOLDER"):
        load()


def test_secrets_are_not_shown(monkeypatch):
    monkeypatch.setenv("KPI_ESTAT_APP_ID", "TOPSECRET")
    monkeypatch.setenv("KPI_NOTIFY_URLS", "json://127.0.0.1/ mailto://user:TOPSECRET@example.org")
    settings = load()
    assert len(settings.notify_urls) == 2
    assert "TOPSECRET" not in repr(settings)
