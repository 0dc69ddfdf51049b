// Reads citation files with citation-js and prints what it understood, one
// JSON line a record: node read.cjs FILE...
const fs = require("node:fs");
const { Cite } = require("@citation-js/core");
require("@citation-js/plugin-bibtex");
require("@citation-js/plugin-csl");
require("@citation-js/plugin-ris");

// RIS has no way to mark an organisation: its name comes back in the parts of a
// person's, which are joined here again.
const name = ({ literal, family, given, suffix }) =>
  literal ?? [family, given, suffix].filter(Boolean).join(", ");

for (const file of process.argv.slice(2)) {
  for (const item of new Cite(fs.readFileSync(file, "utf8")).data) {
    console.log(JSON.stringify({
      type: item.type,
      title: item.title,
      authors: (item.author ?? []).map(name),
      publisher: item.publisher,
      year: item.issued?.["date-parts"]?.[0]?.[0],
      version: item.version ?? item.edition,
      DOI: item.DOI,
      URL: item.URL,
    }));
  }
}
