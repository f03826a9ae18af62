-- What was published, as published. A comment behind a line becomes the comment of that table or column: Japanese | English.

CREATE SCHEMA core;

CREATE TABLE core.area ( -- 地域（全国・都道府県・市区町村・独自の圏域） | Areas: nation, prefectures, municipalities, regions of our own
    area_code VARCHAR,  -- 5桁の標準地域コード（検査数字なし）。独自圏域のコードも5桁の数字（sources/catalog/areas_own.csv） | 5-digit standard area code without check digit; codes of regions of our own have five digits too (sources/catalog/areas_own.csv)
    name_ja   VARCHAR,  -- 名称 | Japanese name
    level     VARCHAR   -- nation・prefecture・municipality・region | Level of the area
);

CREATE TABLE core.publisher ( -- 公表元：名称、出典表示、利用条件 | Publishers: names, credit lines, licences
    publisher_id VARCHAR,  -- 公表元ID | Id of the publisher in the catalog
    name_ja      VARCHAR,  -- 名称 | Name in Japanese
    name_en      VARCHAR,  -- 名称（英語） | Name in English
    homepage     VARCHAR,  -- 公表元のページ | The publisher's own page
    licence      VARCHAR,  -- 利用条件 | Licence or terms of use
    licence_ja   VARCHAR,  -- 利用条件（日本語） | Licence or terms of use, in Japanese
    credit_ja    VARCHAR,  -- 出典表示 | Credit line in Japanese
    credit_en    VARCHAR   -- 出典表示（英語） | Credit line in English
);

CREATE TABLE core.series ( -- 系列：一つの公表元による一つの測定 | Series: one publisher's measurement of one thing
    series_id    VARCHAR,  -- 系列ID | Id of the series
    publisher_id VARCHAR,  -- 公表元ID | Id of the publisher in the catalog
    publisher_ja VARCHAR,  -- 公表元 | Publisher, in Japanese
    publisher_en VARCHAR,  -- 公表元（英語） | Publisher, in English
    indicator    VARCHAR,  -- 同じ意味の系列をまとめる指標 | Indicator that groups series which mean the same
    name_ja      VARCHAR,  -- 系列名 | Name in Japanese
    name_en      VARCHAR,  -- 系列名（英語） | Name in English
    unit         VARCHAR,  -- 換算後の単位 | Unit of the value column, after conversion
    decimals     INTEGER,  -- 表示する小数桁 | Decimals to show
    minimum      DOUBLE,   -- あり得る最小値 | Smallest plausible value
    maximum      DOUBLE,   -- あり得る最大値 | Largest plausible value
    max_change   DOUBLE,   -- 改訂の限度（割合）。超えると警告 | Alarm limit: largest plausible restatement, as a share
    cadence      VARCHAR,  -- 公表の間隔（month・year・five_years・none） | How often a figure for a further period comes
    expected_lag_days INTEGER, -- 期間の末日から公表期限までの日数（余裕を含む） | Days from the end of a period to the day by which its figure is expected, a margin included
    licence      VARCHAR,  -- 利用条件 | Licence or terms of use
    credit_ja    VARCHAR,  -- 出典表示 | Credit line in Japanese
    credit_en    VARCHAR,  -- 出典表示（英語） | Credit line in English
    note_ja      VARCHAR,  -- 注意事項 | Note in Japanese
    note_en      VARCHAR   -- 注意事項（英語） | Note in English
);

CREATE TABLE core.snapshot ( -- 取得した原本（バイト列）の記録 | Files as fetched: one row a snapshot and resource
    snapshot_id      VARCHAR,      -- 読んだファイル（通常は原本）のSHA-256 | SHA-256 of the file that was read, as a rule the publisher's bytes
    resource_id      VARCHAR,      -- 公表元のどのファイル・どの版か | Which file of the publisher, which edition
    publisher_id     VARCHAR,      -- 公表元ID | Id of the publisher
    edition          VARCHAR,      -- 版 | Edition
    acquisition      VARCHAR,      -- live・stale・recorded・register・derived | How it came to us; stale: the last attempt failed; derived: an estimate of our own, no file
    url              VARCHAR,      -- 取得先（鍵を除く） | Address without any key
    fetched_at       TIMESTAMPTZ,  -- 取得日時（UTC） | When it was fetched (UTC); empty for recorded and register
    media_type       VARCHAR,      -- 種類 | Media type
    size_bytes       BIGINT,       -- 大きさ | Size in bytes
    licence          VARCHAR,      -- 利用条件 | Licence or terms of use
    adapter_version  VARCHAR,      -- 読み取りプログラムの版 | Version of the adapter that read it
    known_from       DATE,         -- 公表日 | Day on which it became public
    known_from_basis VARCHAR,      -- 公表日の根拠（date・edition・fetch） | What known_from rests on
    note             VARCHAR       -- 公表元のファイルと異なる点（抜粋した写しなど）。なければ空 | How it differs from the publisher's file, e.g. a trimmed copy; empty when it does not
);

