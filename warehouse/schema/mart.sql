-- What the figures say about the targets.

CREATE SCHEMA mart;

CREATE TABLE mart.kpi_progress ( -- 指標・期間・版ごとの進捗 | Progress: one row a KPI, period and vintage
    kpi_id                     VARCHAR,    -- 指標ID | Id of the KPI
    target_version             INTEGER,    -- 目標の版 | Version of the target
    direction                  VARCHAR,    -- 目指す向き | What is wanted
    unit                       VARCHAR,    -- 単位 | Unit
    baseline_value             DOUBLE,     -- 基準値 B | Baseline B
    baseline_period            VARCHAR,    -- 基準時点 | Period of the baseline
    target_value               DOUBLE,     -- 目標値 T | Target T
    target_low                 DOUBLE,     -- 目標範囲の下限 | Lower end of a target range
    target_high                DOUBLE,     -- 目標範囲の上限 | Upper end of a target range
    target_period              VARCHAR,    -- 目標時点 | Period of the target
    period_kind                VARCHAR,    -- 期間の数え方 | How the period is counted
    period_start               DATE,       -- 期間の初日 | First day of the period
    period_end                 DATE,       -- 期間の末日 | Last day of the period
    period                     VARCHAR,    -- 期間 | Short name of the period
    vintage                    DATE,       -- この行が成り立つようになった日 | Day from which this row held
    value                      DOUBLE,     -- 実績値 A。不明はNULL | Actual A; NULL when not known
    value_low                  DOUBLE,     -- 実績の下限 | Lower bound of the actual
    value_high                 DOUBLE,     -- 実績の上限 | Upper bound of the actual
    obs_status                 VARCHAR,    -- SDMX観測状態 | SDMX observation status
    is_final                   BOOLEAN,    -- 確定値か | Whether the figure is final
    evidence                   VARCHAR,    -- primary・secondary | Evidence class
    acquisition                VARCHAR,    -- live・stale・recorded・register | How it came to us
    snapshot_id                VARCHAR,    -- 原本のSHA-256 | SHA-256 of the publisher's bytes
    se                         DOUBLE,     -- 標準誤差 | Standard error of the actual
    elapsed                    DOUBLE,     -- 経過割合 | Share of the period that has elapsed
    expected_value             DOUBLE,     -- 目安値（直線または公表値） | Value expected by now on the path
    gap_to_expected            DOUBLE,     -- 目安値との差（＋が良い） | Distance to the expected value, plus is good
    achievement_rate           DOUBLE,     -- 進捗率 p=(A-B)/(T-B) | Achievement p, unclipped
    pace_ratio                 DOUBLE,     -- 進捗率÷経過割合 r | Pace r = p / elapsed
    simple_ratio               DOUBLE,     -- 単純達成率 | Simple ratio of actual and target
    remaining_gap              DOUBLE,     -- 目標までの残り | What is left to the target
    required_annual_change     DOUBLE,     -- 必要な年間変化 | Change a year that is still needed
    observed_annual_change     DOUBLE,     -- これまでの年間変化 | Change a year so far
    yoy_change                 DOUBLE,     -- 前期差 | Change from the period before
    cagr_obs                   DOUBLE,     -- 実績の年平均成長率 | Observed compound growth a year
    cagr_req                   DOUBLE,     -- 必要な年平均成長率 | Required compound growth a year
    cagr_ratio                 DOUBLE,     -- 両者の比（比較用） | Their ratio, for comparison only
    target_met                 BOOLEAN,    -- 目標に達しているか | Whether the target is met
    first_met_period           VARCHAR,    -- 初めて達した期間 | First period that met it
    projected_value            DOUBLE,     -- 目標時点の見通し（評価には使わない） | Projection to the target period, never graded
    projected_low80            DOUBLE,     -- 80％区間の下端 | Lower end of its 80 % interval
    projected_high80           DOUBLE,     -- 80％区間の上端 | Upper end of its 80 % interval
    projection_method          VARCHAR,    -- 見通しの方法 | Method of the projection
    projection_n               INTEGER,    -- 見通しに使った点数 | Points used
    baseline_se                DOUBLE,     -- 基準値の標準誤差 | Standard error of the baseline
    p_se                       DOUBLE,     -- 進捗率の標準誤差 | Standard error of p
    p_low95                    DOUBLE,     -- 進捗率の95％区間の下端 | Lower end of the 95 % interval of p
    p_high95                   DOUBLE,     -- 進捗率の95％区間の上端 | Upper end of the 95 % interval of p
    min_detectable_change      DOUBLE,     -- 検出できる最小の変化 | Smallest detectable change
    change_detectable          BOOLEAN,    -- 変化が検出できるか | Whether the change is larger than that
    data_lag                   DOUBLE,     -- 公表までの年数 | Years from the end of the period to this vintage
    status                     VARCHAR,    -- 判定 | Status
    jp_grade                   VARCHAR,    -- 評価 A・B・C・D・− | Japanese grade
    verdict_kind               VARCHAR,    -- ongoing・final・final_provisional・none | Kind of verdict
    confidence                 VARCHAR,    -- high・medium・low | Confidence
    flags                      VARCHAR[],  -- 注意の印 | Flags
    reason                     VARCHAR,    -- 判定できない理由など | Reason code
    status_prev_vintage        VARCHAR,    -- 前の版での判定 | Status in the vintage before
    status_changed_by_revision BOOLEAN,    -- 改訂で判定が変わったか | Whether a revision changed the status
    method_version             VARCHAR     -- 方法の版 | Version of the method
);

