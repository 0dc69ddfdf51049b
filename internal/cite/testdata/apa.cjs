// Renders a CSL-JSON file in the style of the APA with citeproc-js, and prints
// one JSON line an item: node apa.cjs FILE
const fs = require("node:fs");
const { Cite } = require("@citation-js/core");
require("@citation-js/plugin-csl");

for (const item of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) {
  const as = (format) => new Cite(item).format("bibliography", { format, template: "apa", lang: "en-US" }).trim();
  console.log(JSON.stringify({ text: as("text"), html: as("html") }));
}
