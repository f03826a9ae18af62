"""Nights after the catalog was changed: what it says now counts, and what it no longer names is kept and left alone."""

from dataclasses import replace

from flows import build, checking
from settings import PROJECT_ROOT


def test_a_file_of_a_dataset_that_the_catalog_no_longer_has_is_neither_read_nor_trouble(town):
    store = town.begin().store
    store.record(replace(store.fetches()[-1], publisher="ssdse", dataset="gone", resource="ssdse/gone-2020"))
    record = town.night(offline=True)
    source = town.source(record, "ssdse")
    assert (source["state"], source["refused"], source["reason"]) == ("live", 0, "")


def test_an_area_with_another_name_is_news(town, tmp_path, monkeypatch):
    names = "SELECT name_ja FROM core.area WHERE area_code = '17201'"
    assert town.ask(names) == [{"name_ja": "金沢市"}]
    lists = []
    for path in build.AREA_FILES:
        lists.append(tmp_path / path.name)
        lists[-1].write_text(path.read_text(encoding="utf-8").replace("金沢市", "金澤市"), encoding="utf-8")
    monkeypatch.setattr(build, "AREA_FILES", tuple(lists))
    assert town.night(offline=True).outcome == "ok"
    assert town.ask(names) == [{"name_ja": "金澤市"}]


def test_a_part_is_made_anew_when_any_code_that_reads_or_refuses_files_changes(monkeypatch):
    def fingerprint():
        checking._reading_fingerprint.cache_clear()
        return checking._reading_fingerprint()

    before = fingerprint()
    read_bytes = type(PROJECT_ROOT).read_bytes
    for name in ("sources/guards.py", "sources/dashboard_answer.py", "flows/checking.py", "clock.py", "records.py"):
        changed = PROJECT_ROOT / name

        def read(path, changed=changed):
            return read_bytes(path) + (b"#" if path == changed else b"")

        monkeypatch.setattr(type(PROJECT_ROOT), "read_bytes", read)
        assert fingerprint() != before, name
    monkeypatch.undo()
    assert fingerprint() == before
