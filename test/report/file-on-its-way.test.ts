import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notice } from "#model/notice.js";
import { sayOnceWhileOnItsWay } from "#report/file-on-its-way.js";
import { noticeEntry } from "#report/notice-entry.js";

const seen: Notice = { kind: "change-seen", content: "c", files: ["drop"] };
const failed = (kind: "incomplete" | "unusable"): Notice => ({
  kind: "build-failed",
  ...{ build: 1, failure: { kind, detail: "why" }, tookMs: 1 },
});
const succeeded: Notice = {
  kind: "build-succeeded",
  ...{ build: 2, artifact: { id: "a", content: "c" }, tookMs: 1 },
};

test("a file on its way is told of once, its end and another flaw always", () => {
  const quieten = sayOnceWhileOnItsWay();
  const levels = (...notices: Notice[]) =>
    notices.map((notice) => quieten(notice, noticeEntry(notice)).level);
  const look = [seen, failed("incomplete")];
  assert.deepEqual(levels(...look, ...look), ["info", "error", "debug", "debug"]);
  assert.deepEqual(levels(failed("unusable"), seen), ["error", "info"]);
  assert.deepEqual(levels(...look, succeeded), ["info", "error", "info"]);
  assert.deepEqual(levels(...look), ["info", "error"]);
});
