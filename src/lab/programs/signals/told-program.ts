/** A program that says `up`, then `told SIGUSR2` of the first signal that it can catch, and ends. */
export const TOLD_PROGRAM = `for (const name of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"]) {
  process.on(name, () => {
    console.log("told " + name);
    process.exit(0);
  });
}
setInterval(() => {}, 1000);
console.log("up");
`;
