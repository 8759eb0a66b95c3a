import assert from "node:assert/strict";
import { test } from "node:test";
import type { FollowedConfig } from "#model/followed-config.js";
import { changeConfigMap, type Value } from "#push/config-change.js";
import { placesIn } from "#push/plan-waits.js";
import type { Mounted } from "#push/readers.js";

const text = (value: string): Value => ({ kind: "text", text: value });
const object = {
  metadata: { name: "shop", namespace: "web", resourceVersion: "7" },
  data: { limits: "one", title: "Shop" },
};
const change = changeConfigMap(object, new Map([["limits", text("two")]]), false);
const mount: Mounted = { kind: "mounted", mountPath: "/etc/shop", items: null, mixed: false };

const follows = (path: string, action = "SIGHUP"): FollowedConfig => ({
  ...{ path, action, hash: "aaaaaaaaaaaa", state: "serves", detail: null, ageMs: 1 },
});
const expected = (on: Mounted, ...paths: string[]) =>
  placesIn(
    on,
    change,
    paths.map((path) => follows(path)),
  ).map((place) => [place.path, place.expected]);

test("a followed file, and a followed folder, are expected with their new content", () => {
  assert.deepEqual(expected(mount, "/etc/shop/limits", "/etc/shop", "/etc/shop2/limits"), [
    ["/etc/shop/limits", { kind: "file", value: text("two") }],
    [
      "/etc/shop",
      {
        kind: "folder",
        files: [
          { name: "limits", value: text("two") },
          { name: "title", value: text("Shop") },
        ],
      },
    ],
  ]);
});

test("items say which key is which file, also in folders below", () => {
  const items = [{ key: "limits", path: "deep/limits.json" }];
  const on = { ...mount, items };
  assert.deepEqual(expected(on, "/etc/shop/deep/limits.json", "/etc/shop/deep", "/etc/shop"), [
    ["/etc/shop/deep/limits.json", { kind: "file", value: text("two") }],
    ["/etc/shop/deep", { kind: "folder", files: [{ name: "limits.json", value: text("two") }] }],
    ["/etc/shop", { kind: "folder", files: [] }],
  ]);
});

test("a folder shared with other sources is expected to differ, if a key of it changes", () => {
  const mixed = { ...mount, mixed: true };
  assert.deepEqual(expected(mixed, "/etc/shop"), [["/etc/shop", { kind: "different" }]]);
  assert.deepEqual(expected(mixed, "/etc/shop/limits"), [
    ["/etc/shop/limits", { kind: "file", value: text("two") }],
  ]);
  const [place] = placesIn(mixed, change, [follows("/etc/shop/of-a-secret")]);
  assert.equal(place?.path, "/etc/shop", "a file of another source is not waited for");
  const items = [{ key: "title", path: "title" }];
  assert.deepEqual(expected({ ...mixed, items }, "/etc/shop"), [
    ["/etc/shop", { kind: "untouched" }],
  ]);
});

test("where nothing is followed, the mount itself is looked at", () => {
  const [place, ...more] = placesIn(mount, change, []);
  assert.deepEqual(
    [place?.path, place?.expected.kind, place?.action],
    ["/etc/shop", "folder", null],
  );
  assert.deepEqual(more, []);
});

test("a file that is gone with its key is not waited for", () => {
  const gone = changeConfigMap(object, new Map([["title", text("Shop")]]), true);
  const [place] = placesIn(mount, gone, [follows("/etc/shop/limits")]);
  assert.deepEqual(place?.expected, { kind: "absent" });
});
