import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type SwapRun, swapUnderLoad } from "./swap-rig.js";

/** Takes both sockets, answers each line with its version, and ends at SIGTERM when its clients have gone. */
const SERVICE = `
const net = require("node:net");
const version = require("node:fs").readFileSync("version", "utf8").trim();
const answer = (client) => client.on("data", () => client.end(version)).on("error", () => {});
const servers = [3, 4].map((fd) => net.createServer(answer).listen({ fd }));
process.on("SIGTERM", () => servers.forEach((server) => server.close()));
`;

test("a service on a Unix socket is swapped 20 times: no new connection fails", {
  timeout: 120_000,
}, (context: TestContext) => {
  const path = { here: "" };
  const run: SwapRun = {
    ...{ handover: "auto", swaps: 20, clients: 8, kept: false },
    prepare: (folder) => {
      path.here = join(folder, "..", "service.sock");
      writeFileSync(join(folder, "server.cjs"), SERVICE);
      return [process.execPath, "server.cjs"];
    },
    flags: (folder) => ["--listen", `unix=unix:${join(folder, "..", "service.sock")}`],
    ask: () => askByPath(path.here),
  };
  return swapUnderLoad(context, run);
});

function askByPath(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path }, () => socket.write("version?\n"));
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => {
      text += part;
    });
    socket.on("end", () => (text === "" ? reject(new Error("no answer")) : resolve(text)));
    socket.on("error", reject);
  });
}