CREATE TABLE mart.kpi_trace ( -- 判定の道筋：試した規則を順に | How each status was decided: the rules that were tried, in order
    kpi_id         VARCHAR,  -- 指標ID | Id of the KPI
    target_version INTEGER,  -- 目標の版 | Version of the target
    period_kind    VARCHAR,  -- 期間の数え方 | How the period is counted
    period_start   DATE,     -- 期間の初日 | First day of the period
    period_end     DATE,     -- 期間の末日 | Last day of the period
    vintage        DATE,     -- この行が成り立つようになった日 | Day from which the row held
    step           INTEGER,  -- 順番（最後の規則が判定） | Order; the last rule decided
    status         VARCHAR,  -- その規則が与える判定 | Status that the rule gives
    condition      VARCHAR,  -- 条件の名 | Name of the condition
    numbers        VARCHAR,  -- 条件に入れた数（JSON） | Numbers that it looked at, as JSON
    held           BOOLEAN   -- 成り立ったか | Whether it held
);

CREATE TABLE mart.kpi_yardstick ( -- 他機関の方法による評価（比較のためで判定には使わない） | Other people's yardsticks: for comparison, never the grade
    kpi_id         VARCHAR,  -- 指標ID | Id of the KPI
    target_version INTEGER,  -- 目標の版 | Version of the target
    period_kind    VARCHAR,  -- 期間の数え方 | How the period is counted
    period_start   DATE,     -- 期間の初日 | First day of the period
    period_end     DATE,     -- 期間の末日 | Last day of the period
    period         VARCHAR,  -- 期間 | Short name of the period
    vintage        DATE,     -- 比べた進捗行の日 | Vintage of the progress row beside which it stands
    method_key     VARCHAR,  -- 方法 | Method, see docs/methods.md
    metric         DOUBLE,   -- その方法の数値 | The method's own number, in its own unit
    status         VARCHAR,  -- その機関の言葉。尋ねていなければNULL | The institution's own word; NULL when it was not asked
    own_status     VARCHAR,  -- 当方の判定 | Our status
    agrees         BOOLEAN,  -- 一致するか。比べられなければNULL | Whether both say the same; NULL where the words cannot be compared
    reason         VARCHAR   -- その方法で評価できない理由 | Why the method cannot judge, empty when it does
);

CREATE TABLE mart.kpi_verdict ( -- 最終判定（確定後は変えない） | Final verdicts, frozen once final
    kpi_id         VARCHAR,  -- 指標ID | Id of the KPI
    target_version INTEGER,  -- 目標の版 | Version of the target
    verdict_status VARCHAR,  -- 最終判定 | Status of the verdict
    verdict_value  DOUBLE,   -- 判定した実績値 | Value it rests on
    verdict_period VARCHAR,  -- 判定した期間 | Period it is about
    decided_on     DATE,     -- 判定が成り立った日 | Vintage that decided it
    jp_grade       VARCHAR,  -- 評価 | Japanese grade
    verdict_kind   VARCHAR,  -- final・final_provisional | Final, or still on provisional data
    snapshot_id    VARCHAR,  -- 原本のSHA-256 | SHA-256 of the publisher's bytes
    revised_status VARCHAR,  -- 後の改訂値による判定 | What a later restatement would say
    revised_value  DOUBLE    -- 後の改訂値 | That restated value
);

CREATE TABLE mart.kpi_latest ( -- 指標ごとに一行：今わかっていること | One row a KPI: what is known today
    kpi_id          VARCHAR,  -- 指標ID | Id of the KPI
    goal_id         VARCHAR,  -- 目標ID | Id of the goal
    name_ja         VARCHAR,  -- 指標名 | Name in Japanese
    name_en         VARCHAR,  -- 指標名（英語） | Name in English
    unit            VARCHAR,  -- 単位 | Unit
    baseline_value  DOUBLE,   -- 基準値 | Baseline
    baseline_period VARCHAR,  -- 基準時点 | Period of the baseline
    target_value    DOUBLE,   -- 目標値 | Target
    target_period   VARCHAR,  -- 目標時点 | Period of the target
    verdict_status  VARCHAR,  -- 目標時点の判定（FINAL_PENDING：実績が未確認） | Status at the target period
    verdict_value   DOUBLE,   -- 目標時点の実績 | Value at the target period
    target_version  INTEGER,  -- 効力のある目標の版 | Version of the target in force
    latest_period   VARCHAR,  -- 値のある最新の期間 | Newest period with a value
    latest_value    DOUBLE,   -- その値 | That value
    latest_status   VARCHAR,  -- その期間の判定 | Status of that period
    latest_jp_grade VARCHAR,  -- その期間の評価 | Japanese grade of that period
    latest_flags    VARCHAR[], -- その実績の注意の印（二次資料、目標年の後など） | Flags of that figure, e.g. a secondary source, after the target period
    reason          VARCHAR,  -- 判定できない理由 | Why there is no verdict
    proxies         VARCHAR[] -- 代替指標（判定には使わない） | Proxies, which never grade
);

