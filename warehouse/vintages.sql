-- Turns all accepted parts into observations with vintages. The order of editions decides which figure is the later
-- one; a restated figure closes the one before it; a figure repeated unchanged is no new row. A correction counts from
-- the day on which it became known: before that the figure stands as it was published.
INSERT INTO core.observation BY NAME
WITH staged AS NOT MATERIALIZED (  -- read twice: the few figures that are corrected go a way of their own
    SELECT
        row.*,
        used.acquisition,
        used.part_order,
        coalesce(row.first_seen, used.fetched_at) AS seen
    FROM read_parquet($paths, filename = true) AS row
    JOIN used_part AS used
      ON used.path = row.filename AND (used.resource_id IS NULL OR used.resource_id = row.resource_id)
),
one_a_day AS (  -- several editions that became known on one day: the last of them counts
    SELECT * FROM staged ANTI JOIN core.correction USING (series_id, area_code, period_kind)
    QUALIFY row_number() OVER (
        PARTITION BY series_id, area_code, period_kind, period_start, period_end, known_from
        ORDER BY part_order DESC, source_line DESC
    ) = 1
),
one_a_day_corrected AS (  -- the same, of the series and areas in which something is corrected
    SELECT * FROM staged SEMI JOIN core.correction USING (series_id, area_code, period_kind)
    QUALIFY row_number() OVER (
        PARTITION BY series_id, area_code, period_kind, period_start, period_end, known_from
        ORDER BY part_order DESC, source_line DESC
    ) = 1
),
printed AS (
    SELECT
        f.*, c.correction_id, c.known_from AS corrected_from, c.known_from_basis AS corrected_basis,
        c.action, c.value AS corrected_value, c.obs_status AS corrected_status, c.reason_ja,
        lead(f.known_from::DATE) OVER (
            PARTITION BY f.series_id, f.area_code, f.period_kind, f.period_start, f.period_end ORDER BY f.known_from
        ) AS replaced_on
    FROM one_a_day_corrected f
    LEFT JOIN core.correction c
      ON (c.series_id, c.area_code, c.period_kind) = (f.series_id, f.area_code, f.period_kind)
     AND (c.period_start, c.period_end) = (f.period_start::DATE, f.period_end::DATE)
     AND (c.resource_id IS NULL OR c.resource_id = f.resource_id)
     AND (abs(f.value - c.expected_value) <= 1e-9 * abs(c.expected_value) OR f.raw_text = c.expected_text)
),
stated AS (
    SELECT *, NULL::VARCHAR AS correction_id FROM one_a_day
    UNION ALL BY NAME
    SELECT * REPLACE (NULL AS correction_id) FROM printed WHERE correction_id IS NULL OR corrected_from > known_from
    UNION ALL BY NAME
    SELECT * REPLACE (
        greatest(known_from, corrected_from) AS known_from,
        CASE WHEN corrected_from > known_from THEN corrected_basis ELSE known_from_basis END AS known_from_basis,
        CASE action WHEN 'flag' THEN value ELSE corrected_value END AS value,
        CASE action WHEN 'flag' THEN value_low END AS value_low,
        CASE action WHEN 'flag' THEN value_high END AS value_high,
        coalesce(corrected_status, obs_status) AS obs_status,
        concat_ws('；', nullif(note, ''), reason_ja) AS note
    )
    FROM printed
    WHERE correction_id IS NOT NULL AND (replaced_on IS NULL OR corrected_from < replaced_on)
),
news AS (
    SELECT * FROM stated
    WINDOW figure AS (
        PARTITION BY series_id, area_code, period_kind, period_start, period_end ORDER BY known_from
    )
    QUALIFY lag(part_order) OVER figure IS NULL
         OR lag(struct_pack(value, value_low, value_high, unit, obs_status, evidence, correction_id)) OVER figure
            IS DISTINCT FROM struct_pack(value, value_low, value_high, unit, obs_status, evidence, correction_id)
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
    known_from::DATE AS known_from,
    lead(known_from::DATE) OVER (
        PARTITION BY series_id, area_code, period_kind, period_start, period_end ORDER BY known_from
    ) AS known_to,
    known_from_basis,
    seen AS first_seen,
    correction_id
FROM news
ORDER BY series_id, area_code, period_start, period_end, period_kind, known_from
