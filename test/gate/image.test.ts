/** Images as tools write them, with a program that says what a Go program says. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ok } from "#base/result.js";
import { UserError } from "#base/user-error.js";
import { readGateOptions } from "#cli/gate/gate-options.js";
import { gatherFacts } from "#cli/gate/gather-facts.js";
import type { GateFacts } from "#gate/facts.js";
import type { ImageFacts } from "#gate/image/image-facts.js";
import { judge } from "#gate/judge.js";
import type { ImagePath } from "#manifest/image/resolve-file.js";
import type { GateAnswer } from "#model/gate-report.js";
import { elfBytes, goBuildInfo } from "#test/gobinary/elf-bytes.js";
import { type Entry, layout, type Shape, saved } from "#test/rules/image-files.js";
import { disagreeing } from "./disagreeing.js";
import { FACTS, PROGRAM } from "./facts.js";

const folder = mkdtempSync(join(tmpdir(), "hotpod-gate-image-"));
after(() => rmSync(folder, { recursive: true }));

const REVISION = "0123456789abcdef0123456789abcdef01234567";
const TIME = "2024-05-01T12:00:00Z";

/** A program for amd64 unless the settings say otherwise. */
function program(settings = "", machine = 62): Buffer {
  const lines = [
    "path\texample.com/api",
    "build\tGOOS=linux",
    "build\tGOARCH=amd64",
    `build\tvcs.revision=${REVISION}`,
    `build\tvcs.time=${TIME}`,
    "build\tvcs.modified=false",
    settings,
  ].join("\n");
  const section = goBuildInfo("go1.24.3", lines);
  return Buffer.from(elfBytes({ machine, sections: { ".go.buildinfo": section } }));
}

const api = join(folder, "api");
writeFileSync(api, program());

const file = (name: string, content = program(), mode = 0o755): Entry => ({ name, content, mode });

const GOOD: Shape = {
  created: "2024-05-01T12:05:00Z",
  labels: {
    "org.opencontainers.image.revision": REVISION.slice(0, 12),
    "org.opencontainers.image.created": "2024-05-01T12:04:00Z",
    "go.version": "1.24",
  },
  config: { Entrypoint: ["api"], Env: ["PATH=/bin:/app"] },
  layers: [[file("app/api", program("build\tx=older"))], [file("app/api")]],
};

let images = 0;

async function answers(shape: Partial<Shape>, args: readonly string[], write = layout) {
  images += 1;
  const image = await write(join(folder, `image-${images}`), { ...GOOD, ...shape });
  const options = readGateOptions(["--image", image, "--revision", REVISION, ...args]);
  return judge(await gatherFacts(options, new AbortController().signal));
}

const found = async (shape: Partial<Shape>, write = layout): Promise<string[]> =>
  disagreeing(await answers(shape, ["--binary", api], write));

const ofId = (all: readonly GateAnswer[], id: string) => all.find((one) => one.id === id);

describe("the program in an image", () => {
  test("is the one that was given: the upper layer counts, the entrypoint names it", async () => {
    const all = await answers({}, ["--binary", api]);
    assert.deepEqual(disagreeing(all), []);
    const same = ofId(all, "same-file");
    assert.equal(same?.message, "/app/api is this program.");
    assert.match(same?.compared[1]?.from ?? "", /app\/api in blobs\/sha256\/[0-9a-f]{64}$/);
    assert.deepEqual(await found({}, saved), []);
  });

  test("is found through links of both kinds, and not where a whiteout is", async () => {
    const links: readonly Entry[] = [
      { name: "bin/api", type: "symlink", linkname: "../current/api" },
      { name: "current", type: "symlink", linkname: "/app" },
      { name: "bin/hard", type: "link", linkname: "app/api", mode: 0o755 },
    ];
    const layers = [...GOOD.layers, links, [file("bin/other")]];
    assert.deepEqual(await found({ layers, config: { Entrypoint: ["/bin/api"] } }), []);
    assert.deepEqual(await found({ layers, config: { Cmd: ["/bin/hard", "x"] } }), []);
    const gone = [...GOOD.layers, [{ name: "app/.wh.api" }, file("old/api")]];
    const all = await answers({ layers: gone }, ["--binary", api]);
    assert.deepEqual(disagreeing(all), ["same-file error"]);
    assert.match(ofId(all, "same-file")?.message ?? "", /A file of that name is at \/old\/api/);
  });

  test("without --binary it is taken out of the image", async () => {
    const all = await answers({}, ["--path", "/app/api"]);
    assert.deepEqual(disagreeing(all), []);
    assert.equal(ofId(all, "same-file"), undefined);
    assert.match(ofId(all, "program")?.message ?? "", /:\/app\/api is example.com\/api/);
  });

  const WRONG: Readonly<Record<string, [Partial<Shape>, string[]]>> = {
    "another file": [
      { layers: [[file("app/api", program("build\tx=older"))]] },
      ["same-file error"],
    ],
    "nobody may execute it": [
      { layers: [[file("app/api", program(), 0o644)]] },
      ["executable error"],
    ],
    "its owner alone may": [
      { layers: [[file("app/api", program(), 0o700)]] },
      ["executable warning"],
    ],
    "a label of another commit": [
      { labels: { "org.opencontainers.image.revision": "f".repeat(40) } },
      ["labels error"],
    ],
    "a label of another Go": [{ labels: { "go.version": "go1.23.1" } }, ["labels error"]],
    "made before the commit": [{ created: "2024-04-01T00:00:00Z", labels: {} }, ["created error"]],
    "times that differ": [
      { labels: { "build-timestamp": "2024-06-01T00:00:00Z" } },
      ["created warning"],
    ],
    "no time": [{ labels: { "build-timestamp": "yesterday" } }, ["created warning"]],
  };
  for (const [name, [shape, ids]] of Object.entries(WRONG)) {
    test(name, async () => assert.deepEqual(await found(shape), ids));
  }

  test("fixed times, as reproducible builds write them, agree", async () => {
    for (const created of ["1970-01-01T00:00:00Z", "1980-01-01T00:00:00Z", TIME]) {
      assert.deepEqual(await found({ created, labels: {} }), []);
      const labels = { "org.opencontainers.image.created": "2024-05-02T00:00:00Z" };
      assert.deepEqual(await found({ created, labels }), []);
    }
  });

  test("for another machine than the image", async () => {
    const arm = join(folder, "arm");
    writeFileSync(arm, program("build\tGOARCH=arm64", 183));
    const layers = [[file("app/api", readFileSync(arm))]];
    const all = await answers({ layers }, ["--binary", arm], saved);
    assert.deepEqual(disagreeing(all), ["target error"]);
    assert.match(ofId(all, "target")?.message ?? "", /linux\/arm64, and the configuration of/);
  });
});

