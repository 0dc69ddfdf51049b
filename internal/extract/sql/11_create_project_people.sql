-- Writes: project_people (temporary), empty. Grain: a participant of the project.
-- Parameters: none.
--
-- A person in two studies has two rows: two participants. Their rank is that of
-- their project ids, so that a sort compares numbers in place of texts.
CREATE OR REPLACE TEMP TABLE project_people (
    _person_key VARCHAR NOT NULL,
    _project_id VARCHAR NOT NULL,
    _person_rank UINTEGER NOT NULL,
    _shift_days INTEGER NOT NULL
)
