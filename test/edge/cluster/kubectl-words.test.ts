import assert from "node:assert/strict";
import { test } from "node:test";
import { kubectlWords } from "#edge/cluster/kubectl-run.js";

test("kubectl's sentence is told, its log's lines only where there is nothing else", () => {
  const logged = 'E1128 07:14:51.451686    9138 memcache.go:265] "Unhandled Error" err="refused"';
  const said = "The connection to the server localhost:8080 was refused";
  assert.equal(kubectlWords(`${logged}\n${logged}\n${said}\n`), said);
  assert.equal(kubectlWords(`${logged}\n`), logged);
  const two = "Error from server (NotFound): a\nError from server (NotFound): b";
  assert.equal(kubectlWords(two), two);
});
