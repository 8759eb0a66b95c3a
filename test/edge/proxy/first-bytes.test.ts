import assert from "node:assert/strict";
import { METHODS } from "node:http";
import { test } from "node:test";
import { proxyHeader } from "#edge/proxy/proxy-header.js";
import { trafficOf } from "#edge/proxy/sniff.js";

test("HTTP is known by its method, whatever the packets are cut into", () => {
  for (const method of METHODS) {
    const line = `${method} / HTTP/1.1\r\n`;
    for (let length = 1; length <= method.length; length++) {
      assert.equal(trafficOf(Buffer.from(line.slice(0, length))), "more", line.slice(0, length));
    }
    assert.equal(trafficOf(Buffer.from(`${method} `)), "http");
    assert.equal(trafficOf(Buffer.from(line)), "http");
  }
});

test("everything else is a stream", () => {
  const others = [
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\x16\x03\x01\x02",
    "*1\r\n$4\r\nPING",
    "get / ",
    "\r\n",
  ];
  for (const bytes of others)
    assert.equal(trafficOf(Buffer.from(bytes, "latin1")), "stream", bytes);
});

test("the PROXY protocol's headers are those of its specification", () => {
  const from = { address: "::ffff:192.0.2.1", port: 56324 };
  const to = { address: "198.51.100.2", port: 443 };
  assert.equal(
    proxyHeader("v1", from, to).toString(),
    "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n",
  );
  assert.equal(
    proxyHeader("v2", from, to).toString("hex"),
    "0d0a0d0a000d0a515549540a" + "2111000c" + "c0000201" + "c6336402" + "dc04" + "01bb",
  );
  const v6 = proxyHeader("v2", { address: "2001:db8::1", port: 1 }, { address: "::1", port: 2 });
  assert.equal(
    v6.toString("hex"),
    `0d0a0d0a000d0a515549540a21210024${"20010db8".padEnd(31, "0")}1${"1".padStart(32, "0")}00010002`,
  );
  assert.equal(proxyHeader("v1", null, to).toString(), "PROXY UNKNOWN\r\n");
  assert.equal(proxyHeader("v2", null, null).toString("hex"), "0d0a0d0a000d0a515549540a20000000");
});
