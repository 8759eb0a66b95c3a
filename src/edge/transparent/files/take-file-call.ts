import { chmodSync, lchownSync, statSync } from "node:fs";
import { constants } from "node:os";
import type { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import type { Libc } from "#edge/native/libc.js";
import {
  answerContinue,
  answerDone,
  readAddress,
  readPath,
  type ToldCall,
} from "#edge/transparent/calls/told-call.js";
import type { GenerationId } from "#model/generation.js";
import type { BoundFiles } from "./bound-files.js";
import { callerOf } from "./caller.js";
import { type FileAct, fileAct } from "./file-act.js";
import { judgeFileAct, type Standing } from "./judge-file-act.js";
import { findNamed, lastName } from "./named-file.js";
import { textOf, unixPath } from "./take-unix-bind.js";

/** Whose call it is, and how that generation stands where the files cannot tell. */
export interface FileCaller extends Pick<Standing, "candidate" | "ending"> {
  readonly generation: GenerationId;
  readonly isLasting: (group: RenamedGroup) => boolean;
}

/** Answers one call that may touch the file of a socket; all that do not go on as they were made. */
export function takeFileCall(
  libc: Libc,
  listener: number,
  call: ToldCall,
  files: BoundFiles,
  caller: FileCaller,
): void {
  const act = fileAct(call);
  const group = act === null ? null : groupOf(libc, listener, call, files, act);
  const { generation, candidate, ending, isLasting } = caller;
  const found = group?.isFoundAtPath(generation) ?? null;
  if (act === null || group === null || found === null) {
    answerContinue(libc, listener, call);
    return;
  }
  const bound = files.of(generation).includes(group);
  const lasting = isLasting(group);
  const verdict = judgeFileAct(act.kind, { bound, found, lasting, candidate, ending });
  const { ECONNREFUSED } = constants.errno;
  if (verdict === "continue") answerContinue(libc, listener, call);
  else if (verdict === "refuse") answerDone(libc, listener, call, ECONNREFUSED);
  else if (verdict === "pretend") answerDone(libc, listener, call, 0);
  else if (act.kind === "remove") {
    files.withdraw(generation, group);
    answerDone(libc, listener, call, 0);
  } else answerDone(libc, listener, call, change(act, group.file(generation), call.tid));
}

/** The group whose path, or a file beside it, the call names. */
function groupOf(
  libc: Libc,
  listener: number,
  call: ToldCall,
  files: BoundFiles,
  { kind, folderFd, pathAt }: FileAct,
): RenamedGroup | null {
  try {
    const read = kind === "connect" ? readAddress : readPath;
    const bytes = read(libc, listener, call, pathAt);
    const text = kind === "connect" ? unixPath : textOf;
    const written = bytes === null ? null : text(bytes);
    const name = written === null ? null : lastName(written);
    if (written === null || name === null || !files.mayBe(name)) return null;
    const named = findNamed(call.tid, folderFd, written);
    return named === null ? null : files.find(named);
  } catch {
    // It has ended, or its memory may not be read, which was said when it bound.
    return null;
  }
}

/** Does to a file what its service may do to it. 0 or an error number. */
function change(act: FileAct, file: string | null, tid: number): number {
  const { EPERM, ENOENT } = constants.errno;
  const caller = callerOf(tid);
  if (file === null) return ENOENT;
  try {
    const isRoot = caller?.uid === 0 || caller?.uid === process.geteuid?.();
    const owns = caller?.uid === statSync(file).uid;
    if (act.kind === "mode" && (isRoot || owns)) chmodSync(file, act.mode);
    else if (act.kind === "owner" && isRoot) lchownSync(file, act.uid, act.gid);
    else return EPERM;
    return 0;
  } catch (error) {
    return -((error as NodeJS.ErrnoException).errno ?? -EPERM);
  }
}
