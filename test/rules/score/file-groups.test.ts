/** Points of what stands in files beside the manifests: Dockerfile, .dockerignore, go.mod and go.sum, logs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { InputFile } from "#cli/check/load-project.js";
import { modulesOf } from "#rules/image/go-mod.js";
import { isProbeLine, isStructured, namesGeneration } from "#rules/score/groups/log-line.js";
import { orders } from "./orders.js";
import { exampleInputs, scoredWith } from "./scored-inputs.js";

const [input] = exampleInputs();
assert.ok(input !== undefined);
const options = { ...input.options, timing: [], parameters: { assumeSingle: true } };

/** What a group earns of its points; null: not known. undefined: it does not apply. */
function share(id: string, files: readonly InputFile[], log: readonly string[] | null = null) {
  const manifest: InputFile = { kind: "manifest", file: "orders.yaml", text: orders() };
  const { scores } = scoredWith({ options }, [manifest, ...files], log);
  const groups = scores.flatMap(({ indicators }) => indicators.flatMap((one) => one.groups));
  const found = groups.find((one) => one.id === id);
  if (found === undefined || found.state === "not applicable") return undefined;
  return found.earned === null ? null : found.earned / found.points;
}

const docker = (text: string): InputFile => ({ kind: "dockerfile", file: "Dockerfile", text });

const GOOD = `FROM golang:1.24.1@sha256:${"a".repeat(64)} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -trimpath -o /app .
FROM gcr.io/distroless/static-debian12:nonroot@sha256:${"b".repeat(64)}
COPY --from=build /app /app
ENTRYPOINT ["/app"]
`;

const PLAIN = `FROM golang:1.22-alpine
WORKDIR /src
COPY . .
RUN go mod download
CMD ["air"]
RUN go build -o /app .
`;

test("an image: its toolchain, its base, its layers, its user", () => {
  const image = (text: string) =>
    ["toolchain", "base", "layers", "user"].map((key) => share(`M01.${key}`, [docker(text)]));
  assert.deepEqual(image(GOOD), [1, 1, 1, 1]);
  assert.deepEqual(image(PLAIN), [0, 0.5, 0, 0]);
  const grown = GOOD.replace(
    /FROM gcr.*\n/,
    "FROM alpine:3.20\nRUN apk add --no-cache curl gcc\nUSER app\n",
  );
  assert.deepEqual(image(grown), [0, 0.5, 1, 0]);
  assert.deepEqual(image(GOOD.replace(/FROM gcr.*\n/, "FROM scratch\nUSER 65532:65532\n")), [
    ...[1, undefined, 1, 1],
  ]);
  assert.deepEqual(image(GOOD.replace(/FROM gcr.*\n/, "ARG BASE\nFROM $BASE\n")).slice(0, 2), [
    ...[null, null],
  ]);
  assert.equal(share("M01.layers", [docker(GOOD.replace("-trimpath", "-mod=vendor"))]), undefined);
  const cached = PLAIN.replace("COPY . .", "COPY go.mod ./").replace(
    "RUN go mod download",
    "COPY . .\nRUN --mount=type=cache,target=/go/pkg/mod true",
  );
  assert.equal(share("M01.layers", [docker(cached)]), 1);
  assert.equal(share("M01.layers", []), null);
});

test(".dockerignore drops what builds leave, and keeps what the stamp needs", () => {
  const ignoring = (text: string, dockerfile = GOOD) =>
    share("M01.ignore", [
      docker(dockerfile),
      { kind: "dockerignore", file: ".dockerignore", text },
    ]);
  assert.equal(ignoring("tmp\nbin/\n"), 1);
  assert.equal(ignoring("/tmp\n**/bin\n*.md\n"), 1);
  assert.equal(ignoring("tmp\n"), 0);
  assert.equal(ignoring("tmp\nbin\n.git\n"), 0);
  assert.equal(ignoring("tmp\nbin\n.git\n", GOOD.replace("-trimpath", "-buildvcs=false")), 1);
  assert.equal(ignoring("*\n!.git\n!go.mod\n"), 1);
  assert.equal(share("M01.ignore", [docker(GOOD)]), null);
});

