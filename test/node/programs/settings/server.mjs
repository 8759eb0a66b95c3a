// What main.go does, with the Node SDK.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { config, serve } from "hotpod-sdk";

const read = (name) => readFileSync(`/etc/shop/${name}`, "utf8").trim();

const limits = config("/etc/shop/limits.json", {
  validate: ({ orders }) => {
    if (!(orders >= 1)) throw new Error("orders: at least 1");
  },
});
limits.on("error", (error) => console.error(error.message));

let rate = readRate();
const version = read("name");

const server = createServer((request, answer) => {
  if (request.method === "POST" && request.url === "/reload") reload(answer);
  else answer.end(`${JSON.stringify({ version, orders: limits.value.orders, rate, end: true })}\n`);
});
serve(server, { listen: ":8080" });

function reload(answer) {
  try {
    rate = readRate();
    answer.end();
  } catch (error) {
    answer.writeHead(422).end(error.message);
  }
}

function readRate() {
  const text = read("rate");
  if (!/^\d+$/.test(text)) throw new Error(`rate: "${text}" is no number`);
  return Number(text);
}
