-- What changed between two runs: $since (empty: nothing was published before) and $run. Figures first, grades behind.
-- Figures are compared by what is in force: a late edition that only fills in history changes nothing that is in force.
-- After a first night every figure is new: what is read twice is read twice, not held.
WITH came AS NOT MATERIALIZED (
    SELECT
        series_id, area_code, period_kind, period_start, period_end, period, value, value_low, value_high, unit,
        obs_status, evidence, correction_id, resource_id, known_from, known_to
    FROM past.observation
    WHERE $since <> '' AND from_run > $since AND from_run <= $run AND (to_run IS NULL OR to_run > $run)
    UNION ALL BY NAME
    SELECT
        series_id, area_code, period_kind, period_start, period_end, period, value, value_low, value_high, unit,
        obs_status, evidence, correction_id, resource_id, known_from, known_to
    FROM mart.observation_of_run($run) WHERE $since = ''
),
gone AS (
    SELECT
        series_id, area_code, period_kind, period_start, period_end, period, value, value_low, value_high, unit,
        obs_status, evidence, correction_id, resource_id, known_from, known_to
    FROM past.observation
    WHERE $since <> '' AND from_run <= $since AND to_run > $since AND to_run <= $run
),
in_force AS (
    SELECT
        series_id, area_code, period_kind, period_start, period_end, coalesce(n.period, o.period) AS period,
        o.value AS old_value, n.value AS new_value, o.obs_status AS old_status, n.obs_status AS new_status,
        coalesce(n.resource_id, o.resource_id) AS resource_id,
        CASE
            WHEN o.known_from IS NULL THEN 'new'
            WHEN n.known_from IS NULL THEN 'vanished'
            WHEN struct_pack(o.value, o.value_low, o.value_high, o.unit, o.obs_status, o.evidence, o.correction_id)
                 IS DISTINCT FROM
                 struct_pack(n.value, n.value_low, n.value_high, n.unit, n.obs_status, n.evidence, n.correction_id)
            THEN 'restated'
            WHEN n.known_from < o.known_from THEN 'late'
        END AS change,
        CASE WHEN change = 'restated' AND n.correction_id IS DISTINCT FROM o.correction_id THEN 'correction'
             ELSE change || '_figure' END AS cause
    FROM (SELECT * FROM came WHERE known_to IS NULL) n
    FULL JOIN (SELECT * FROM gone WHERE known_to IS NULL) o
        USING (series_id, area_code, period_kind, period_start, period_end)
),
late AS (  -- an older vintage than the one that was in force
    SELECT c.series_id, c.area_code, c.period, c.value AS new_value, c.obs_status AS new_status, c.resource_id
    FROM came c
    LEFT JOIN in_force f USING (series_id, area_code, period_kind, period_start, period_end)
    LEFT JOIN (SELECT * FROM gone WHERE known_to IS NULL) o
        USING (series_id, area_code, period_kind, period_start, period_end)
    WHERE c.known_to IS NOT NULL AND coalesce(f.change, '') <> 'new'
      AND (o.known_from IS NULL OR c.known_from < o.known_from)
),
brought AS (  -- whose file: the register has figures of series of others
    SELECT resource_id, any_value(publisher_id) AS publisher_id FROM (
        SELECT resource_id, publisher_id FROM core.snapshot
        UNION ALL
        SELECT resource_id, publisher_id FROM past.snapshot
    ) GROUP BY resource_id
),
figure AS NOT MATERIALIZED (
    SELECT
        f.* EXCLUDE (resource_id), coalesce(b.publisher_id, s.publisher_id) AS publisher_id,
        (f.new_value - f.old_value) / nullif(abs(f.old_value), 0) AS change_share,
        f.change = 'vanished' OR f.change = 'restated' AND (
            f.old_value IS NOT NULL AND f.new_value IS NULL
            OR coalesce(abs(f.new_value - f.old_value) > s.max_change * abs(f.old_value), false)
        ) AS is_alarm,
        (f.series_id, f.area_code) IN (SELECT (series_id, area_code) FROM core.kpi) AS of_kpi
    FROM (
        SELECT * EXCLUDE (period_kind, period_start, period_end) FROM in_force WHERE change IS NOT NULL
        UNION ALL BY NAME
        SELECT *, 'late' AS change, 'late_figure' AS cause FROM late
    ) f
    LEFT JOIN brought b USING (resource_id)
    LEFT JOIN core.series s USING (series_id)
),
placed AS (
    SELECT *, (of_kpi OR change IN ('restated', 'vanished')) AND row_number() OVER (
        PARTITION BY change ORDER BY of_kpi DESC, is_alarm DESC, abs(change_share) DESC, series_id, area_code, period
    ) <= $most AS is_listed
    FROM figure
),
shrunk AS (  -- series that have fewer observations than before, all vintages counted
    SELECT series_id, (-sum(gained))::BIGINT AS fewer FROM (
        SELECT series_id, count(*) AS gained FROM came GROUP BY ALL
        UNION ALL
        SELECT series_id, -count(*) AS gained FROM gone GROUP BY ALL
    ) GROUP BY ALL HAVING sum(gained) < 0
),
series AS (
    SELECT series_id, fewer, count(o.series_id) AS observations, any_value(s.publisher_id) AS publisher_id
    FROM shrunk
    LEFT JOIN mart.observation_of_run($run) o USING (series_id)
    LEFT JOIN core.series s USING (series_id)
    GROUP BY ALL
),
before AS (
    SELECT p.* FROM mart.kpi_progress_of_run($since) p
    QUALIFY row_number() OVER (PARTITION BY kpi_id, period_kind, period_start, period_end ORDER BY vintage DESC) = 1
),
now AS (
    SELECT p.* FROM mart.kpi_progress_of_run($run) p
    QUALIFY row_number() OVER (PARTITION BY kpi_id, period_kind, period_start, period_end ORDER BY vintage DESC) = 1
),
target_before AS (SELECT * EXCLUDE (baseline_printed, target_printed) FROM mart.kpi_target_of_run($since)),
target_now AS (SELECT * EXCLUDE (baseline_printed, target_printed) FROM mart.kpi_target_of_run($run)),
retargeted AS (
    SELECT kpi_id FROM ((FROM target_before EXCEPT FROM target_now) UNION ALL (FROM target_now EXCEPT FROM target_before))
),
kpi AS (
    SELECT kpi_id, series_id, area_code FROM mart.kpi_of_run($run) WHERE NOT is_proxy
    UNION
    SELECT kpi_id, series_id, area_code FROM mart.kpi_of_run($since) WHERE NOT is_proxy
),
fed AS (  -- how the figures of a KPI's own series changed, whichever period they are of
    SELECT kpi_id, list_sort(list(DISTINCT cause)) AS changes
    FROM kpi JOIN figure USING (series_id, area_code) WHERE change <> 'late' GROUP BY kpi_id
),
grade AS (
    SELECT
        kpi_id, coalesce(n.period, o.period) AS period, coalesce(n.period_end, o.period_end) AS period_end,
        o.value AS old_value, n.value AS new_value, o.status AS old_status, n.status AS new_status,
        o.jp_grade AS old_grade, n.jp_grade AS new_grade,
        CASE WHEN kpi_id NOT IN (SELECT kpi_id FROM mart.kpi_of_run($run)) THEN ['removed_kpi']
             WHEN kpi_id NOT IN (SELECT kpi_id FROM mart.kpi_of_run($since)) THEN ['added_kpi']
        ELSE list_filter([
            CASE WHEN kpi_id IN (FROM retargeted) OR o.kpi_id IS NOT NULL AND n.kpi_id IS NOT NULL
                  AND (o.target_version, o.direction) IS DISTINCT FROM (n.target_version, n.direction)
                 THEN 'changed_target' END,
            CASE WHEN o.method_version <> n.method_version THEN 'changed_method' END,
            CASE WHEN o.flags IS NOT NULL AND n.flags IS NOT NULL
                  AND list_contains(o.flags, 'CORRECTED') <> list_contains(n.flags, 'CORRECTED') THEN 'correction'
                 WHEN o.value IS NULL AND n.value IS NOT NULL THEN 'new_figure'
                 WHEN o.value IS NOT NULL AND n.value IS NULL THEN 'vanished_figure'
                 WHEN o.kpi_id IS NOT NULL AND n.kpi_id IS NOT NULL
                  AND struct_pack(o.value, o.value_low, o.value_high, o.obs_status)
                      IS DISTINCT FROM struct_pack(n.value, n.value_low, n.value_high, n.obs_status)
                 THEN 'restated_figure' END
        ], lambda cause: cause IS NOT NULL) END AS own_causes,
        -- the day in Japan on which the run before began: what became true since, became true by the calendar
        n.vintage > (strptime(left($since, 15), '%Y%m%dT%H%M%S') + INTERVAL 9 HOUR)::DATE AS is_later
    FROM now n
    FULL JOIN before o USING (kpi_id, period_kind, period_start, period_end)
    WHERE $since <> '' AND kpi_id IN (SELECT kpi_id FROM kpi)
      AND (o.status, o.jp_grade) IS DISTINCT FROM (n.status, n.jp_grade)
      -- a period that comes or goes without a grade is no change of a grade
      AND NOT (coalesce(o.status, 'NA_') LIKE 'NA\_%' ESCAPE '\' AND coalesce(n.status, 'NA_') LIKE 'NA\_%' ESCAPE '\')
)
SELECT
    $since AS since_run, $run AS run_id, 'figure' AS what, change, publisher_id, 1 AS figures, NULL AS kpi_id,
    series_id, area_code, period, old_value, new_value, change_share, old_status, new_status,
    NULL AS old_grade, NULL AS new_grade, CASE WHEN cause = 'correction' THEN [cause] END AS causes, is_alarm
FROM placed WHERE is_listed
UNION ALL BY NAME
SELECT $since AS since_run, $run AS run_id, 'figure' AS what, change, publisher_id, count(*) AS figures, is_alarm
FROM placed WHERE NOT is_listed GROUP BY change, publisher_id, is_alarm
UNION ALL BY NAME
SELECT
    $since AS since_run, $run AS run_id, 'series' AS what, 'shrunk' AS change, publisher_id, fewer AS figures, series_id,
    observations + fewer AS old_value, observations AS new_value, -fewer / (observations + fewer) AS change_share,
    true AS is_alarm
FROM series
UNION ALL BY NAME
SELECT
    $since AS since_run, $run AS run_id, 'grade' AS what, 'changed' AS change, kpi_id, period, old_value, new_value,
    old_status, new_status, old_grade, new_grade,
    CASE
        WHEN len(own_causes) > 0 THEN own_causes
        WHEN changes IS NOT NULL THEN changes
        WHEN is_later THEN ['calendar']
        ELSE ['changed_method']
    END AS causes,
    false AS is_alarm
FROM grade LEFT JOIN fed USING (kpi_id)
ORDER BY what DESC, is_alarm DESC, change, publisher_id, series_id NULLS LAST, area_code, kpi_id, period
