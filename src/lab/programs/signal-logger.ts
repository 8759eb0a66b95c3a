/** A program that logs SIGTERM, drains for DRAIN_MS and ends with 0; with IGNORE it only logs. It says `up` once its handler is there. */
export const SIGNAL_LOGGER = `const { DRAIN_MS = "0", IGNORE } = process.env;
process.on("SIGTERM", () => {
  console.log("SIGTERM");
  if (IGNORE) return;
  setTimeout(() => { console.log("drained"); process.exit(0); }, Number(DRAIN_MS));
});
setInterval(() => {}, 1000);
console.log("up");
`;
