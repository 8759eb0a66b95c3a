import type { GateAnswer } from "#model/gate-report.js";
import type { Staleness } from "#ports/release.js";
import { evidence, open, told } from "./answer.js";
import type { StaleAnswer } from "./facts.js";

/** What `.Stale` says, reason by reason with its meaning. It never decides. */
export function judgeStale(answer: StaleAnswer): GateAnswer {
  if (answer.kind === "no-go") {
    return open("stale", {
      message: "go list was not run: there is no `go` in PATH.",
      compared: [],
      remedy: "Run the gate where Go is, or leave --stale out.",
    });
  }
  if (answer.kind === "failed") {
    return open("stale", {
      message: "go list failed.",
      compared: [evidence("output", answer.words.output, answer.words.command)],
      remedy: "Mend what it complains about, or leave --stale out.",
    });
  }
  const stale = answer.packages.filter((one) => one.stale);
  return told("stale", {
    message: `go list calls ${stale.length} of ${answer.packages.length} packages stale. It says whether go install would do anything, and nothing of this program.`,
    compared: answer.packages.map((one) =>
      evidence(one.path, one.stale ? `stale: ${one.reason}` : "not stale", meaning(one)),
    ),
  });
}

function meaning({ stale, reason, isMain }: Staleness): string {
  if (!stale) {
    return isMain
      ? "go install put it into GOBIN, and nothing changed since"
      : "the build cache has it; another machine's cache need not";
  }
  if (reason.startsWith("not installed")) {
    return "it was built, and not installed: so is every program after go build -o";
  }
  if (reason.startsWith("stale dependency")) {
    return "it is built again because of that package, however fresh the checkout is";
  }
  if (reason.startsWith("build ID mismatch")) {
    return "this cache does not have it with these flags: so it is in every fresh checkout";
  }
  return "go install would do something";
}
