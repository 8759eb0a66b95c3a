import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf, requestHeaders, responseHeaders } from "#edge/proxy/pass-headers.js";

const KEPT = { forwarded: null, keep: true, authority: "a:80" };

test("what could be read in two ways is refused, with the reason", () => {
  const cases: readonly (readonly [version: string, raw: readonly string[], refusal: string])[] = [
    ["1.1", ["Host", "a", "host", "b"], "more than one Host"],
    [
      "1.1",
      ["Host", "a", "Content-Length", "3", "content-length", "3"],
      "more than one Content-Length",
    ],
    [
      "1.1",
      ["Host", "a", "Transfer-Encoding", "chunked", "Content-Length", "3"],
      "Transfer-Encoding beside Content-Length",
    ],
    [
      "1.1",
      ["Host", "a", "Transfer-Encoding", "gzip", "Transfer-Encoding", "chunked"],
      "more than one Transfer-Encoding",
    ],
    ["1.0", ["Transfer-Encoding", "chunked"], "Transfer-Encoding in HTTP/1.0"],
    [
      "1.1",
      ["Host", "a", "Connection", "close, Content-Length"],
      "Connection names content-length",
    ],
    ["1.1", ["Host", "a", "Connection", "host"], "Connection names host"],
  ];
  for (const [version, raw, refusal] of cases) assert.equal(refusalOf(version, raw), refusal);
  assert.equal(refusalOf("1.1", ["Host", "a", "Transfer-Encoding", "chunked"]), null);
  assert.equal(refusalOf("1.1", ["Host", "a", "Connection", "keep-alive, X-Mine"]), null);
});

test("a request keeps the order and the spelling of what is meant for the service", () => {
  const raw = [
    "Host",
    "a",
    "x-B",
    "1",
    "Connection",
    "keep-alive, x-gone",
    "X-Gone",
    "2",
    "X-b",
    "3",
  ];
  assert.deepEqual(requestHeaders("GET", raw, KEPT), [
    ...["Host", "a", "x-B", "1", "X-b", "3"],
    ...["Connection", "keep-alive"],
  ]);
});

test("a request without a body is told so where the method allows one", () => {
  const headers = requestHeaders("POST", ["Host", "a"], { ...KEPT, keep: false });
  assert.deepEqual(headers, ["Host", "a", "Content-Length", "0", "Connection", "close"]);
  const chunked = ["Host", "a", "Transfer-Encoding", "chunked"];
  assert.deepEqual(requestHeaders("PUT", chunked, KEPT), [...chunked, "Connection", "keep-alive"]);
});

test("HTTP/1.0 may leave Host out, HTTP/1.1 to the service may not", () => {
  assert.deepEqual(requestHeaders("GET", [], KEPT), ["Host", "a:80", "Connection", "keep-alive"]);
});

test("X-Forwarded-For grows, the others are what hotpod saw", () => {
  const raw = ["Host", "a", "X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "https"];
  const forwarded = { client: "198.51.100.7", host: "a" };
  assert.deepEqual(requestHeaders("GET", raw, { ...KEPT, forwarded }), [
    ...["Host", "a", "Connection", "keep-alive"],
    ...["X-Forwarded-For", "192.0.2.1, 198.51.100.7"],
    ...["X-Forwarded-Host", "a", "X-Forwarded-Proto", "http"],
  ]);
});

test("an answer loses what belongs to the connection to the service, and its chunking", () => {
  const raw = [
    ...["Set-Cookie", "a=1", "Connection", "close, X-Hop", "X-Hop", "1", "Keep-Alive", "timeout=5"],
    ...["Transfer-Encoding", "chunked", "set-cookie", "b=2"],
  ];
  assert.deepEqual(responseHeaders(raw), ["Set-Cookie", "a=1", "set-cookie", "b=2"]);
});
