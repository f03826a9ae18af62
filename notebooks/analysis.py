"""手始めのノート：判定の一覧、KPIの歩み、改訂された系列 | To start from: scorecard, a KPI's course, a restated series.

`.venv/bin/marimo edit notebooks/analysis.py` opens it in the browser; `python notebooks/analysis.py` runs it through.
It reads the warehouse of the folder that `KPI_DATA_DIR` names (default `data`), read-only.
"""

import marimo

app = marimo.App(width="medium", app_title="金沢KPI：分析の手始め")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    warehouse = Path(os.environ.get("KPI_DATA_DIR", "data")) / "warehouse" / "kpi.duckdb"

    def ask(query, **parameters):
        """The answer to one query as a pandas frame; the file is open only as long as that takes."""
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return connection.execute(query, parameters or None).df()

    return alt, ask, mo


@app.cell
def _(ask, mo):
    run = ask("SELECT run_id, finished_at, outcome FROM ops.run ORDER BY run_id DESC LIMIT 1")
    mo.md(f"""
    # 分析の手始め

    実行 `{run["run_id"][0]}`（`{run["outcome"][0]}`）が公開したファイルを読んでいます（読み取り専用）。
    問いと答えは `docs/analysts.ja.md` にもあります。

    Read-only from the file that run `{run["run_id"][0]}` (`{run["outcome"][0]}`) published.
    More questions with answers: `docs/analysts.md`.
    """)
    return (run,)


@app.cell
def _(mo):
    mo.md("""
    ## 判定の一覧

    目標の時点の判定と最新の実績。`FINAL_PENDING` は、目標の期間の値が分からないことです。
    印 `SECONDARY_SOURCE` は、二次資料によることです。

    **Scorecard.** The judgement at the target, and the newest figure. `FINAL_PENDING`: the figure of the
    target period is not known. `SECONDARY_SOURCE`: quoted, not read at the publisher.
    """)
    return


@app.cell
def _(ask):
    scorecard = ask("""
        SELECT
            g.number AS goal, l.name_ja, l.name_en, l.verdict_status,
            l.latest_period, l.latest_value, l.latest_status,
            array_to_string(l.latest_flags, ', ') AS flags, l.reason
        FROM mart.kpi_latest l JOIN core.goal g USING (goal_id) JOIN core.kpi k USING (kpi_id)
        ORDER BY k.number
    """)
    scorecard
    return (scorecard,)


@app.cell
def _(ask, mo):
    _kpis = ask("SELECT kpi_id, name_ja FROM core.kpi WHERE NOT is_proxy AND direction <> 'milestone' ORDER BY number")
    choice = mo.ui.dropdown(
        dict(zip(_kpis["name_ja"] + " " + _kpis["kpi_id"], _kpis["kpi_id"], strict=True)),
        value=next(f"{name} {kpi}" for kpi, name in _kpis.itertuples(index=False) if kpi == "visitors"),
        label="KPI",
    )
    mo.vstack(
        [
            mo.md("""
            ## 目標への歩み

            破線は基準から目標への道のり（公表された目安値、なければ直線）、点は実績で、期間の中ほどに置いています。
            分からない年には点がありません。間を結んだり補ったりはしていません。

            **Course.** Dashed: the path from baseline to target (published interim targets, else the straight line).
            Dots: actuals, in the middle of their period. A year that is not known has no dot; nothing is joined or
            filled in.
            """),
            choice,
        ]
    )
    return (choice,)


