import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { asksForHelp, asksForJson, formatted, parse } from "#cli/run-options.js";
import type { LifeEvent } from "#model/life/life-event.js";
import { eventSentence } from "#report/life/event-sentence.js";
import { type Finding, replayCase } from "#simulate/properties/examine-case.js";
import { type ReplayToken, readToken } from "#simulate/properties/replay-token.js";
import { findingLine, findingText } from "./finding-text.js";
import { subjectOf } from "./subject-of.js";

/** `hotpod simulate replay TOKEN`: 0 the case keeps every rule now, 1 it breaks one, 2 bad input. */
export async function replayCommand({ argv, out }: CommandContext): Promise<number> {
  const parser = formatted("simulate replay").argument("[token]").allowExcessArguments(false);
  parse(parser, argv);
  const [text] = parser.args;
  if (asksForHelp(parser) || text === undefined) {
    out.write(REPLAY_HELP);
    return asksForHelp(parser) ? 0 : 2;
  }
  const finding = findingAgain(tokenOf(text));
  const json = asksForJson(parser);
  if (!json) await out.data(`${findingText(finding)}\n`);
  for (const event of finding.events) {
    await out.data(json ? JSON.stringify(event) : eventText(event));
  }
  if (json) await out.data(findingLine(finding));
  await out.drained();
  return finding.violations.length === 0 ? 0 : 1;
}

const eventText = (event: LifeEvent): string =>
  `${(event.t / 1_000_000).toFixed(6).padStart(12)}  ${eventSentence(event)}`;

function tokenOf(text: string): ReplayToken {
  const read = readToken(text);
  if (read.ok) return read.value;
  if (read.error.kind === "other-version") {
    throw notHere(`it is of version ${read.error.version}, whose numbers make other cases`);
  }
  throw new UserError({
    code: "bad-token",
    message: `${JSON.stringify(text)} is no replay token`,
    hint: "A token begins with hps1. and comes from hotpod simulate check-invariants.",
  });
}

function findingAgain(token: ReplayToken): Finding {
  const subject = subjectOf(token.subject, token.defect ?? undefined, "the token");
  const finding = replayCase(token, subject);
  if (finding === null) throw notHere("it holds a step that its case does not have");
  return finding;
}

const notHere = (why: string): UserError =>
  new UserError({
    code: "bad-token",
    message: `the token cannot be replayed here: ${why}`,
    hint: "Replay it with the hotpod that printed it.",
  });

export const REPLAY_HELP = `hotpod simulate replay TOKEN [--format text|json]

A random case that hotpod simulate check-invariants found, again: the rules it breaks, its table, its events.
Exit code 0: no rule is broken; 1: one is; 2: bad input.`;
