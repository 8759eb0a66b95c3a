import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rfc3339Seconds } from "#base/rfc3339.js";

test("a time is what Date makes of it", () => {
  const time = fc.date({
    min: new Date("0001-01-01"),
    max: new Date("9999-12-31"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(time, (date) => {
      assert.equal(rfc3339Seconds(date.toISOString()), Math.floor(date.getTime() / 1000));
    }),
  );
});

test("offsets count, and what is no time is none", () => {
  assert.equal(rfc3339Seconds("2026-11-27T10:00:00+02:00"), rfc3339Seconds("2026-11-27T08:00:00Z"));
  assert.equal(
    rfc3339Seconds("2026-11-27T10:00:00.5-0130"),
    rfc3339Seconds("2026-11-27T11:30:00Z"),
  );
  for (const text of ["", "2026-11-27", "yesterday", "2026-11-27T10:00:00"]) {
    assert.equal(rfc3339Seconds(text), null, text);
  }
});