@app.cell
def _(ask, choice):
    actuals = ask(
        """
        SELECT period, period_end - INTERVAL 6 MONTH AS middle, value, unit, evidence, status
        FROM mart.kpi_progress_as_of(today())
        WHERE kpi_id = $kpi AND value IS NOT NULL
        ORDER BY period_end
        """,
        kpi=choice.value,
    )
    path = ask(
        """
        WITH target AS (
            SELECT t.* FROM core.kpi_target t
            JOIN mart.kpi_latest l ON (t.kpi_id, t.version) = (l.kpi_id, l.target_version)
            WHERE t.kpi_id = $kpi
        )
        SELECT
            p.period, any_value(p.period_end) - INTERVAL 6 MONTH AS middle,
            t.baseline_value AS value, '基準 baseline' AS point
        FROM target t JOIN mart.kpi_progress p ON p.kpi_id = t.kpi_id AND p.period = t.baseline_period GROUP BY ALL
        UNION ALL
        SELECT i.period, i.period_end - INTERVAL 6 MONTH, i.value, '目安値 interim target' FROM target t
        JOIN core.kpi_path i ON (i.kpi_id, i.version) = (t.kpi_id, t.version)
        UNION ALL
        SELECT target_period, target_period_end - INTERVAL 6 MONTH, target_value, '目標 target' FROM target
        ORDER BY middle
        """,
        kpi=choice.value,
    )
    return actuals, path


@app.cell
def _(actuals, alt, path):
    _x = alt.X("middle:T", title="期間 / period")
    _y = alt.Y("value:Q", scale=alt.Scale(zero=False), title=actuals["unit"].iloc[0] if len(actuals) else "")
    _line = alt.Chart(path).mark_line(strokeDash=[6, 4], color="#666").encode(x=_x, y=_y)
    _ends = (
        alt.Chart(path).mark_tick(color="#666", thickness=3).encode(x=_x, y=_y, tooltip=["point", "period", "value"])
    )
    _dots = (
        alt.Chart(actuals)
        .mark_point(filled=True, size=90)
        .encode(
            x=_x,
            y=_y,
            shape=alt.Shape("evidence:N", title="資料 / evidence"),
            color=alt.Color("evidence:N", title="資料 / evidence"),
            tooltip=["period", "value", "status", "evidence"],
        )
    )
    course = (_line + _ends + _dots).properties(width=520, height=300)
    course
    return (course,)


@app.cell
def _(mo):
    mo.md("""
    ## 改訂された系列

    観光来訪者数（金沢市、月別）。線は現行の値で、断絶のところで切れています。十字は改訂される前の値です。
    2024年1月の前の値は「お試し版」、今の値は「正式版」です（状態 `B`、系列の断絶）。この差は増加ではありません。

    **A restated series.** Visitors to Kanazawa by month. Line: figures in force, cut where the series breaks.
    Cross: a figure that was restated. Of January 2024 it was of the trial edition, today's is of the formal one
    (status `B`, a break): the difference is no growth.
    """)
    return


@app.cell
def _(ask):
    monthly = ask("""
        SELECT
            period, period_start, value, obs_status, known_from, known_to,
            count(*) FILTER (obs_status = 'B' AND known_to IS NULL) OVER (ORDER BY period_start) AS stretch
        FROM core.observation WHERE series_id = 'digital_tourism.visitors' AND area_code = '17201'
        ORDER BY period_start, known_from
    """)
    restated = ask("""
        SELECT
            period, lag(value) OVER vintages AS before, value AS after, value / before - 1 AS change,
            known_from, obs_status
        FROM core.observation WHERE series_id = 'digital_tourism.visitors' AND area_code = '17201'
        WINDOW vintages AS (PARTITION BY period_start, period_end ORDER BY known_from)
        QUALIFY before IS NOT NULL ORDER BY period
    """)
    return monthly, restated


@app.cell
def _(alt, mo, monthly, restated):
    _x = alt.X("period_start:T", title="月 / month")
    _y = alt.Y("value:Q", title="人 / people")
    _of = {"x": _x, "y": _y, "tooltip": ["period", "value", "obs_status", "known_from"]}
    _now = alt.Chart(monthly[monthly["known_to"].isna()]).mark_line(point=True).encode(**_of, detail="stretch:N")
    _was = (
        alt.Chart(monthly[monthly["known_to"].notna()])
        .mark_point(shape="cross", size=160, filled=True, color="#b00")
        .encode(**_of)
    )
    restatement = (_now + _was).properties(width=560, height=280)
    mo.vstack([restatement, restated])
    return (restatement,)


if __name__ == "__main__":
    app.run()
