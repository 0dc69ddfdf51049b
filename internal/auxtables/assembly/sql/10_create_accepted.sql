-- Writes: accepted_submissions (temporary), empty. Grain: a generation, provider and
-- month. Parameters: none.
--
-- available_from: the day that the version is of.
CREATE OR REPLACE TEMP TABLE accepted_submissions (
    generation VARCHAR NOT NULL,
    provider VARCHAR,
    month SMALLINT NOT NULL,
    uniquesubmissionid VARCHAR NOT NULL,
    is_refresh BOOLEAN NOT NULL,
    period_start DATE NOT NULL,
    period_end DATE NOT NULL,
    created_at TIMESTAMP,
    extract_start_date DATE NOT NULL,
    extract_end_date DATE NOT NULL,
    extract_date DATE,
    available_from DATE NOT NULL
)