CREATE TABLE core.observation ( -- 観測値（すべての版） | Observations, all vintages
    series_id        VARCHAR,      -- 系列ID | Id of the series
    area_code        VARCHAR,      -- 地域コード | Area code
    period_kind      VARCHAR,      -- CY・FY・month・window・date | How the period is counted
    period_start     DATE,         -- 期間の初日 | First day of the period
    period_end       DATE,         -- 期間の末日 | Last day of the period, included
    period           VARCHAR,      -- 期間の短い名前（2019, FY2019, 2024-01） | Short name of the period
    value            DOUBLE,       -- 値。ない場合はNULL（0ではない） | Value; NULL when there is none, never 0 instead
    value_low        DOUBLE,       -- 下限だけが示された場合 | Lower bound where only a bound is printed
    value_high       DOUBLE,       -- 上限だけが示された場合 | Upper bound where only a bound is printed
    se               DOUBLE,       -- 標準誤差（推計の値のみ） | Standard error; only of estimates of our own
    unit             VARCHAR,      -- 値の単位 | Unit of the value
    raw_text         VARCHAR,      -- 印刷されたままの文字 | The figure as printed
    raw_unit         VARCHAR,      -- 印刷されたままの単位 | The unit as printed
    obs_status       VARCHAR,      -- SDMX観測状態（A P E B M …） | SDMX observation status
    symbol_meaning   VARCHAR,      -- 記号の意味（その表の注による） | What the symbol means by that table's own note
    note             VARCHAR,      -- 注 | Note
    evidence         VARCHAR,      -- primary（一次）・secondary（二次） | Evidence class
    citation         VARCHAR,      -- 出典（手入力の値） | Citation of a hand-kept figure
    acquisition      VARCHAR,      -- live・stale・recorded・register・derived（当システムの推計） | How it came to us; derived: an estimate of our own
    snapshot_id      VARCHAR,      -- 読んだファイル（通常は原本）のSHA-256 | SHA-256 of the file that was read, as a rule the publisher's bytes
    resource_id      VARCHAR,      -- 公表元のどのファイルか | Which file of the publisher
    source_line      BIGINT,       -- ファイルの行 | Line of the file
    source_column    VARCHAR,      -- ファイルの列 | Column of the file
    known_from       DATE,         -- この値が公になった日 | Day from which this value was public
    known_to         DATE,         -- 次の値に改訂された日（現行はNULL） | Day on which it was restated; NULL while current
    known_from_basis VARCHAR,      -- known_fromの根拠（date・edition・fetch） | What known_from rests on: date, edition, fetch
    first_seen       TIMESTAMPTZ,  -- 当方が最初に見た日時（UTC） | When we first saw it (UTC)
    correction_id    VARCHAR       -- この値を訂正した項目。印刷の文字はそのまま | Correction that made this value, if any; raw_text stays as printed
);

