import { handlesTerm, listenersIn, programOf } from "#rules/go/go-serving.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const goServerDropsRequestsOnTerm: Rule = {
  id: "HP404",
  name: "go-server-drops-requests-on-term",
  severity: "warning",
  reason: "L",
  lessInDev: true,
  inputs: "W,G",
  exports: "none",
  fix: "none",
  title: "The Go server has no SIGTERM handling: it dies at once, with requests under way.",
  why: "Go's runtime handles SIGTERM itself: the program exits with code 2 within milliseconds as process 1, and with 143 elsewhere. It does not wait out the grace period.",
  when: "The program opens a port (net.Listen, http.ListenAndServe, grpc.NewServer, gin, echo, fiber), and neither signal.Notify nor NotifyContext hears SIGTERM, nor a framework that does: controller-runtime, fx, oklog/run, kratos, go-zero, hotpod's SDK. Only the main module is looked at.",
  remedy:
    "signal.NotifyContext(ctx, syscall.SIGTERM), and Shutdown of the server when it is done; or hotpod's SDK.",
  fires: "log.Fatal(http.ListenAndServe(…)); signal.Notify(c, os.Interrupt) alone.",
  quiet: "an fx application; a program that opens no port.",
  judge: { of: "container", judge: judgeProgram },
};

function judgeProgram(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  const program = programOf(subject);
  if (program === "unknown") {
    return open("G", "--source FOLDER of its Go module, tied by its Dockerfile or --assume-single");
  }
  if (program === null) return NOT_APPLICABLE;
  if (handlesTerm(program)) return PASS;
  const [first] = listenersIn(program);
  if (first === undefined) return NOT_APPLICABLE;
  return fails({
    severity: "warning",
    at: first.at,
    message: `The server behind ${first.shown} hears no SIGTERM, so at every stop the requests under way are lost (its dependencies are not looked at).`,
    evidence: program.folder,
    related: [{ source: subject.at("name"), message: `It runs in ${subject.title}.` }],
  });
}
