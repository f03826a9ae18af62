-- How the nights went: what ran, what was fetched, what was checked, what was refused and why.

CREATE SCHEMA ops;

CREATE TABLE ops.run ( -- 実行の記録 | Runs
    run_id       VARCHAR,      -- 実行ID（開始日時UTC） | Id: the start in UTC
    started_at   TIMESTAMPTZ,  -- 開始（UTC） | Start (UTC)
    finished_at  TIMESTAMPTZ,  -- 終了（UTC）。この版を作った実行では作成時刻 | End (UTC); for the run that built this file: when it was built
    outcome      VARCHAR,      -- ok・unchanged・degraded・failed | Outcome
    exit_code    INTEGER,      -- 終了コード | Exit code
    offline      BOOLEAN,      -- 取得をしない実行か | Whether nothing was to be fetched
    published    VARCHAR,      -- 公開したファイル | File that was published, empty when none
    content_hash VARCHAR,      -- core・martの内容ハッシュ | Hash over the content of core and mart
    message      VARCHAR       -- まとめ | Summary for people
);

CREATE TABLE ops.run_source ( -- 実行ごと・公表元ごとの結果 | One row a run and source
    run_id       VARCHAR,  -- 実行ID | Id of the run
    publisher_id VARCHAR,  -- 公表元ID | Id of the publisher
    state        VARCHAR,  -- live・stale・recorded・register・missing・not_configured | What the night used
    resources    INTEGER,  -- 対象ファイル数 | Files asked for
    new          INTEGER,  -- 新しい内容 | Files with new content
    failed       INTEGER,  -- 取得できなかった数 | Files that could not be fetched
    refused      INTEGER,  -- 受け入れなかった数 | Files that were refused
    rows         BIGINT,   -- 使った行 | Rows in use
    quarantined  BIGINT,   -- 隔離した行 | Rows in quarantine
    age_days     INTEGER,  -- 最後の成功からの日数 | Days since the last success
    reason       VARCHAR   -- 理由 | Why it is not live
);

CREATE TABLE ops.fetch ( -- 取得の試み | Attempts to fetch
    resource_id  VARCHAR,      -- どのファイルか | Which file
    publisher_id VARCHAR,      -- 公表元ID | Id of the publisher
    fetched_at   TIMESTAMPTZ,  -- 日時（UTC） | When (UTC)
    outcome      VARCHAR,      -- new・unchanged・not_out・refused・failed | What came of it
    status       INTEGER,      -- HTTPコード | HTTP status
    url          VARCHAR,      -- 取得先（鍵を除く） | Address without any key
    snapshot_id  VARCHAR,      -- 原本のSHA-256 | SHA-256 of the bytes
    size_bytes   BIGINT,       -- 大きさ | Size in bytes
    reason       VARCHAR       -- 理由 | Reason
);

CREATE TABLE ops.check_result ( -- 検査の結果 | Results of the checks
    suite   VARCHAR,  -- 検査の組（rows・tables・guards・corrections・estimates・freshness・marts） | Suite
    rule    VARCHAR,  -- 規則 | Rule
    subject VARCHAR,  -- 対象 | What was checked
    action  VARCHAR,  -- 違反時の扱い（quarantine・stop・warn） | What a failure does
    success BOOLEAN,  -- 合格か | Whether it passed
    checked BIGINT,   -- 検査した行 | Rows checked
    failed  BIGINT,   -- 違反した行 | Rows that failed
    message VARCHAR   -- 説明 | Message for people
);

CREATE TABLE ops.quarantine ( -- 隔離した行（失われない） | Rows in quarantine: refused, never lost
    rule          VARCHAR,  -- 規則 | Rule
    reason        VARCHAR,  -- 理由 | Reason
    raw           VARCHAR,  -- 元の行（JSON） | The row as JSON
    series_id     VARCHAR,  -- 系列ID | Id of the series
    area_code     VARCHAR,  -- 地域コード | Area code
    period        VARCHAR,  -- 期間 | Period
    resource_id   VARCHAR,  -- どのファイルか | Which file
    snapshot_id   VARCHAR,  -- 原本のSHA-256 | SHA-256 of the bytes
    source_line   BIGINT,   -- ファイルの行 | Line of the file
    source_column VARCHAR   -- ファイルの列 | Column of the file
);
