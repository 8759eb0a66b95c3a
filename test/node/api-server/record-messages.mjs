// node record-messages.mjs FIXTURES: sends every document to the API server that $KUBECONFIG names, as a dry run, and writes
// what it said, line by line, into FIXTURES/messages.json. A document's first line, a comment, is its name.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const [folder] = process.argv.slice(2);
const said = {};
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .sort()) {
  for (const text of readFileSync(`${folder}/${file}`, "utf8").split(/^---$/m)) {
    const name = /^# (.*)$/m.exec(text)?.[1];
    if (name === undefined || said[name] !== undefined)
      throw new Error(`${file}: a name, once: ${name}`);
    said[name] = messages(text);
    if (name.startsWith("allowed: ") !== (said[name].length === 0)) {
      console.error(`${file}: "${name}": ${said[name].join("\n") || "accepted"}`);
    }
  }
}
writeFileSync(`${folder}/messages.json`, `${JSON.stringify(said, null, 2)}\n`);

function messages(text) {
  const args = ["create", "--dry-run=server", "-f", "-"];
  const { status, stderr } = spawnSync("kubectl", args, { input: text, encoding: "utf8" });
  if (status === 0) return [];
  const refused =
    /^(?:Error from server \(BadRequest\): error when creating|error: unable to decode) "STDIN": (.*)$/s.exec(
      stderr,
    );
  if (refused !== null) return [refused[1].trim()];
  const invalid = /^The \w+ "[^"]*" is invalid: (.*)$/s.exec(stderr);
  if (invalid === null) throw new Error(`${text}\n${stderr}`);
  const [, list] = invalid;
  return list.startsWith("\n* ") ? list.slice(3).trimEnd().split("\n* ") : [list.trimEnd()];
}
