import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { UserError } from "#base/user-error.js";
import { errorText } from "#cli/error-text.js";
import { type PreparedLives, prepareLives } from "#cli/simulate/prepare-lives.js";
import { readSimulateOptions } from "#cli/simulate/simulate-options.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";

export type Files = Readonly<Record<string, string>>;

/** A Deployment with one container whose command is not known. */
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: api:1
          livenessProbe: {httpGet: {port: 8080}, initialDelaySeconds: 5}
`;

/** Prepares what a command line asks for; the files are there under their names. */
export function prepare(t: TestContext, files: Files, ...args: string[]): PreparedLives {
  const { argv } = placed(t, files, args);
  return prepareLives(readSimulateOptions(argv));
}

/** What a command line is refused with, word for word; paths are those of the files. */
export function refused(t: TestContext, files: Files, ...args: string[]): string {
  const { argv, folder } = placed(t, files, args);
  try {
    prepareLives(readSimulateOptions(argv));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.exitCode !== 2) throw new Error(`exit code ${error.exitCode}`);
    return errorText(error).replaceAll(`${folder}/`, "");
  }
  throw new Error("it was not refused");
}

function placed(t: TestContext, files: Files, args: readonly string[]) {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const argv = args.map((word) => (Object.hasOwn(files, word) ? join(folder, word) : word));
  return { argv, folder };
}
