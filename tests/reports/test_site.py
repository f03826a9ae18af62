"""The report's folder: the same bytes for the same figures, never a half-written page, and no night fails for it."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clock import utc_now
from flows import cli
from flows import report as step
from flows.night import Night
from flows.run import InlineRunner, run_night
from reports import pages
from reports.site import write_report
from settings import PROJECT_ROOT, load
from warehouse.connect import WarehouseError


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_night_writes_the_report_in_both_languages(data):
    assert (data / "report" / "index.html").is_file()
    assert (data / "report" / "en" / "index.html").is_file()


def test_the_same_figures_give_the_same_bytes(report, warehouse, tmp_path, printed):
    write_report(warehouse, tmp_path / "again", printed, anew=True)
    assert contents(tmp_path / "again") == contents(report)


def test_pages_that_say_the_same_are_not_touched(report, warehouse, printed):
    before = {path: path.stat().st_mtime_ns for path in report.rglob("*.html")}
    write_report(warehouse, report, printed, anew=True)
    assert {path: path.stat().st_mtime_ns for path in report.rglob("*.html")} == before


def test_nothing_is_rendered_for_a_file_that_is_shown_already(report, warehouse, monkeypatch, printed):
    def fail(*_):
        raise AssertionError("rendered")

    monkeypatch.setattr(pages, "render", fail)
    assert write_report(warehouse, report, printed) == report / "index.html"


def test_a_write_that_breaks_off_leaves_whole_pages_and_is_made_good_by_the_next(
    report, warehouse, printed, monkeypatch
):
    whole = contents(report)
    for page in report.rglob("*.html"):
        page.write_text("the page of another night", encoding="utf-8")
    replace, done = Path.replace, []

    def break_off(path, target):
        if len(done) == 5:
            raise OSError("No space left on device")
        done.append(path)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", break_off)
    with pytest.raises(OSError, match="No space left"):
        write_report(warehouse, report, printed, anew=True)
    monkeypatch.undo()
    pages_now = {name: text for name, text in contents(report).items() if name.endswith(".html")}
    assert all(
        text in (b"the page of another night", whole[name]) for name, text in pages_now.items() if "/." not in name
    )
    (report / ".index.html.4711").write_text("<!doctype", encoding="utf-8")  # of a writer that was killed
    write_report(warehouse, report, printed)
    assert contents(report) == whole


def test_the_page_of_a_kpi_that_is_no_more_goes_away(report, warehouse, printed):
    gone = report / "en" / "kpi" / "gone.html"
    gone.write_text("old", encoding="utf-8")
    write_report(warehouse, report, printed, anew=True)
    assert not gone.exists()


def test_a_page_of_this_moment_has_no_clock_but_the_runs_own(report, data):
    run = re.search(r'<time datetime="([^"]+)">', (report / "index.html").read_text(encoding="utf-8"))
    (record,) = (data / "runs").glob("*.json")
    assert run
    assert record.stem[:8] == run[1][:10].replace("-", "")


def test_a_report_that_fails_is_said_and_never_fails_the_night(data, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ValueError("no ink")

    monkeypatch.setattr(step, "write_report", fail)
    shutil.copytree(data, tmp_path / "data", symlinks=True)
    night = Night.begin(load(tmp_path / "data"), utc_now(), offline=True, strategy=None)
    record = run_night(night, InlineRunner())
    assert record.exit_code == 0
    assert record.message.endswith("; the report could not be written (no ink)")
    assert (tmp_path / "data" / "warehouse" / "kpi.duckdb").exists()


def test_without_a_warehouse_there_is_no_report_and_the_error_says_what_to_do(tmp_path, printed):
    with pytest.raises(WarehouseError, match="run `kpi run` first"):
        write_report(tmp_path / "kpi.duckdb", tmp_path / "report", printed)
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(("lang", "page"), [("ja", "report/index.html"), ("en", "report/en/index.html")])
def test_the_command_says_where_the_front_page_is(data, lang, page):
    answer = CliRunner().invoke(cli.app, ["report", "--lang", lang, "--data-dir", str(data)])
    assert answer.exit_code == 0
    assert answer.stdout.split()[-1] == str(data / page)


def test_data_docs_come_on_request(data):
    answer = CliRunner().invoke(cli.app, ["report", "--data-docs", "--data-dir", str(data)])
    assert answer.exit_code == 0
    assert (data / "data-docs" / "index.html").is_file()
    assert len(list((data / "data-docs" / "validations").rglob("*.html"))) == 4


class TestFrontPage:
    """What the planner of a city reads first."""

    @pytest.fixture
    def text(self, report):
        return (report / "index.html").read_text(encoding="utf-8")

    def test_has_every_kpi_under_its_goal_with_status_reason_grade_age_and_evidence(self, text):
        assert text.index("基本目標 1") < text.index("合計特殊出生率") < text.index("基本目標 2")
        for words in (
            "最終実績が未確認",
            "2019年の値が見つかっていない",
            "前倒しで達成",
            "1,022.1万人",
            "二次資料",
            "844万人",
        ):
            assert words in text
        assert re.search(r"\d+年(\d+か月)?前", text)

    def test_shows_what_is_not_known_as_unknown(self, text):
        students = text[text.index("市外へ就職する学生数") :]
        assert students.index("不明") < students.index("1,800人")
        assert '<span class="status unknown">' in students


def test_a_kpi_page_has_the_credit_line_of_the_catalog_word_for_word(report):
    from sources.publishers import publishers

    page = (report / "kpi" / "visitors.html").read_text(encoding="utf-8")
    for publisher in ("ssdse", "digital_tourism", "register"):
        assert publishers()[publisher].credit_ja in page


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_licences_stand_in_the_language_of_the_page(report, lang):
    from sources.publishers import publishers, source_ids

    page = (report / ("" if lang == "ja" else "en") / "run.html").read_text(encoding="utf-8")
    for source in source_ids():
        about = publishers()[source]
        wanted, other = (about.licence_ja, about.licence) if lang == "ja" else (about.licence, about.licence_ja)
        assert wanted in unescape(page)
        assert other not in unescape(page)


def test_no_japanese_page_has_an_english_sentence(report):
    """Codes, addresses and names may be English; three small words behind one another are a sentence."""
    for path in [*report.glob("*.html"), *report.glob("kpi/*.html")]:
        page = path.read_text(encoding="utf-8").partition("</style>")[2]
        text = re.sub(r"<code>.*?</code>|<[^>]*>|https?://\S+", "\n", page)
        assert re.findall(r"[a-z']+ [a-z']+ [a-z']+", text) == [], path.name


def test_the_whole_chain_is_told_in_words_of_the_page(report):
    page = unescape((report / "kpi" / "tfr.html").read_text(encoding="utf-8"))
    for words in (
        "MOVING_AWAY (逆行)  評価 D  判定の種類 なし",
        "POST_TARGET (目標年の後)",
        "2022年 '1.35' [A, 二次資料, 登録値] 公表 2024-06-20 (公表元の示す日)",
        "最新の値のまま (n = 3) = 1.43",
    ):
        assert words in page


def test_a_check_of_a_publisher_names_it(report):
    page = (report / "checks.html").read_text(encoding="utf-8")
    failed = page[page.index("通らなかった検査</h2>") : page.index('<section id="quarantine">')]
    assert "独立行政法人 統計センター" in failed
    assert "公表期限を過ぎた系列" in failed
    assert "overdue" not in failed


def test_a_kpi_page_says_how_to_supply_what_is_missing(report):
    page = (report / "kpi" / "tfr.html").read_text(encoding="utf-8")
    assert "kpi record fertility --series kanazawa.tfr --area 17201 --period 2019" in page


@pytest.mark.parametrize(
    ("folder", "nowhere", "why"),
    [
        (".", "次の期間の値が、どのデータ源にも登録簿にもありません", "2024年度：2015年度の件数が不明で累計できない"),
        ("en", "No source and no register row has", "FY2024: no running total: the count of FY2015 is not known"),
    ],
    ids=["ja", "en"],
)
def test_a_count_behind_a_gap_is_not_said_to_be_nowhere(report, folder, nowhere, why):
    page = (report / folder / "kpi" / "brand.html").read_text(encoding="utf-8")
    box = page.partition('<section class="missing-box">')[2].partition("</section>")[0]
    known, listed = box.split(nowhere)
    assert why in known
    assert "2019" in listed
    assert "2024" not in listed


def test_a_kpi_page_shows_what_other_institutions_would_say_and_where_they_differ(report):
    page = (report / "en" / "kpi" / "visitors.html").read_text(encoding="utf-8")
    yardsticks = page[page.index("By other institutions") : page.index("How the judgement came to be")]
    assert "never the grade" in yardsticks
    for words in ("target_achieved", "SUN", "agrees", "2017"):
        assert words in yardsticks


@pytest.mark.parametrize("lang", ["", "en/"])
@pytest.mark.parametrize("page", ["index.html", "kpi/tfr.html"])
def test_one_figure_has_one_form_everywhere_on_a_page(report, lang, page):
    text = re.sub(r"<[^>]*>", " ", (report / lang / page).read_text(encoding="utf-8").partition("</style>")[2])
    assert re.findall(r"(?<![\d.,])1\.60(?!\d)", text)
    assert re.findall(r"(?<![\d.,])1\.6(?!\d)", text) == []


def test_a_goal_that_is_an_event_is_told_in_words_of_the_page(report):
    pages = {lang: (report / lang / "kpi" / "vision.html").read_text(encoding="utf-8") for lang in ("", "en")}
    assert "<strong>未策定 →&nbsp;策定完了</strong>" in pages[""]
    assert "<strong>not reached →&nbsp;reached</strong>" in pages["en"]


def test_goals_have_all_measures_and_mark_what_is_new(report):
    (strategy,) = (PROJECT_ROOT / "strategies").glob("*.toml")
    page = (report / "goals.html").read_text(encoding="utf-8")
    assert "金沢版ネウボラの構築による包括的な支援" in page
    assert page.count('class="new"') == strategy.read_text(encoding="utf-8").count("{ new = true")


def test_english_pages_count_one_as_one_and_put_areas_in_their_own_brackets(report):
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (report / "en").rglob("*.html")}
    ones = {name: re.findall(r"(?<![\d,.])1 (?:figure|line|row|file)s", text) for name, text in pages.items()}
    assert {name: found for name, found in ones.items() if found} == {}
    assert "Show all vintages (1 line)" in pages["vision"]
    assert "Visitors, Ishikawa Prefecture tourism statistics (金沢地域)<span" in pages["visitors"]


@pytest.mark.parametrize("page", ["kpi/brand.html", "en/kpi/brand.html"])
def test_a_period_is_one_word_in_every_table_of_a_kpi(report, page):
    text = (report / page).read_text(encoding="utf-8")
    period = "2019年度" if page.startswith("kpi") else "FY2019"
    assert text.count(f'class="day">{period}<') == len(re.findall(rf"<t[hd][^>]*>(?:<span[^>]*>)?{period}<", text)) >= 3


class TestRunPage:
    """What the engineer reads after a night."""

    @pytest.fixture
    def text(self, report):
        return (report / "run.html").read_text(encoding="utf-8")

    def test_names_every_publisher_also_one_without_series(self, text):
        from sources.publishers import publishers, source_ids

        for source in source_ids():
            assert f'<th scope="row">{publishers()[source].name_ja}</th>' in text

    def test_counts_the_figures_of_a_first_night_instead_of_listing_them(self, text):
        changes = text[text.index("<h2>前回から変わったこと") : text.index('<h2 id="freshness"')]
        assert changes.count("<tr>") < 20
        assert re.search(r"独立行政法人 統計センター.*?<td>\d+件</td>", changes, re.DOTALL)

    def test_names_the_series_of_a_restated_figure(self, warehouse, printed, tmp_path):
        import duckdb

        copy = shutil.copy(warehouse, tmp_path / "kpi.duckdb")
        with duckdb.connect(str(copy)) as connection:
            connection.execute("DELETE FROM mart.run_diff")
            connection.execute(
                "INSERT INTO mart.run_diff (since_run, run_id, what, change, publisher_id, figures, series_id,"
                " area_code, period, old_value, new_value, change_share, is_alarm)"
                " VALUES ('before', 'now', 'figure', 'restated',"
                " 'digital_tourism', 1, 'digital_tourism.visitors', '17201', '2024-01', 164458, 288767, 0.7559, true)"
            )
        write_report(copy, tmp_path / "report", printed)
        page = (tmp_path / "report" / "en" / "run.html").read_text(encoding="utf-8")
        row = page[page.index("restated") :].partition("</tr>")[0]
        assert "(17201)" in row
        assert "digital_tourism.visitors" not in row
        for words in ("164,458", "288,767", "75.6%", "ALARM"):
            assert words in row
