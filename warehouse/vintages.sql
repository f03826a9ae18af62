-- Turns all accepted parts into observations with vintages. The order of editions decides which figure is the later
-- one; a restated figure closes the one before it; a figure repeated unchanged is no new row. Vintages are put in order
-- by number: all rows of a night with all their text are too many to be held at once.
INSERT INTO core.observation BY NAME
WITH staged AS NOT MATERIALIZED (
    SELECT
        row.*,
        used.rowid AS part,
        used.acquisition,
        used.part_order,
        coalesce(row.first_seen, used.fetched_at) AS seen
    FROM read_parquet($paths, filename = true, file_row_number = true) AS row
    JOIN used_part AS used
      ON used.path = row.filename AND (used.resource_id IS NULL OR used.resource_id = row.resource_id)
),
contested AS MATERIALIZED (  -- most figures are given once, and have no vintages
    SELECT row_number() OVER () AS figure, series_id, area_code, period_kind, period_start, period_end
    FROM staged GROUP BY ALL HAVING count(*) > 1
),
claim AS NOT MATERIALIZED (
    SELECT figure, known_from, part_order, source_line, part, file_row_number,
        struct_pack(value, value_low, value_high, unit, obs_status, evidence) AS said
    FROM staged JOIN contested USING (series_id, area_code, period_kind, period_start, period_end)
),
one_a_day AS (  -- several editions that became known on one day: the last of them counts
    SELECT * FROM claim
    QUALIFY row_number() OVER (PARTITION BY figure, known_from ORDER BY part_order DESC, source_line DESC) = 1
),
news AS (
    SELECT * FROM one_a_day
    WINDOW earlier AS (PARTITION BY figure ORDER BY known_from)
    QUALIFY lag(part_order) OVER earlier IS NULL OR lag(said) OVER earlier IS DISTINCT FROM said
),
vintage AS (
    SELECT part, file_row_number, lead(known_from) OVER (PARTITION BY figure ORDER BY known_from) AS known_to FROM news
),
kept AS (
    SELECT * FROM staged JOIN vintage USING (part, file_row_number)
    UNION ALL BY NAME
    SELECT * FROM staged ANTI JOIN contested USING (series_id, area_code, period_kind, period_start, period_end)
)
SELECT
    series_id, area_code, period_kind, period_start::DATE AS period_start, period_end::DATE AS period_end,
    CASE period_kind
        WHEN 'CY' THEN strftime(period_start, '%Y')
        WHEN 'FY' THEN strftime(period_start, 'FY%Y')
        WHEN 'month' THEN strftime(period_start, '%Y-%m')
        WHEN 'window' THEN strftime(period_start, '%Y') || '-' || strftime(period_end, '%Y')
        ELSE strftime(period_start, '%Y-%m-%d')
    END AS period,
    value, value_low, value_high, unit, raw_text, raw_unit, obs_status, symbol_meaning, note, evidence, citation,
    acquisition, snapshot_id, resource_id, source_line, source_column,
    known_from::DATE AS known_from, known_to::DATE AS known_to, known_from_basis, seen AS first_seen
FROM kept
