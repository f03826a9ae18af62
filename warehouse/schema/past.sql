-- What earlier runs published and this file no longer holds: our own clock, beside the publishers' clock in core.
-- The other tables of this schema, one for each table that a run publishes, are made by warehouse/past_schema.py.

CREATE SCHEMA past;

CREATE TABLE past.run ( -- 公開した行を保存した実行（最初のものから遡れる） | Runs whose rows are on record; history begins with the first
    run_id VARCHAR  -- 実行ID | Id of the run
);