const MOD = `module example.org/orders

go 1.24

require example.org/one v1.0.0 // indirect
require (
	example.org/two v1.2.3
	"example.org/three" v0.1.0
	example.org/four v4.0.0
)

replace example.org/two => ../two
replace (
	example.org/three v0.1.0 => example.org/drei v0.1.1
	example.org/four v4.0.1 => example.org/vier v4.0.1
)
exclude example.org/five v5.0.0
`;

test("go.mod's modules as replace leaves them", () => {
  assert.deepEqual(modulesOf(MOD), [
    "example.org/one v1.0.0",
    "example.org/drei v0.1.1",
    "example.org/four v4.0.0",
  ]);
});

test("go.sum is complete, or says what it lacks, or is not known", () => {
  const mod: InputFile = { kind: "gomod", file: "go.mod", text: MOD };
  const lines = modulesOf(MOD).flatMap((module) => [
    `${module} h1:${"A".repeat(43)}=`,
    `${module}/go.mod h1:${"B".repeat(43)}=`,
  ]);
  const summed = (text: string) =>
    share("M03.sums", [mod, { kind: "gosum", file: "go.sum", text }]);
  assert.equal(summed(`${lines.join("\n")}\n`), 1);
  for (const line of lines) {
    assert.equal(summed(lines.filter((other) => other !== line).join("\n")), 0, line);
  }
  assert.equal(share("M03.sums", [mod]), null);
  assert.equal(share("M03.sums", []), null);
  assert.equal(share("M03.sums", [{ ...mod, text: "module example.org/orders\n" }]), 1);
});

test("lines of logs", () => {
  const structured = [
    '{"time":"2026-01-01T00:00:00Z","level":"info","msg":"served"}',
    '{"ts":1,"severity":"INFO","message":"served","more":{"a":1}}',
    'time=2026-01-01T00:00:00Z level=info msg="served: a=b \\"x\\"" path=/orders',
  ];
  for (const line of structured) assert.ok(isStructured(line), line);
  const plain = [
    "2026/01/01 00:00:00 served level=info",
    '{"time":"now","level":"info"}',
    '{"time":"now","level":"info","msg":',
    '["time","level","msg"]',
    "null",
    'msg="time=1 level=info"',
    "",
  ];
  for (const line of plain) assert.ok(!isStructured(line), line);
  assert.ok(namesGeneration('{"generation":"g1"}') && namesGeneration("level=info revision=abc"));
  assert.ok(!namesGeneration("the next generation"));
  assert.ok(isProbeLine('10.0.0.1 "GET /healthz HTTP/1.1" 200 "kube-probe/1.32"'));
  assert.ok(isProbeLine('{"path":"/readyz","status":200}'));
  assert.ok(!isProbeLine('{"path":"/orders","status":200}'));
});

test("a log file is worse than standard output", () => {
  const streams = (change: (text: string) => string) => {
    const text = change(orders());
    const { scores } = scoredWith({ options }, [{ kind: "manifest", file: "-", text }]);
    const m19 = scores[0]?.indicators.find(({ id }) => id === "M19");
    return m19?.groups.map(({ state }) => state);
  };
  const unknown = ["unknown", "unknown", "lost", "unknown"];
  assert.deepEqual(
    streams((text) => text),
    ["earned", ...unknown],
  );
  const env = "workingDir: /src\n          env: [{ name: LOG_FILE, value: /tmp/x.log }]";
  assert.deepEqual(
    streams((text) => text.replace("workingDir: /src", env)),
    ["lost", ...unknown],
  );
  const ports = "workingDir: /src\n          ports: [{ name: metrics, containerPort: 9090 }]";
  assert.equal(streams((text) => text.replace("workingDir: /src", ports))?.[3], "earned");
});
