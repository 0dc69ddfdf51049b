-- Writes: project_people (temporary), empty. Grain: a participant of the project.
-- Parameters: none.
--
-- A person in two studies has two rows: two participants.
CREATE OR REPLACE TEMP TABLE project_people (
    _person_key VARCHAR NOT NULL,
    _project_id VARCHAR NOT NULL
)
