import { fail, ok } from "#base/result.js";
import { UserError } from "#base/user-error.js";
import { readBinary } from "#edge/images/read-binary.js";
import { hashFile } from "#edge/store/hash-file.js";
import type { BinaryFacts } from "#gate/facts.js";

/** Of a file on this machine. `name`: what it is called in the report. */
export async function binaryFacts(file: string, name = file): Promise<BinaryFacts> {
  const read = readBinary(file);
  if (read.ok) return { file: name, ...(await hashFile(file)), program: ok(read.value) };
  const { error } = read;
  if (error.kind !== "unreadable") {
    return { file: name, ...(await hashFile(file)), program: fail(error) };
  }
  throw new UserError({
    code: "unreadable-binary",
    message: `--binary ${file}: ${error.reason}`,
    hint: "Name the program itself, as go build wrote it.",
  });
}
