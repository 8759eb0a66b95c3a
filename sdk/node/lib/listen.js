import { readFileSync, readlinkSync } from "node:fs";
import { isIPv6 } from "node:net";
import { endianness } from "node:os";

/** Where inherited sockets begin, as sd_listen_fds(3) has it. */
const FIRST_FD = 3;
/** They name descriptors that Node closes on exec. */
const VARIABLES = [
  ...["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"],
  ...["HOTPOD_MOVES", "HOTPOD_CHANNEL"],
];

/**
 * A socket that was passed, and where it is bound as far as that can be found out.
 * @typedef {{ port?: number, host?: string, path?: string }} Bound
 * @typedef {Bound & { readonly fd: number, readonly name: string, taken: boolean }} Offer
 */

/**
 * What this process was started with. Taken over once: the descriptors belong to the process.
 * @type {ReturnType<typeof adopt> | undefined}
 */
let inherited;

/**
 * @param {string} nameOrAddress
 * @returns {import("../index.js").Place}
 */
export function listen(nameOrAddress) {
  inherited ??= adopt(process.env);
  return take(inherited, nameOrAddress, Boolean(process.env.HOTPOD_GENERATION));
}

/**
 * The sockets offered. The variables that announce them are deleted: what is started from here must not take them.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ offers: Offer[], foreignPid: string | null }}
 */
function adopt(env) {
  const { LISTEN_FDS: count, LISTEN_PID: pid, LISTEN_FDNAMES: text = "" } = env;
  if (count === undefined || count === "") return { offers: [], foreignPid: null };
  if (pid !== String(process.pid)) return { offers: [], foreignPid: pid ?? "" };
  if (!/^\d+$/.test(count)) {
    throw new Error(`hotpod: LISTEN_FDS="${count}": want a number of descriptors`);
  }
  for (const name of VARIABLES) delete env[name];
  const names = text.split(":");
  const offers = Array.from({ length: Number(count) }, (_, i) => ({
    fd: FIRST_FD + i,
    name: names[i] || "unknown",
    taken: false,
    ...boundTo(FIRST_FD + i),
  }));
  return { offers, foreignPid: null };
}

/**
 * @param {ReturnType<typeof adopt>} inherited
 * @param {string} wanted
 * @param {boolean} underHotpod
 * @returns {import("../index.js").Place}
 */
function take({ offers, foreignPid }, wanted, underHotpod) {
  const { name, place } = split(wanted);
  const free = offers.filter((offer) => !offer.taken);
  const found =
    free.find((offer) => offer.name === name) ??
    (place === null ? undefined : free.find((offer) => fits(offer, place)));
  if (found !== undefined) {
    found.taken = true;
    return { fd: found.fd };
  }
  // A free port is never an inherited one.
  const ownPort = place !== null && "port" in place && place.port === 0;
  if (place === null || (underHotpod && offers.length > 0 && !ownPort)) {
    throw new Error(missing(offers, wanted) + exec(foreignPid));
  }
  return place;
}

/**
 * "http=:8080" has a name and a place, "name=http" no place, ":8080" no name.
 * @param {string} wanted
 */
function split(wanted) {
  const [, before, after] = /^([^=/:]+)=(.+)$/.exec(wanted) ?? [];
  if (before === "name") return { name: after, place: null };
  return { name: before, place: placeOf(after ?? wanted, wanted) };
}

/**
 * @param {string} address
 * @param {string} wanted
 * @returns {{ path: string } | { port: number, host?: string }}
 */
function placeOf(address, wanted) {
  if (address.includes("/")) return { path: address };
  const [, host = "", port] = /^(.*):(\d+)$/.exec(address) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new Error(`hotpod: "${wanted}": want an address such as http=:8080`);
  }
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return bare === "" ? { port: Number(port) } : { port: Number(port), host: bare };
}

/**
 * A place without a host takes a socket of whatever width: the supervisor decides how wide to listen.
 * @param {Offer} offer
 * @param {ReturnType<typeof placeOf>} place
 */
function fits(offer, place) {
  if ("path" in place) return offer.path === place.path;
  if (place.port === 0 || offer.port !== place.port) return false;
  if (place.host === undefined || place.host === "::" || place.host === "0.0.0.0") return true;
  if (place.host === "localhost") return /^(127\.|::1$)/.test(offer.host ?? "");
  return offer.host === (isIPv6(place.host) ? shortIPv6(place.host) : place.host);
}

/**
 * Port or path of a socket. Node tells neither of a descriptor before it accepts from it, Linux does in /proc; elsewhere
 * sockets are found by name alone.
 * @param {number} fd
 * @returns {Bound}
 */
function boundTo(fd) {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
    for (const file of ["tcp", "tcp6"]) {
      for (const line of rows(file)) {
        if (line[9] !== inode) continue;
        const [address = "", port = ""] = line[1]?.split(":") ?? [];
        return { port: Number.parseInt(port, 16), host: hostOf(address) };
      }
    }
    const path = rows("unix").find((line) => line[6] === inode)?.[7];
    return path === undefined ? {} : { path };
  } catch {
    return {};
  }
}

/** @param {string} file */
const rows = (file) =>
  readFileSync(`/proc/self/net/${file}`, "latin1")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));

/**
 * The kernel prints each 32 bits of an address in the machine's own order.
 * @param {string} hex
 */
function hostOf(hex) {
  const bytes = Buffer.from(hex, "hex");
  if (endianness() === "LE") bytes.swap32();
  const text = bytes.toString("hex");
  const mapped = bytes.length === 16 && text.startsWith("00000000000000000000ffff");
  if (bytes.length === 4 || mapped) return bytes.subarray(-4).join(".");
  return shortIPv6(text.replace(/.{4}(?=.)/g, "$&:"));
}

/**
 * The one spelling that everybody writes.
 * @param {string} address
 */
const shortIPv6 = (address) => new URL(`http://[${address}]`).hostname.slice(1, -1);

/**
 * @param {readonly Offer[]} offers
 * @param {string} wanted
 */
function missing(offers, wanted) {
  const what = `hotpod: no inherited socket for "${wanted}"`;
  if (offers.length === 0) {
    return `${what}: none was offered; start the service with hotpod run --listen`;
  }
  const list = offers.map(({ name, port, path, taken }) => {
    const where = port ?? path;
    return `${name}${where === undefined ? "" : ` (${where})`}${taken ? ", taken" : ""}`;
  });
  return `${what}; offered: ${list.join("; ")}; declare it with hotpod run --listen`;
}

/**
 * The likeliest cause: a shell between the supervisor and this process.
 * @param {string | null} foreignPid
 */
function exec(foreignPid) {
  if (foreignPid === null) return "";
  return ` (sockets were passed to process ${foreignPid}, but this is process ${process.pid}: start the service with exec)`;
}
