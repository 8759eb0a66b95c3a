import type { BuildInfo } from "#gobinary/read-build-info.js";
import type { GateAnswer, GateEvidence } from "#model/gate-report.js";
import type { GoSource, Repository } from "#ports/release.js";
import { different, evidence, open, same, told } from "./answer.js";
import type { GateFacts } from "./facts.js";
import { isOlder } from "./go-version.js";
import type { KnownProgram } from "./judge-program.js";

/** `vcs.revision` and `vcs.modified`: what the program says of its commit, beside the commit it has to be. */
export function judgeCommit(known: KnownProgram, facts: GateFacts): GateAnswer[] {
  const { settings } = known.info;
  const revision = settings["vcs.revision"];
  const from = `build information of ${known.file}`;
  if (revision === undefined) return [unstamped(known, facts, from)];
  const stamped = evidence("vcs.revision", revision, from);
  return [ofRevision(revision, stamped, facts), ofTree(settings["vcs.modified"], from)];
}

function ofRevision(revision: string, stamped: GateEvidence, facts: GateFacts): GateAnswer {
  const wanted = wantedCommit(facts);
  if (wanted === null) {
    return told("revision", {
      message: `It says commit ${revision}; no --source or --revision says which it has to be.`,
      compared: [stamped],
    });
  }
  if (wanted.commit === null) {
    const { message, remedy } = wanted;
    return open("revision", { message, remedy, compared: [stamped] });
  }
  const compared = [stamped, evidence(wanted.name, wanted.commit, wanted.from)];
  if (isSameCommit(revision, wanted.commit)) {
    return same("revision", { message: `It was built from ${revision}.`, compared });
  }
  return different("revision", "error", {
    message: `It was built from ${revision}, and not from ${wanted.commit}.`,
    compared,
    remedy:
      "Build it again from the commit that is released, or release the commit it was built from.",
  });
}

type Wanted =
  | { readonly commit: string; readonly name: string; readonly from: string }
  | { readonly commit: null; readonly message: string; readonly remedy: string };

function wantedCommit({ revision, source }: GateFacts): Wanted | null {
  if (revision !== null) return { commit: revision, name: "commit", from: "--revision" };
  if (source === null) return null;
  const { repository, folder } = source;
  if (repository.kind === "found" && repository.head !== null) {
    return { commit: repository.head, name: "HEAD", from: `git, in ${folder}` };
  }
  return {
    commit: null,
    message: `${noHead(repository, folder)}, so the commit cannot be compared.`,
    remedy: REMEDY_REVISION,
  };
}

const REMEDY_REVISION = "Run it in a checkout with git, or say the commit: --revision $COMMIT.";

function noHead(repository: Repository, folder: string): string {
  switch (repository.kind) {
    case "found":
      return `${folder} has no commit yet`;
    case "none":
      return `There is no .git in ${folder} or above`;
    case "no-git":
      return "There is no program `git` here";
    case "refused":
      return `git does not work in ${folder} (${repository.words})`;
  }
}

function ofTree(modified: string | undefined, from: string): GateAnswer {
  const compared = [evidence("vcs.modified", modified ?? "(absent)", from)];
  if (modified === "false") {
    return same("modified", { message: "The tree was as in the commit.", compared });
  }
  if (modified === undefined) {
    return open("modified", {
      message: "It names a commit, and does not say whether the tree was as in that commit.",
      compared,
      remedy: "Build it with go build in a checkout, which stamps both.",
    });
  }
  return different("modified", "error", {
    message: "The tree had changes that are in no commit. Untracked files count, too.",
    compared,
    remedy:
      "Build from a clean checkout: git status --porcelain prints nothing there. What a pipeline writes belongs into .gitignore.",
  });
}

/** Not a guess where the source tells; else what can be the cause. */
function unstamped(known: KnownProgram, facts: GateFacts, from: string): GateAnswer {
  const { cause, remedy } = causeOf(known.info, facts.source);
  const isProved = facts.reference?.kind === "built" && facts.reference.sha256 === known.sha256;
  return different("revision", isProved ? "warning" : "error", {
    message: `It does not say which commit it was built from: ${cause}.${isProved ? " The reference build gives the same program all the same." : ""}`,
    compared: [evidence("vcs.revision", "(absent)", from)],
    remedy,
  });
}

function causeOf(
  { path, main, goVersion }: BuildInfo,
  source: GoSource | null,
): { cause: string; remedy: string } {
  if (path === "command-line-arguments") {
    return {
      cause: "files were built (go build main.go), and only packages are stamped",
      remedy: "Name the package: go build -o FILE ./cmd/api.",
    };
  }
  if (isOlder(goVersion, "1.18")) {
    return { cause: `${goVersion} does not stamp it`, remedy: "Build it with Go 1.18 or later." };
  }
  if (main !== null && main.sum !== "") {
    return {
      cause: `it was installed as ${main.path}@${main.version}, from a module and not from a checkout`,
      remedy: "Build it in a checkout of that version.",
    };
  }
  const repository = source?.repository.kind ?? "found";
  if (source !== null && repository !== "found") {
    return {
      cause: `${noHead(source.repository, source.folder)}: where it was built so, Go leaves the commit out`,
      remedy:
        "Build it in a checkout, with git in PATH, as the owner of .git; -buildvcs=true makes Go fail rather than leave it out.",
    };
  }
  if (/(^|\s)-buildvcs=(false|0)\b/.test(source?.toolchain?.flags ?? "")) {
    return {
      cause: "GOFLAGS has -buildvcs=false here",
      remedy: "Take -buildvcs=false out of GOFLAGS.",
    };
  }
  return {
    cause:
      "-buildvcs=false, or it was built where .git or git was missing or .git had another owner, as in a container",
    remedy: "Build it with -buildvcs=true: Go then stamps it or says why it cannot.",
  };
}

/** Short and long hashes of one commit. */
export function isSameCommit(a: string, b: string): boolean {
  const [short = "", long = ""] = [a, b]
    .map((one) => one.trim().toLowerCase())
    .sort((x, y) => x.length - y.length);
  return short.length >= 7 && long.startsWith(short);
}
