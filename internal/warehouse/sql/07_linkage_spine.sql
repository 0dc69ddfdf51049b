-- Writes: linkage.spine.
-- Grain: a participant's enrolment (study and study id) in a freeze. Parameters: none.
--
-- permitted: the participant is current and permits NHS England linkage, and
-- the study is linked to NHS England at all.
-- basis: 'consent', or 'section 251' for those who flow under section 251.
-- linked: permitted, and the mapping names an NHS person key.
CREATE TABLE linkage.spine (
    freeze_number INTEGER NOT NULL,
    study VARCHAR NOT NULL,
    study_id_e VARCHAR NOT NULL,
    cohortkey_e VARCHAR,
    permitted BOOLEAN NOT NULL,
    basis VARCHAR,
    linked BOOLEAN NOT NULL
)
