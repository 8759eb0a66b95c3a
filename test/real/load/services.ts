import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Services that know nothing of hotpod: no signal handling, no inherited sockets, only the variable PORT. */
const NODE_SERVICE = `
const { createHash } = require("node:crypto");
const version = require("node:fs").readFileSync("version", "utf8").trim();
require("node:http").createServer((asked, answer) => {
  const hash = createHash("sha256");
  asked.on("data", (bytes) => hash.update(bytes));
  asked.on("end", () => answer.end(version + " " + hash.digest("hex")));
}).listen(process.env.PORT);
`;

const PYTHON_SERVICE = `
import hashlib, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
version = open("version").read().strip()
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while True:
                size = int(self.rfile.readline(), 16)
                piece = self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return body
                body += piece
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))
    def do_GET(self):
        answer = (version + " " + hashlib.sha256(self.body()).hexdigest()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    do_POST = do_GET
    def log_message(self, *arguments):
        pass
ThreadingHTTPServer.request_queue_size = 128
ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`;

const GO_SERVICE = `package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	text, _ := os.ReadFile("version")
	version := strings.TrimSpace(string(text))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(w, "%s %x", version, sha256.Sum256(body))
	})
	panic(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
`;

export function nodeService(folder: string): readonly string[] {
  writeFileSync(join(folder, "server.cjs"), NODE_SERVICE);
  return [process.execPath, "server.cjs"];
}

export function pythonService(folder: string): readonly string[] {
  writeFileSync(join(folder, "server.py"), PYTHON_SERVICE);
  return ["python3", "server.py"];
}

/** It binds PORT in both families, and `[::1]:SECOND`. */
export function goServiceOfTwo(folder: string, second: number): readonly string[] {
  const also = `go func() { panic(http.ListenAndServe("[::1]:${second}", nil)) }()`;
  const served = "panic(http.ListenAndServe(";
  return compiled(folder, GO_SERVICE.replace(served, `${also}\n\t${served}`));
}

export function goService(folder: string): readonly string[] {
  return compiled(folder, GO_SERVICE);
}

function compiled(folder: string, source: string): readonly string[] {
  writeFileSync(join(folder, "main.go"), source);
  const program = join(folder, "..", "server");
  const build = ["build", "-o", program, "main.go"];
  const built = spawnSync("go", build, { cwd: folder, encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  rmSync(join(folder, "main.go"));
  return [program];
}

/** What the README of the Node SDK tells a service to do. */
const NODE_SDK_SERVICE = (sdk: string): string => `
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { serve } from ${JSON.stringify(sdk)};
const version = readFileSync("version", "utf8").trim();
const server = createServer((asked, answer) => {
  const hash = createHash("sha256");
  asked.on("data", (bytes) => hash.update(bytes));
  asked.on("end", () => answer.end(version + " " + hash.digest("hex")));
});
serve(server, { listen: ":" + process.env.PORT });
`;

export function nodeSdkService(folder: string): readonly string[] {
  const sdk = pathToFileURL(resolve("sdk/node/index.js")).href;
  writeFileSync(join(folder, "server.mjs"), NODE_SDK_SERVICE(sdk));
  return [process.execPath, "server.mjs"];
}