CREATE TABLE core.correction ( -- 公表値の訂正（正誤表による） | Corrections of published figures, each with its erratum
    correction_id    VARCHAR,  -- 訂正ID | Id
    series_id        VARCHAR,  -- 系列ID | Id of the series
    area_code        VARCHAR,  -- 地域コード | Area code
    period_kind      VARCHAR,  -- 期間の数え方 | How the period is counted
    period_start     DATE,     -- 期間の初日 | First day of the period
    period_end       DATE,     -- 期間の末日 | Last day of the period, included
    period           VARCHAR,  -- 期間 | Short name of the period
    resource_id      VARCHAR,  -- このファイルの値だけを訂正（NULLはすべて） | Only the figure of this file is corrected; NULL: of every file
    action           VARCHAR,  -- drop（除く）・override（置き換え）・flag（状態の変更） | drop, override or flag
    expected_value   DOUBLE,   -- 訂正する公表値。違えば夜間実行は止まる | Published figure that is corrected; another one stops the night
    expected_text    VARCHAR,  -- 同じく、数でない場合の文字 | The same where it is a printed symbol
    value            DOUBLE,   -- 正しい値（override） | Right figure of an override
    obs_status       VARCHAR,  -- 新しいSDMX観測状態（NULLは変えない） | New SDMX observation status; NULL leaves it as it is
    reason_ja        VARCHAR,  -- 理由 | Reason in Japanese
    reason_en        VARCHAR,  -- 理由（英語） | Reason in English
    publisher        VARCHAR,  -- 誤りを公表した者 | Who published the erratum
    title            VARCHAR,  -- その資料 | Its title
    url              VARCHAR,  -- その所在 | Its address
    known_from       DATE,     -- 訂正が知られた日。この日から有効 | Day on which it became known, and from which it counts
    known_from_basis VARCHAR   -- known_fromの根拠（date・fetch） | What known_from rests on: published that day, or seen that day
);

CREATE TABLE core.facility ( -- 施設（オープンデータの一覧、最新版のみ。評価には使わない） | Facilities listed by open-data portals, newest edition only; nothing is graded by them
    publisher_id VARCHAR,  -- 公表元ID | Id of the publisher
    dataset      VARCHAR,  -- 一覧のID | Id of the list in the catalog
    facility_id  VARCHAR,  -- 一覧の中の番号（印刷されたまま） | Number within the list, as printed
    area_code    VARCHAR,  -- 所在する市区町村 | Municipality
    name         VARCHAR,  -- 名称 | Name
    kind         VARCHAR,  -- 種類 | Kind, in the words of the list
    form         VARCHAR,  -- 業態 | Form of business, in the words of the list
    address      VARCHAR,  -- 所在地 | Address
    latitude     DOUBLE,   -- 緯度（十進度） | Latitude in decimal degrees; NULL when there is none
    longitude    DOUBLE,   -- 経度（十進度） | Longitude in decimal degrees; NULL when there is none
    valid_from   DATE,     -- 許可などの始まり | First day of the permit or entry
    valid_to     DATE,     -- 許可などの満了日。過ぎていても廃業とは限らない | Last day of the permit; a past day does not say that it closed
    note         VARCHAR,  -- 読み取れなかった欄 | Cells that could not be read
    known_from   DATE,     -- 公表元が一覧を変更した日 | Day on which the publisher changed the list
    resource_id  VARCHAR,  -- 公表元のどのファイルか | Which file of the publisher
    snapshot_id  VARCHAR,  -- 原本のSHA-256 | SHA-256 of the publisher's bytes
    source_line  BIGINT    -- ファイルの行 | Line of the file
);

CREATE TABLE core.strategy ( -- 戦略 | Strategies
    strategy_id     VARCHAR,  -- 戦略ID | Id
    municipality    VARCHAR,  -- 策定した自治体 | Municipality, in Japanese
    municipality_en VARCHAR,  -- 策定した自治体（英語） | Municipality, in English
    area_code       VARCHAR,  -- 自治体の地域コード | Its area code
    name_ja         VARCHAR,  -- 名称 | Name in Japanese
    name_en         VARCHAR,  -- 名称（英語） | Name in English
    period_start    DATE,     -- 計画期間の初日 | First day of the plan
    period_end      DATE,     -- 計画期間の末日 | Last day of the plan
    source_ja       VARCHAR,  -- 出典文書 | Document it comes from, in Japanese
    source_en       VARCHAR   -- 出典文書（英語） | Document it comes from, in English
);

CREATE TABLE core.goal ( -- 基本目標 | Goals
    strategy_id VARCHAR,  -- 戦略ID | Id of the strategy
    goal_id     VARCHAR,  -- 目標ID | Id of the goal
    number      INTEGER,  -- 番号 | Number
    name_ja     VARCHAR,  -- 基本目標 | Name in Japanese
    name_en     VARCHAR   -- 基本目標（英語） | Name in English
);

