-- For each correction: the newest figure that publishers give for what it is about, and whether that is the one that it
-- corrects. `in_use` says that a file which could carry the figure is in use, recorded ones aside, as these may be older.
WITH staged AS (
    SELECT
        c.correction_id, used.acquisition, used.part_order,
        row.known_from, row.source_line, row.value, row.unit, row.raw_text, row.resource_id,
        (row.period_kind, row.period_start::DATE, row.period_end::DATE)
            = (c.period_kind, c.period_start, c.period_end) AS is_about
    FROM read_parquet($paths, filename = true) AS row
    JOIN core.correction c
      ON (c.series_id, c.area_code) = (row.series_id, row.area_code)
     AND (c.resource_id IS NULL OR c.resource_id = row.resource_id)
    JOIN used_part AS used
      ON used.path = row.filename AND (used.resource_id IS NULL OR used.resource_id = row.resource_id)
),
newest AS (
    SELECT * FROM staged WHERE is_about
    QUALIFY row_number() OVER (
        PARTITION BY correction_id ORDER BY known_from DESC, part_order DESC, source_line DESC
    ) = 1
)
SELECT
    c.*, n.correction_id IS NOT NULL AS is_there, n.value AS published_value, n.unit, n.raw_text, n.acquisition,
    n.resource_id AS published_in,
    coalesce(
        abs(n.value - c.expected_value) <= 1e-9 * abs(c.expected_value) OR n.raw_text = c.expected_text, false
    ) AS is_expected,
    c.correction_id IN (SELECT correction_id FROM staged WHERE acquisition <> 'recorded') AS in_use
FROM core.correction c LEFT JOIN newest n USING (correction_id)
ORDER BY c.correction_id
