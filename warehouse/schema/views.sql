-- Questions that are asked often, over the tables of all schemas. A comment behind a line: Japanese | English.

-- Whether a series keeps its calendar, on a day: SELECT * FROM mart.source_freshness_on(DATE '2026-04-01')
CREATE MACRO mart.source_freshness_on(day) AS TABLE
    SELECT
        s.series_id, s.publisher_id, s.name_ja, s.name_en, s.cadence, e.newest_period, e.known_from, e.next_period,
        e.expected_by,
        CASE
            WHEN e.newest_period IS NULL THEN 'no_figure'
            WHEN e.expected_by IS NULL THEN 'unscheduled'
            WHEN CAST(day AS DATE) > e.expected_by THEN 'overdue'
            WHEN CAST(day AS DATE) > e.next_period_end THEN 'due'
            ELSE 'current'
        END AS state,
        CASE WHEN e.expected_by IS NOT NULL THEN greatest(CAST(day AS DATE) - e.expected_by, 0)::INTEGER END AS days_overdue
    FROM core.series s LEFT JOIN mart.series_expected e USING (series_id)
    WHERE e.newest_period IS NOT NULL OR s.cadence <> 'none'
    ORDER BY days_overdue DESC NULLS LAST, s.publisher_id, s.series_id;

CREATE VIEW mart.source_freshness ( -- データの新しさ：系列ごと、今日（日本）の時点 | Freshness of the figures: one row a series, as of today in Japan
    series_id,      -- 系列ID | Id of the series
    publisher_id,   -- 公表元ID | Id of the publisher
    name_ja,        -- 系列名 | Name in Japanese
    name_en,        -- 系列名（英語） | Name in English
    cadence,        -- 公表の間隔（month・year・five_years・none） | How often a figure comes
    newest_period,  -- 値のある最新の期間 | Newest period with a figure
    known_from,     -- その値が初めて公になった日 | Day on which it was public
    next_period,    -- 次の期間 | Period that comes next
    expected_by,    -- 次の期間の公表期限 | Last day on which its figure may still be missing
    state,          -- current・due・overdue・no_figure・unscheduled | current: the next period is not over; due: awaited; overdue: past expected_by
    days_overdue    -- 期限を過ぎた日数 | Days past expected_by
) AS FROM mart.source_freshness_on(make_timestamp(epoch_us(now()) + 32400000000)::DATE);  -- UTC + 9 h, no summer time

CREATE VIEW mart.figure ( -- 現行の値。名称・公表元・原本の所在つき | Figures in force, each with its names, its publisher and its file
    series_id,        -- 系列ID | Id of the series
    indicator,        -- 同じ意味の系列をまとめる指標 | Indicator that groups series which mean the same
    name_ja,          -- 系列名 | Name of the series in Japanese
    name_en,          -- 系列名（英語） | Name of the series in English
    area_code,        -- 地域コード | Area code
    area_ja,          -- 地域名 | Name of the area
    area_level,       -- nation・prefecture・municipality・region | Level of the area
    period_kind,      -- CY・FY・month・window・date | How the period is counted
    period,           -- 期間の短い名前 | Short name of the period
    period_start,     -- 期間の初日 | First day of the period
    period_end,       -- 期間の末日 | Last day of the period, included
    value,            -- 値。ない場合はNULL（0ではない） | Value; NULL when there is none, never 0 instead
    value_low,        -- 下限だけが示された場合 | Lower bound where only a bound is printed
    value_high,       -- 上限だけが示された場合 | Upper bound where only a bound is printed
    unit,             -- 値の単位 | Unit of the value
    obs_status,       -- SDMX観測状態（A P E B M …） | SDMX observation status
    symbol_meaning,   -- 記号の意味（その表の注による） | What the symbol means by that table's own note
    note,             -- 注 | Note
    evidence,         -- primary（一次）・secondary（二次） | Evidence class
    acquisition,      -- live・stale・recorded・register・derived | How it came to us
    known_from,       -- この値が公になった日 | Day from which this value was public
    known_from_basis, -- known_fromの根拠（date・edition・fetch） | What known_from rests on
    publisher_ja,     -- 公表元 | Publisher, in Japanese
    publisher_en,     -- 公表元（英語） | Publisher, in English
    citation,         -- 出典（手入力の値） | Citation of a hand-kept figure
    url,              -- 原本の取得先（鍵を除く） | Address of the file, without any key
    resource_id,      -- 公表元のどのファイルか | Which file of the publisher
    source_line,      -- ファイルの行 | Line of the file
    source_column,    -- ファイルの列 | Column of the file
    raw_text,         -- 印刷されたままの文字 | The figure as printed
    raw_unit,         -- 印刷されたままの単位 | The unit as printed
    snapshot_id,      -- 読んだファイルのSHA-256 | SHA-256 of the file that was read
    file_note,        -- そのファイルが公表元のものと異なる点 | How that file differs from the publisher's
    licence,          -- 利用条件 | Licence or terms of use
    credit_ja,        -- 出典表示 | Credit line in Japanese
    credit_en         -- 出典表示（英語） | Credit line in English
) AS
SELECT o.series_id, s.indicator, s.name_ja, s.name_en, o.area_code, a.name_ja AS area_ja, a.level AS area_level,
    o.period_kind, o.period, o.period_start, o.period_end, o.value, o.value_low, o.value_high, o.unit, o.obs_status, o.symbol_meaning, o.note,
    o.evidence, o.acquisition, o.known_from, o.known_from_basis, s.publisher_ja, s.publisher_en, o.citation, f.url,
    o.resource_id, o.source_line, o.source_column, o.raw_text, o.raw_unit, o.snapshot_id, f.note AS file_note, s.licence,
    s.credit_ja, s.credit_en
