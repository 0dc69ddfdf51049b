-- Writes: nhsd.iapt_care_cluster_v0003: one cell, behind the register's back.
-- Grain: a row. Parameters: none.
UPDATE nhsd.iapt_care_cluster_v0003
SET amhcareclustcodefin = 'ZZ'
WHERE rowid = 0