describe("an image that is not whole", () => {
  const blobs = (image: string): string[] =>
    readdirSync(join(image, "blobs/sha256"))
      .map((name) => join(image, "blobs/sha256", name))
      .sort((a, b) => statSync(a).size - statSync(b).size);

  async function broken(change: (path: string) => void): Promise<readonly GateAnswer[]> {
    images += 1;
    const image = await layout(join(folder, `image-${images}`), GOOD);
    const layer = blobs(image).find((one) => readFileSync(one)[0] === 0x1f);
    assert.ok(layer !== undefined);
    change(layer);
    const options = readGateOptions(["--image", image, "--binary", api, "--revision", REVISION]);
    return judge(await gatherFacts(options, new AbortController().signal));
  }

  test("a layer that breaks off, and one with other bytes, are findings", async () => {
    const cut = await broken((path) => writeFileSync(path, readFileSync(path).subarray(0, 60)));
    assert.deepEqual(disagreeing(cut), ["image error"]);
    const longer = await broken((path) =>
      writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(600)])),
    );
    assert.deepEqual(disagreeing(longer), ["image error"]);
    assert.match(ofId(longer, "image")?.message ?? "", /other bytes than its name says/);
  });

  test("what is named wrong is refused", async () => {
    const refused = async (exitCode: number, ...args: string[]): Promise<void> => {
      await assert.rejects(
        async () => gatherFacts(readGateOptions(args), new AbortController().signal),
        (error) => error instanceof UserError && error.exitCode === exitCode,
      );
    };
    await refused(2, "--image", join(folder, "nowhere"));
    await refused(2, "--binary", api, "--path", "/app/api");
    const image = await layout(join(folder, "bare"), { layers: GOOD.layers });
    await refused(2, "--image", image);
    await refused(1, "--image", image, "--path", "/nothing");
    await refused(1, "--image", api);
  });
});

describe("loading in an image", () => {
  const LOADER = "/lib64/ld-linux-x86-64.so.2";
  const linked = { ...PROGRAM, interpreter: LOADER, needed: ["libc.so.6"] };
  function loader(paths: readonly string[], links: Readonly<Record<string, string>> = {}) {
    const read: ImageFacts = {
      ...{ os: "linux", architecture: "amd64", variant: null, created: null, labels: {} },
      paths: new Map<string, ImagePath>([
        ...paths.map((path): [string, ImagePath] => [path, { kind: "file", link: null }]),
        ...Object.entries(links).map(([path, link]): [string, ImagePath] => [
          path,
          { kind: "link", link },
        ]),
      ]),
      ...{ path: "/api", pathFrom: "--path" },
      program: { path: "/api", layer: "l", mode: 0o755, sha256: FACTS.binary.sha256 },
    };
    const facts: GateFacts = {
      ...{ ...FACTS, reference: null, binary: { ...FACTS.binary, program: ok(linked) } },
      image: { file: "image", isBeside: true, read: ok(read) },
    };
    return disagreeing(judge(facts));
  }

  test("needs the loader and the libraries, links followed", () => {
    const libc = "/usr/lib/x86_64-linux-gnu/libc.so.6";
    assert.deepEqual(loader([]), ["loader error"]);
    assert.deepEqual(loader([LOADER]), ["loader error"]);
    assert.deepEqual(loader([LOADER, libc]), []);
    assert.deepEqual(
      loader(["/usr/lib64/ld-linux-x86-64.so.2", libc], { "/lib64": "usr/lib64" }),
      [],
    );
    assert.deepEqual(loader([LOADER], { [libc]: "libc-2.so" }), ["loader error"]);
    assert.deepEqual(loader([LOADER, "/opt/lib/libc.so.6"]), ["loader warning"]);
  });
});