CREATE TABLE mart.scorecard ( -- 基本目標ごとの判定の数 | Counts of statuses per goal
    goal_id VARCHAR,  -- 目標ID | Id of the goal
    name_ja VARCHAR,  -- 基本目標 | Name in Japanese
    name_en VARCHAR,  -- 基本目標（英語） | Name in English
    status  VARCHAR,  -- 判定 | Status of its KPIs
    kpis    INTEGER   -- 指標の数 | How many KPIs have it
);

CREATE TABLE mart.series_latest ( -- 系列・地域ごとの最新値 | Newest figure of each series and area
    series_id   VARCHAR,  -- 系列ID | Id of the series
    area_code   VARCHAR,  -- 地域コード | Area code
    name_ja     VARCHAR,  -- 系列名 | Name in Japanese
    area_ja     VARCHAR,  -- 地域名 | Name of the area
    period      VARCHAR,  -- 期間 | Period
    period_end  DATE,     -- 期間の末日 | Last day of the period
    value       DOUBLE,   -- 値 | Value
    unit        VARCHAR,  -- 単位 | Unit
    obs_status  VARCHAR,  -- SDMX観測状態 | SDMX observation status
    evidence    VARCHAR,  -- primary・secondary | Evidence class
    acquisition VARCHAR,  -- live・stale・recorded・register | How it came to us
    known_from  DATE,     -- 公表日 | Day from which it was public
    snapshot_id VARCHAR   -- 原本のSHA-256 | SHA-256 of the publisher's bytes
);

CREATE TABLE mart.series_expected ( -- 系列ごとの最新の期間と、次の期間の公表期限（今日には依らない） | Newest period of each series, and by when the next is expected; does not depend on today
    series_id       VARCHAR,  -- 系列ID | Id of the series
    newest_period   VARCHAR,  -- 値のある最新の期間。どの地域でもよい | Newest period with a figure, in any area
    known_from      DATE,     -- その期間の値が初めて公になった日 | Day on which the first figure of that period was public
    next_period     VARCHAR,  -- 次の期間 | Period that comes next
    next_period_end DATE,     -- 次の期間の末日 | Last day of that period
    expected_by     DATE      -- 次の期間の公表期限（余裕を含む） | Last day on which its figure may still be missing, a margin included
);

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

CREATE TABLE mart.run_diff ( -- この実行で変わったこと（その前に公開した実行との差） | What changed with this run, against the run that published before
    since_run         VARCHAR,   -- 比べた実行（最初の公開では空） | Run that it is compared with; empty for the first
    run_id            VARCHAR,   -- この実行 | This run
    what              VARCHAR,   -- figure（値）・series（系列）・grade（判定） | A figure, a series or a grade
    change            VARCHAR,   -- new・restated・vanished・late（値）、shrunk（系列）、changed（判定） | new, restated, vanished, late (an older vintage found later); shrunk (a series); changed (a grade)
    publisher_id      VARCHAR,   -- 公表元ID | Id of the publisher
    figures           BIGINT,    -- 値の数。系列が空の行は一つずつ示さない値の合計 | Figures that the row stands for; without a series: those that are not listed one by one
    kpi_id            VARCHAR,   -- 指標ID | Id of the KPI
    series_id         VARCHAR,   -- 系列ID | Id of the series
    area_code         VARCHAR,   -- 地域コード | Area code
    period            VARCHAR,   -- 期間 | Period
    old_value         DOUBLE,    -- 前の値（系列では観測値の数） | Value before; of a series its number of observations
    new_value         DOUBLE,    -- 新しい値（同） | Value now, likewise
    change_share      DOUBLE,    -- 変化の割合（前の値に対する） | Change as a share of the value before
    old_status        VARCHAR,   -- 前の観測状態または判定 | Observation status or status of the KPI before
    new_status        VARCHAR,   -- 新しい観測状態または判定 | Observation status or status of the KPI now
    old_grade         VARCHAR,   -- 前の評価 | Japanese grade before
    new_grade         VARCHAR,   -- 新しい評価 | Japanese grade now
    causes            VARCHAR[], -- 判定が変わった理由 | Why the grade changed: new_figure, restated_figure, vanished_figure, correction, changed_target, changed_method, calendar; of a figure: correction
    is_alarm          BOOLEAN    -- 限度を超える変化、なくなった値、縮んだ系列 | A change beyond the limit of the series, a figure that vanished, a series that shrank
);

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
    acquisition,      -- live・stale・recorded・register | How it came to us
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
