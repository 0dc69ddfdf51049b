-- Writes: linkage.withdrawn_participants: who has withdrawn, for good.
-- Grain: a participant, and whether the withdrawal is of the person.
-- Parameters: none. Rows are only ever added.
--
-- by_person: every other participant who is the same person has withdrawn too.
-- named: a file named the participant; otherwise a person key did.
CREATE TABLE IF NOT EXISTS linkage.withdrawn_participants (
    study_id_e VARCHAR NOT NULL,
    by_person BOOLEAN NOT NULL,
    named BOOLEAN NOT NULL,
    file_number INTEGER NOT NULL,
    PRIMARY KEY (study_id_e, by_person)
)
