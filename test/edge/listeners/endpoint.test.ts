import assert from "node:assert/strict";
import { test } from "node:test";
import { overlaps, resolveEndpoint, sameGroup } from "#edge/listeners/endpoint.js";
import { rowAddress, type SocketRow, tableHost } from "#edge/listeners/socket-table.js";
import { loadLibc } from "#edge/native/libc.js";
import { addressV6, bytesV6 } from "#edge/native/socket-address.js";

const V4_ANY = "00000000";
const V4_LOOPBACK = "0100007F";
const V6_ANY = "0".repeat(32);
const MAPPED = "0000000000000000FFFF0000";

function row(family: 4 | 6, host: string, port = 8080, v6Only = false): SocketRow {
  const rest = {
    remoteHost: "",
    remotePort: 0,
    listening: true,
    handshake: false,
    queue: 0,
    uid: 0,
    inode: 1,
  };
  return { family, host, port, v6Only, ...rest };
}

const at = (host: string) => {
  const endpoint = resolveEndpoint(loadLibc(), { kind: "tcp", host, port: 8080 });
  assert.ok(endpoint !== null);
  return endpoint;
};

for (const { host, other, clash, member } of [
  { host: "127.0.0.1", other: row(4, V4_LOOPBACK), clash: true, member: true },
  { host: "127.0.0.1", other: row(4, V4_ANY), clash: true, member: false },
  { host: "127.0.0.1", other: row(4, "0200007F"), clash: false, member: false },
  { host: "0.0.0.0", other: row(4, V4_LOOPBACK), clash: true, member: false },
  { host: "127.0.0.1", other: row(4, V4_LOOPBACK, 8081), clash: false, member: false },
  { host: "127.0.0.1", other: row(6, V6_ANY), clash: true, member: false },
  { host: "127.0.0.1", other: row(6, V6_ANY, 8080, true), clash: false, member: false },
  { host: "127.0.0.1", other: row(6, `${MAPPED}${V4_LOOPBACK}`), clash: true, member: false },
  { host: "::1", other: row(6, `${MAPPED}${V4_LOOPBACK}`), clash: false, member: false },
  { host: "", other: row(6, `${MAPPED}${V4_LOOPBACK}`), clash: true, member: false },
  { host: "::ffff:127.0.0.1", other: row(6, `${MAPPED}${V4_LOOPBACK}`), clash: true, member: true },
  { host: "::ffff:127.0.0.1", other: row(4, V4_LOOPBACK), clash: true, member: false },
  { host: "::ffff:127.0.0.1", other: row(6, V6_ANY), clash: true, member: false },
  { host: "::ffff:127.0.0.1", other: row(6, V6_ANY, 8080, true), clash: false, member: false },
  { host: "", other: row(6, V6_ANY), clash: true, member: true },
  { host: "", other: row(6, V6_ANY, 8080, true), clash: true, member: false },
  { host: "::1", other: row(4, V4_ANY), clash: false, member: false },
  { host: "::", other: row(6, V6_ANY), clash: true, member: false },
  { host: "::", other: row(6, V6_ANY, 8080, true), clash: true, member: true },
]) {
  test(`${host || "every address"} against ${rowAddress(other)}${other.v6Only ? " (IPv6 only)" : ""}: clash ${clash}, same group ${member}`, () => {
    assert.equal(overlaps(at(host), other), clash);
    assert.equal(sameGroup(at(host), other), member);
  });
}

test("a host that is no numeric address is refused", () => {
  assert.equal(resolveEndpoint(loadLibc(), { kind: "tcp", host: "example", port: 1 }), null);
});

test("IPv6 addresses are written as the kernel reads and prints them", () => {
  assert.equal(bytesV6("2001:db8::7").toString("hex"), "20010db8000000000000000000000007");
  assert.equal(bytesV6("::ffff:127.0.0.1").toString("hex"), "00000000000000000000ffff7f000001");
  assert.equal(addressV6("::1", 8080).subarray(0, 4).toString("hex"), "0a001f90");
  assert.equal(tableHost(bytesV6("::1")), "00000000000000000000000001000000");
  assert.equal(rowAddress(row(6, "00000000000000000000000001000000")), "[::1]:8080");
});
