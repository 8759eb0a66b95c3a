import assert from "node:assert/strict";
import { test } from "node:test";
import { type ParserStep, ResponseParser } from "#edge/load/response-parser.js";

const LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n";
const CONTINUED = `HTTP/1.1 100 Continue\r\n\r\n${LENGTH}`;

/** Feeds the text in pieces of `size` through one reused buffer, as a socket does. */
function feed(parser: ResponseParser, text: string, size: number): ParserStep {
  const all = Buffer.from(text);
  const shared = Buffer.alloc(size);
  let step: ParserStep = { kind: "more" };
  for (let at = 0; at < all.length; at += size) {
    assert.equal(step.kind, "more", `an answer before its end, at byte ${at}`);
    const bytes = all.copy(shared, 0, at, at + size);
    step = parser.push(shared.subarray(0, bytes));
    if (step.kind === "more") shared.fill("#");
  }
  return step;
}

for (const [name, text] of Object.entries({ LENGTH, CHUNKED, CONTINUED })) {
  test(`reads ${name} whatever the pieces are`, () => {
    for (let size = 1; size <= text.length; size += 1) {
      const step = feed(new ResponseParser(), text, size);
      assert.equal(step.kind, "answer", `pieces of ${size}: ${JSON.stringify(step)}`);
      assert.ok(step.kind === "answer");
      assert.equal(step.answer.body.toString(), "hello");
      assert.equal(step.answer.keepAlive, true);
    }
  });
}

test("reads one answer after another on the same connection", () => {
  const parser = new ResponseParser();
  for (let i = 0; i < 3; i += 1) assert.equal(feed(parser, LENGTH, 7).kind, "answer");
});

test("an answer without length lasts until the connection ends", () => {
  const parser = new ResponseParser();
  assert.equal(feed(parser, "HTTP/1.1 200 OK\r\n\r\nhel", 4).kind, "more");
  parser.push(Buffer.from("lo"));
  const step = parser.end();
  assert.ok(step.kind === "answer");
  assert.equal(step.answer.body.toString(), "hello");
  assert.equal(step.answer.keepAlive, false);
});

test("the end of the connection does not complete an answer with a length", () => {
  const parser = new ResponseParser();
  assert.equal(feed(parser, LENGTH.slice(0, -1), 9).kind, "more");
  assert.equal(parser.end().kind, "more");
  assert.equal(parser.started, true);
});

test("Connection: close is seen, and HTTP/1.0 closes unless it says otherwise", () => {
  const head = (first: string): boolean => {
    const step = new ResponseParser().push(Buffer.from(`${first}\r\nContent-Length: 0\r\n\r\n`));
    assert.ok(step.kind === "answer");
    return step.answer.keepAlive;
  };
  assert.equal(head("HTTP/1.1 200 OK\r\nConnection: Close"), false);
  assert.equal(head("HTTP/1.0 200 OK"), false);
  assert.equal(head("HTTP/1.0 200 OK\r\nconnection: keep-alive"), true);
});

for (const [name, text] of Object.entries({
  "a byte too many": `${LENGTH}!`,
  "no HTTP": "hello\r\n\r\n",
  "a bad length": "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
  "a chunk longer than its size":
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n",
  "a bad chunk size": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
})) {
  test(`refuses ${name}`, () => {
    assert.equal(new ResponseParser().push(Buffer.from(text)).kind, "malformed");
  });
}
