import { fstatSync, readlinkSync } from "node:fs";

/** The files that standard output and error were redirected to: what is written there is no change of the service. */
export function ownOutputFiles(): readonly string[] {
  return [1, 2].flatMap((fd) => {
    try {
      return fstatSync(fd).isFile() ? [readlinkSync(`/proc/self/fd/${fd}`)] : [];
    } catch {
      return [];
    }
  });
}
