-- Writes: register.change_logs: what a version changed in the data, in words and
-- numbers that have passed the rules. Grain: a version, the rules and a freeze.
-- Parameters: none.
--
-- made_from: a hash of all that the entry was made from; one that is of other
-- content, rules or specifications is not to be shown.
CREATE TABLE register.change_logs (
    dataset VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    lineage VARCHAR NOT NULL,
    rules VARCHAR NOT NULL,
    freeze_number INTEGER NOT NULL,
    made_from VARCHAR NOT NULL,
    entry VARCHAR NOT NULL,
    PRIMARY KEY (dataset, number, lineage, rules, freeze_number)
)
