import { adoptsSockets, type GoListener, listenersIn, programOf } from "#rules/go/go-serving.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const handoverNotAdopted: Rule = {
  id: "HP801",
  name: "handover-not-adopted",
  severity: "error",
  reason: "B",
  inputs: "H,G",
  exports: "none",
  fix: "none",
  title: "Overlap is configured, but the program opens its own port.",
  why: "The second generation then fails with “address already in use”. On Linux SO_REUSEADDR never allows two live listeners.",
  when: "`handover: inherit` is set, and the main module opens the port that hotpod holds without taking an inherited socket (LISTEN_FDS, net.FileListener, an activation library, hotpod's SDK) or SO_REUSEPORT.",
  remedy:
    "`handover: auto`, or take the socket that is handed down: `Listen` of hotpod's SDK, or net.FileListener.",
  fires: 'gin\'s r.Run(":8080") with inherit.',
  quiet: 'the same with auto; net.FileListener(os.NewFile(3, …)); a second port on ":0".',
  judge: { of: "container", judge: judgeProgram },
};

function judgeProgram(subject: ContainerSubject): Outcome {
  const { settings } = subject;
  const setting = subject.setting("handover");
  if (settings === null || setting === null) return NOT_APPLICABLE;
  if (settings.policy.handover !== "inherit" || setting.isDefault) return NOT_APPLICABLE;
  const program = programOf(subject);
  if (program === "unknown") {
    return open("G", "--source FOLDER of its Go module, tied by its Dockerfile or --assume-single");
  }
  if (program === null) return open("G", "the listener is not in the module's own sources");
  if (adoptsSockets(program)) return PASS;
  const held = settings.listen.flatMap(({ address }) =>
    address.kind === "tcp" ? [address.port] : [],
  );
  const listeners = listenersIn(program).filter(({ opens }) => opens);
  const own = listeners.find(({ address }) => held.includes(portOf(address) ?? -1));
  if (own !== undefined) return fails(faultOf(subject, own));
  const isElsewhere = listeners.every(({ address }) => portOf(address) !== null);
  return isElsewhere ? PASS : open("G", "which port the program opens: no literal address says it");
}

function faultOf(subject: ContainerSubject, { at, shown, address }: GoListener) {
  return {
    severity: "error" as const,
    at,
    message: `The program opens the port that hotpod holds, with ${shown}("${address}"): the next generation fails, for the address is in use.`,
    evidence: address ?? "",
    related: [{ source: subject.at("name"), message: `It runs in ${subject.title}.` }],
  };
}

/** Of a literal `:8080`; null: it is not said. */
function portOf(address: string | null): number | null {
  if (address === null) return null;
  if (/:https?$/.test(address)) return address.endsWith("s") ? 443 : 80;
  const port = /:(\d+)$/.exec(address)?.[1];
  return port === undefined ? null : Number(port);
}
