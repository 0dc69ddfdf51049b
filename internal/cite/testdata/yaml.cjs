// Reads YAML files as version 1.2 and as version 1.1, and prints one JSON line a
// file if the two agree: node yaml.cjs FILE...
const fs = require("node:fs");
const { parse } = require("yaml");

for (const file of process.argv.slice(2)) {
  const text = fs.readFileSync(file, "utf8");
  const [newer, older] = ["1.2", "1.1"].map((version) => JSON.stringify(parse(text, { version, strict: true })));
  if (newer !== older) throw new Error(`YAML 1.1 and 1.2 read ${file} in two ways`);
  console.log(newer);
}
