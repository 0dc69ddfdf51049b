-- Writes: linkage.spine. Grain: a participant. Parameters: study, person.
INSERT INTO linkage.spine
VALUES (1, $study, $person, $person, true, 'consent', true)