FROM core.observation o
LEFT JOIN core.series s USING (series_id)
LEFT JOIN core.area a USING (area_code)
LEFT JOIN (SELECT DISTINCT ON (snapshot_id, resource_id) * FROM core.snapshot) f USING (snapshot_id, resource_id)
WHERE o.known_to IS NULL;

CREATE VIEW mart.estimate_error ( -- 当システムの推計と、同じ地域・期間に公表された値との差 | Estimates of our own beside what was published for the same area and period
    series_id,           -- 推計の系列ID | Id of the estimate's series
    area_code,           -- 地域コード | Area code
    period_kind,         -- 期間の数え方 | How the period is counted
    period,              -- 期間 | Short name of the period
    estimate,            -- 推計値 | Estimate
    se,                  -- 推計の標準誤差 | Standard error of the estimate
    published_series_id, -- 公表値の系列ID | Id of the published series
    published,           -- 公表値 | Published figure
    difference,          -- 推計値−公表値 | Estimate minus published figure
    share,               -- 差の公表値に対する割合 | The difference as a share of the published figure
    standard_errors      -- 差が標準誤差の何倍か | The difference in standard errors
) AS
SELECT e.series_id, e.area_code, e.period_kind, e.period, e.value AS estimate, e.se, p.series_id AS published_series_id,
    p.value AS published, e.value - p.value AS difference, (e.value - p.value) / p.value AS share,
    (e.value - p.value) / nullif(e.se, 0) AS standard_errors
FROM core.observation e
JOIN core.series es ON es.series_id = e.series_id
JOIN core.series ps ON ps.indicator || '_estimated' = es.indicator
JOIN core.observation p ON p.series_id = ps.series_id AND p.area_code = e.area_code
 AND (p.period_kind, p.period_start, p.period_end) = (e.period_kind, e.period_start, e.period_end)
WHERE e.acquisition = 'derived' AND e.known_to IS NULL AND p.known_to IS NULL AND e.value IS NOT NULL AND p.value > 0;

-- The figures that were public at a moment: SELECT * FROM mart.observation_as_of(DATE '2024-10-01')
CREATE MACRO mart.observation_as_of(ts) AS TABLE
    SELECT * FROM core.observation
    WHERE known_from <= CAST(ts AS DATE) AND (known_to IS NULL OR known_to > CAST(ts AS DATE));

-- Progress by what was public at a moment, one row a KPI and period
CREATE MACRO mart.kpi_progress_as_of(ts) AS TABLE
    SELECT * FROM mart.kpi_progress
    WHERE vintage <= CAST(ts AS DATE)
    QUALIFY row_number() OVER (PARTITION BY kpi_id, period_kind, period_start, period_end ORDER BY vintage DESC) = 1;
