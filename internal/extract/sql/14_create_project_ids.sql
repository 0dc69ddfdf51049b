-- Reads: project_people (temporary). Writes: project_id (temporary), the type of the
-- participants' ids. Grain: an id. Parameters: none.
--
-- A value of the type is a number of four bytes while rows are sorted, and becomes
-- its text again as a file is written.
CREATE OR REPLACE TEMP TYPE project_id AS ENUM (
    SELECT _project_id
    FROM project_people
    ORDER BY _person_rank
)
