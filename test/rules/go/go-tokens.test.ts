import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { goFile } from "#rules/go/go-file.js";
import { goTokens } from "#rules/go/go-tokens.js";

/** What go/scanner and go/parser say, a line of JSON for each file. */
const JUDGE = `package main

import (
	"bufio"
	"encoding/json"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"strconv"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, name := range os.Args[1:] {
		src, _ := os.ReadFile(name)
		fset := token.NewFileSet()
		var s scanner.Scanner
		s.Init(fset.AddFile(name, fset.Base(), len(src)), src, nil, 0)
		tokens := []string{}
		for {
			pos, tok, lit := s.Scan()
			if tok == token.EOF {
				break
			}
			if tok == token.SEMICOLON && lit == "\\n" {
				continue
			}
			if lit == "" || tok.IsOperator() {
				lit = tok.String()
			}
			tokens = append(tokens, strconv.Itoa(fset.Position(pos).Line)+" "+strconv.Quote(lit)[1:min(len(strconv.Quote(lit))-1, 40)])
		}
		imports := []string{}
		if file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly); err == nil {
			for _, one := range file.Imports {
				path, _ := strconv.Unquote(one.Path.Value)
				imports = append(imports, path)
			}
		}
		json.NewEncoder(out).Encode(map[string]any{"count": len(tokens), "lines": lines(tokens), "imports": imports})
	}
}

// Of every token only its line: the texts of strings are worked out differently on purpose.
func lines(tokens []string) []int {
	found := make([]int, len(tokens))
	for i, one := range tokens {
		for _, c := range one {
			if c == ' ' {
				break
			}
			found[i] = found[i]*10 + int(c-'0')
		}
	}
	return found
}
`;

function goRoot(): string | null {
  const { stdout, status } = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

test("files of Go's own library have the tokens and imports that Go says", (t) => {
  const root = goRoot();
  if (root === null) {
    assert.notEqual(process.env.CI, "true", "in CI nothing may be missing: there is no go");
    return t.skip("there is no go on this machine");
  }
  const folder = mkdtempSync(join(tmpdir(), "hotpod-go-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "main.go"), JUDGE);
  const files = ["net/http", "os/signal", "go/printer", "regexp/syntax", "text/template", "strconv"]
    .flatMap((name) =>
      readdirSync(join(root, "src", name)).map((file) => join(root, "src", name, file)),
    )
    .filter((file) => file.endsWith(".go"));
  const env = { ...process.env, GOFLAGS: "", GO111MODULE: "off" };
  const built = spawnSync("go", ["build", "-o", "judge", "main.go"], { cwd: folder, env });
  assert.equal(built.status, 0, String(built.stderr));
  const { stdout, stderr } = spawnSync(join(folder, "judge"), files, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const said = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Said);
  assert.equal(said.length, files.length, stderr);
  for (const [i, file] of files.entries()) {
    const text = readFileSync(file, "utf8");
    const tokens = goTokens(text);
    assert.deepEqual(
      tokens.map(({ line }) => line),
      said[i]?.lines,
      file,
    );
    const read = goFile("file.go", text.replace(/^\/\/go:build.*$/m, ""));
    assert.deepEqual(
      read?.imports.map(({ path }) => path),
      said[i]?.imports,
      file,
    );
  }
});

interface Said {
  readonly lines: readonly number[];
  readonly imports: readonly string[];
}

test("whatever a file holds, it is read, and soon", () => {
  const piece = fc.constantFrom(
    "package main",
    "import (",
    '"net"',
    "`",
    '"',
    "'",
    "/*",
    "//",
    "\n",
    ")",
    "(",
    "a.b(",
    "é",
    "\0",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), (parts) => {
      goFile("main.go", parts.join(" "));
    }),
  );
  for (const one of ["(", "a.b(", '"', "`", "/*", "//go:build (", "'", "import ("]) {
    const start = performance.now();
    goFile("main.go", `package main\n${one.repeat(100_000)}`);
    assert.ok(performance.now() - start < 5_000, one);
  }
});
