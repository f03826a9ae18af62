-- One row a KPI as it was known on $as_of: the verdict at the target period, the newest figure, and the reason.
WITH known AS (
    SELECT * FROM mart.kpi_progress
    WHERE $as_of IS NULL OR vintage <= $as_of
    QUALIFY row_number() OVER (PARTITION BY kpi_id, period_start, period_end ORDER BY vintage DESC) = 1
),
target AS (
    SELECT * FROM core.kpi_target WHERE $as_of IS NULL OR valid_from <= $as_of
),
verdict AS (  -- the first final row is frozen; as long as there is none, the newest provisional one, or that it is pending
    SELECT * FROM mart.kpi_progress
    WHERE ($as_of IS NULL OR vintage <= $as_of)
      AND (verdict_kind IN ('final', 'final_provisional') OR status = 'FINAL_PENDING')
    QUALIFY row_number() OVER (
        PARTITION BY kpi_id, target_version
        ORDER BY verdict_kind = 'final' DESC, verdict_kind = 'final_provisional' DESC,
            CASE WHEN verdict_kind = 'final' THEN vintage END, vintage DESC
    ) = 1
),
newest AS (
    SELECT * FROM known
    WHERE (value IS NOT NULL OR value_low IS NOT NULL OR value_high IS NOT NULL)
      AND status <> 'NA_TOO_EARLY'  -- the baseline itself says nothing about progress
    QUALIFY row_number() OVER (PARTITION BY kpi_id ORDER BY period_end DESC, period_start DESC) = 1
)
SELECT
    k.strategy_id, st.municipality AS municipality_ja, st.municipality_en, st.name_ja AS strategy_ja,
    st.name_en AS strategy_en, k.goal_id, k.number, k.kpi_id, k.name_ja, k.name_en, k.direction, k.unit, k.decimals,
    t.baseline_value, t.baseline_period, t.baseline_printed, t.baseline_is_none,
    t.target_value, t.target_low, t.target_high, t.target_period, t.target_printed,
    coalesce(a.status, CASE WHEN $as_of IS NULL THEN l.verdict_status END) AS verdict_status, a.value AS verdict_value, a.verdict_kind,
    t.target_period IS NOT NULL AND CASE WHEN $as_of IS NULL THEN l.verdict_status IS NULL
        ELSE t.target_period_end >= $as_of END AS target_is_ahead,
    n.period AS latest_period, n.value AS latest_value,
    coalesce(s.latest_status, n.status) AS latest_status, coalesce(s.latest_jp_grade, n.jp_grade) AS latest_jp_grade,
    n.achievement_rate AS latest_p, n.flags AS latest_flags, n.vintage AS latest_vintage,
    coalesce(nullif(a.reason, ''), s.reason, n.reason) AS reason
FROM core.kpi k
LEFT JOIN core.strategy st USING (strategy_id)
LEFT JOIN target t USING (kpi_id)
LEFT JOIN verdict a ON a.kpi_id = k.kpi_id AND a.target_version = t.version
LEFT JOIN newest n USING (kpi_id)
LEFT JOIN mart.kpi_latest l USING (kpi_id)
-- How the newest figure stands today: too old, it has lost its status and its grade. Of another day it is the period's own row.
LEFT JOIN mart.kpi_latest s ON $as_of IS NULL AND s.kpi_id = k.kpi_id AND s.latest_period IS NOT DISTINCT FROM n.period
WHERE NOT k.is_proxy
-- The version in force: today's is known to the build; of another day it is the newest that had begun.
QUALIFY row_number() OVER (
    PARTITION BY k.kpi_id
    ORDER BY $as_of IS NULL AND t.version = l.target_version DESC, t.valid_from DESC, t.version DESC
) = 1
ORDER BY k.strategy_id, k.number
