-- Turns all accepted parts into observations with vintages. The order of editions decides which figure is the later
-- one; a restated figure closes the one before it; a figure repeated unchanged is no new row. A correction counts from
-- the day on which it became known: before that the figure stands as it was published. Vintages are put in order by
-- number: all rows of a night with all their text are too many to be held at once.
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
contested AS MATERIALIZED (  -- most figures are given once and never corrected: they have no vintages
    SELECT
        row_number() OVER () AS figure, series_id, area_code, period_kind, period_start, period_end,
        bool_or(is_corrected) AS is_corrected
    FROM (
        SELECT series_id, area_code, period_kind, period_start, period_end, false AS is_corrected
        FROM staged GROUP BY ALL HAVING count(*) > 1
        UNION ALL
        SELECT series_id, area_code, period_kind, period_start, period_end, true FROM core.correction
    )
    GROUP BY ALL
),
claim AS NOT MATERIALIZED (
    SELECT figure, is_corrected, known_from, part_order, source_line, part, file_row_number,
        struct_pack(value, value_low, value_high, unit, obs_status, evidence, correction_id := NULL::VARCHAR) AS said
    FROM staged JOIN contested USING (series_id, area_code, period_kind, period_start, period_end)
),
one_a_day AS (  -- several editions that became known on one day: the last of them counts
    SELECT * FROM claim
    QUALIFY row_number() OVER (PARTITION BY figure, known_from ORDER BY part_order DESC, source_line DESC) = 1
),
printed AS (  -- what corrections may speak of
    SELECT
        f.*, c.correction_id, c.known_from AS corrected_from, c.known_from_basis AS corrected_basis,
        struct_pack(
            value := CASE c.action WHEN 'flag' THEN said.value ELSE c.value END,
            value_low := CASE c.action WHEN 'flag' THEN said.value_low END,
            value_high := CASE c.action WHEN 'flag' THEN said.value_high END,
            unit := said.unit, obs_status := coalesce(c.obs_status, said.obs_status), evidence := said.evidence,
            correction_id := c.correction_id
        ) AS corrected,
        lead(f.known_from::DATE) OVER (PARTITION BY figure ORDER BY f.known_from) AS replaced_on
    FROM one_a_day f
    JOIN staged s USING (part, file_row_number)
    LEFT JOIN core.correction c
      ON (c.series_id, c.area_code, c.period_kind) = (s.series_id, s.area_code, s.period_kind)
     AND (c.period_start, c.period_end) = (s.period_start::DATE, s.period_end::DATE)
     AND (c.resource_id IS NULL OR c.resource_id = s.resource_id)
     AND (abs(f.said.value - c.expected_value) <= 1e-9 * abs(c.expected_value) OR s.raw_text = c.expected_text)
    WHERE f.is_corrected
),
stated AS (
    SELECT figure, part, file_row_number, known_from, NULL AS basis, said FROM one_a_day WHERE NOT is_corrected
    UNION ALL
    SELECT figure, part, file_row_number, known_from, NULL, said
    FROM printed WHERE correction_id IS NULL OR corrected_from > known_from
    UNION ALL
    SELECT figure, part, file_row_number, greatest(known_from, corrected_from),
        CASE WHEN corrected_from > known_from THEN corrected_basis END, corrected
    FROM printed WHERE correction_id IS NOT NULL AND (replaced_on IS NULL OR corrected_from < replaced_on)
),
news AS (
    SELECT * FROM stated
    WINDOW earlier AS (PARTITION BY figure ORDER BY known_from)
    QUALIFY lag(part) OVER earlier IS NULL OR lag(said) OVER earlier IS DISTINCT FROM said
),
vintage AS (
    SELECT * EXCLUDE (figure), lead(known_from) OVER (PARTITION BY figure ORDER BY known_from) AS known_to FROM news
),
kept AS (
    SELECT
        s.* REPLACE (
            v.known_from AS known_from, coalesce(v.basis, s.known_from_basis) AS known_from_basis,
            v.said.value AS value, v.said.value_low AS value_low, v.said.value_high AS value_high,
            v.said.obs_status AS obs_status, concat_ws('；', nullif(s.note, ''), c.reason_ja) AS note
        ),
        v.known_to, c.correction_id
    FROM staged s
    JOIN vintage v USING (part, file_row_number)
    LEFT JOIN core.correction c ON c.correction_id = v.said.correction_id
    UNION ALL BY NAME
    SELECT * FROM staged ANTI JOIN contested USING (series_id, area_code, period_kind, period_start, period_end)
)
SELECT
    series_id, area_code, period_kind, period_start::DATE AS period_start, period_end::DATE AS period_end,
    CASE period_kind
        WHEN 'CY' THEN strftime(period_start, '%Y')
        WHEN 'FY' THEN strftime(period_start, 'FY%Y')
        WHEN 'month' THEN strftime(period_start, '%Y-%m')
        WHEN 'window' THEN  -- of fiscal years, the last one ends in the year after
            if(month(period_start) = 4,
               strftime(period_start, 'FY%Y-') || (year(period_end) - 1), strftime(period_start, '%Y-') || year(period_end))
        ELSE strftime(period_start, '%Y-%m-%d')
    END AS period,
    value, value_low, value_high, unit, raw_text, raw_unit, obs_status, symbol_meaning, note, evidence, citation,
    acquisition, snapshot_id, resource_id, source_line, source_column,
    known_from::DATE AS known_from, known_to::DATE AS known_to, known_from_basis, seen AS first_seen, correction_id
FROM kept
