/**
 * Ends the process. Node waits for its threads first, and one of them may wait for somebody who reads the log no more: with
 * `stuck` the process ends without them.
 */
export async function leave(code: number, stuck: boolean): Promise<never> {
  if (stuck) {
    const { default: koffi } = await import("koffi");
    koffi.load(null).func("void _exit(int)")(code);
  }
  process.exit(code);
}
