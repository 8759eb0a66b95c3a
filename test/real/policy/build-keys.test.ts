/** What a Go build makes follows the policy directory in a life that goes on. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { needsTool } from "#test/real/edge/needs-tool.js";
import { readUntil } from "#test/real/edge/proxy/relay-rig.js";
import { policyLife } from "./policy-life.js";

/** Tells each connection its name, and the word that the build may give it. */
const program = (name: string): string => `package main

import (
	"net"
	"os"
)

var word = "unset"

func main() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		panic(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		client.Write([]byte("${name} " + word))
		client.Close()
	}
}
`;

// Breaks when a build uses the package or the arguments of the beginning.
test("package and build.args count from the next build on", {
  timeout: 120_000,
}, async (context) => {
  if (!needsTool(context, "go", "version")) return;
  const { hotpod, set, folder } = await policyLife(context, {
    files: {
      "go.mod": "module example.com/app\n\ngo 1.21\n",
      "cmd/a/main.go": program("a"),
      "cmd/b/main.go": program("b"),
    },
    args: ["--recipe", "go"],
    policy: { package: "./cmd/a" },
  });
  const answer = (): Promise<string> => readUntil(connect(hotpod.port, "127.0.0.1"), /$^/);
  let saves = 0;
  const save = async (): Promise<void> => {
    const from = hotpod.here();
    saves += 1;
    for (const name of ["a", "b"]) {
      writeFileSync(join(folder, "cmd", name, "main.go"), `${program(name)}// ${saves}\n`);
    }
    await hotpod.seen("promoted", from);
  };
  assert.equal(await answer(), "a unset");
  await set({ package: "./cmd/a", "build.args": "-ldflags=-X=main.word=set" });
  await save();
  assert.equal(await answer(), "a set");
  await set({ package: "./cmd/b", "build.args": "-ldflags=-X=main.word=set" });
  await save();
  assert.equal(await answer(), "b set");
});