CREATE TABLE core.kpi ( -- 重要業績評価指標と代替指標 | KPIs, and proxies as KPIs of their own
    strategy_id VARCHAR,  -- 戦略ID | Id of the strategy
    goal_id     VARCHAR,  -- 目標ID | Id of the goal
    kpi_id      VARCHAR,  -- 指標ID（代替指標は 本体~系列@地域） | Id; a proxy is called kpi~series@area
    number      INTEGER,  -- 戦略中の順 | Order within the strategy
    name_ja     VARCHAR,  -- 指標名 | Name in Japanese
    name_en     VARCHAR,  -- 指標名（英語） | Name in English
    direction   VARCHAR,  -- 目指す向き | What is wanted: increase, decrease, maintain, range, cumulative, milestone
    unit        VARCHAR,  -- 単位 | Unit
    decimals    INTEGER,  -- 表示する小数桁 | Decimals to show
    series_id   VARCHAR,  -- 評価に使う唯一の系列 | The only series that may grade it
    area_code   VARCHAR,  -- 評価に使う地域 | Area of that series
    noise       VARCHAR,  -- 標準誤差がないときの最小変化（relative・survey・exact） | Smallest detectable change without standard errors
    se_kind     VARCHAR,  -- 標準誤差の求め方（rate・count・share）。なければNULL | How the standard error follows, NULL when only a printed one counts
    is_proxy    BOOLEAN,  -- 代替指標か（評価はしない） | Whether it is a proxy, which never grades
    proxy_of    VARCHAR,  -- 代替指標の本体 | The KPI that a proxy stands beside
    note_ja     VARCHAR,  -- 注（戦略に印刷されたもの、または代替とする理由） | Printed footnote, or why it is a proxy
    note_en     VARCHAR   -- 注（英語） | The same in English
);

CREATE TABLE core.kpi_target ( -- 目標値（版を重ね、上書きしない） | Targets: versioned, never overwritten
    kpi_id            VARCHAR,  -- 指標ID | Id of the KPI
    version           INTEGER,  -- 目標の版 | Version of the target
    valid_from        DATE,     -- この版が有効になった日 | Day from which this version holds
    kind              VARCHAR,  -- absolute・relative_to_baseline | Absolute, or relative to the baseline
    baseline_value    DOUBLE,   -- 基準値 | Baseline
    baseline_period   VARCHAR,  -- 基準時点 | Period of the baseline
    baseline_printed  VARCHAR,  -- 印刷されたままの基準値 | Baseline as printed
    baseline_is_none  BOOLEAN,  -- 「未実施」か | Whether the strategy prints "not begun"
    target_value      DOUBLE,   -- 目標値 | Target
    target_low        DOUBLE,   -- 目標範囲の下限 | Lower end of a target range
    target_high       DOUBLE,   -- 目標範囲の上限 | Upper end of a target range
    target_strict     BOOLEAN,  -- 「超・未満」か | Whether the target says "more than" or "less than"
    target_period     VARCHAR,  -- 目標時点 | Period of the target
    target_period_end DATE,     -- 目標時点の末日 | Last day of that period
    target_printed    VARCHAR   -- 印刷されたままの目標値 | Target as printed
);

CREATE TABLE core.kpi_path ( -- 公表された目安値（直線に代わる） | Published interim targets, which replace the straight line
    kpi_id     VARCHAR,  -- 指標ID | Id of the KPI
    version    INTEGER,  -- 目標の版 | Version of the target
    period     VARCHAR,  -- 時点 | Period
    period_end DATE,     -- 時点の末日 | Last day of that period
    value      DOUBLE    -- 目安値 | Interim target
);

CREATE TABLE core.measure ( -- 主要施策 | Main measures
    strategy_id VARCHAR,  -- 戦略ID | Id of the strategy
    goal_id     VARCHAR,  -- 目標ID | Id of the goal
    measure_id  VARCHAR,  -- 施策ID | Id of the measure
    number      INTEGER,  -- 目標内の順 | Order within the goal
    name_ja     VARCHAR,  -- 施策名 | Name in Japanese
    name_en     VARCHAR   -- 施策名（英語） | Name in English
);

CREATE TABLE core.initiative ( -- 施策の下の取組 | Initiatives under a measure
    strategy_id VARCHAR,  -- 戦略ID | Id of the strategy
    measure_id  VARCHAR,  -- 施策ID | Id of the measure
    number      INTEGER,  -- 施策内の順 | Order within the measure
    name_ja     VARCHAR,  -- 取組 | Name in Japanese
    name_en     VARCHAR,  -- 取組（英語） | Name in English
    is_new      BOOLEAN   -- ［新規］の印 | Marked as new in the strategy
);
