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
    acquisition                VARCHAR,    -- live・stale・recorded・register・derived | How it came to us
    snapshot_id                VARCHAR,    -- 原本のSHA-256 | SHA-256 of the publisher's bytes
    se                         DOUBLE,     -- 標準誤差 | Standard error of the actual
    elapsed                    DOUBLE,     -- 計画期間の経過割合 | Share of the plan's time that has elapsed
    expected_value             DOUBLE,     -- 目安値（直線または公表値） | Value expected by now on the path
    gap_to_expected            DOUBLE,     -- 目安値との差（＋が良い） | Distance to the expected value, plus is good
    achievement_rate           DOUBLE,     -- 進捗率 p=(A-B)/(T-B) | Achievement p, unclipped
    pace_ratio                 DOUBLE,     -- 進捗率÷計画上の進捗率 r | Pace r = p / the share of the way that the path plans by then
    simple_ratio               DOUBLE,     -- 単純達成率 | Simple ratio of actual and target
    remaining_gap              DOUBLE,     -- 目標までの残り | What is left to the target
    required_annual_change     DOUBLE,     -- 必要な年間変化 | Change a year that is still needed
    observed_annual_change     DOUBLE,     -- これまでの年間変化 | Change a year so far
    yoy_change                 DOUBLE,     -- 前年差 | Change from a year before
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
    latest_status   VARCHAR,  -- 今日見たその値の判定（NA_STALE：目標の期間の前なのに2年より古い。ほかは、その期間の行と同じ） | Status of that figure today (NA_STALE: more than two years old before the target period is over; else that of the period's own row)
    latest_jp_grade VARCHAR,  -- その判定での評価（NA_STALE では −） | Japanese grade that goes with that status (none with NA_STALE)
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
    acquisition VARCHAR,  -- live・stale・recorded・register・derived | How it came to us
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

CREATE TABLE mart.run_diff ( -- この実行で変わったこと（その前に公開した実行との差） | What changed with this run, against the run that published before
    since_run         VARCHAR,   -- 比べた実行（最初の公開では空） | Run that it is compared with; empty for the first
    run_id            VARCHAR,   -- この実行 | This run
    what              VARCHAR,   -- figure（値）・series（系列）・grade（判定） | A figure, a series or a grade
    change            VARCHAR,   -- new・restated・vanished・late（値）、shrunk（系列）、changed（判定） | new, restated, vanished, late (an older vintage found later); shrunk (a series); changed (a grade)
    publisher_id      VARCHAR,   -- 値をもたらした公表元（系列の行では、系列の公表元） | Source whose file brought the figure; of a series, its publisher
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
    causes            VARCHAR[], -- 判定が変わった理由 | Why the grade changed: new_figure, restated_figure, vanished_figure, correction, changed_target, changed_method, added_kpi, removed_kpi, calendar; of a figure: correction
    is_alarm          BOOLEAN    -- 限度を超える変化、なくなった値、縮んだ系列 | A change beyond the limit of the series, a figure that vanished, a series that shrank
);
