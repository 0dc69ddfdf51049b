-- Writes: linkage.listed: how many a positive list was applied to.
-- Grain: a study of a freeze with a positive list. Parameters: none.
--
-- matched_section_251: people who flow under section 251, are permitted and have
-- a person key, before the list. Who of them is not on the list is nowhere: an
-- opt-out must not be kept against a record.
CREATE TABLE IF NOT EXISTS linkage.listed (
    freeze_number INTEGER NOT NULL,
    study VARCHAR NOT NULL,
    matched_section_251 BIGINT NOT NULL,
    PRIMARY KEY (freeze_number, study)
)
