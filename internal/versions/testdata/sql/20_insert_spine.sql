-- Writes: linkage.spine. Grain: a participant. Parameters: freeze, study,
-- person.
INSERT INTO linkage.spine
VALUES ($freeze, $study, $person, $person, true, 'consent', true)
