import { goModOf } from "#rules/go/go-project.js";
import { directRequirements, folderOf } from "#rules/image/go-mod.js";
import { commandsIn } from "#rules/image/stage-commands.js";
import { buildsHere } from "#rules/pod/builds-here.js";
import { mountOf } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { type Fields, fieldsOf } from "#rules/subject/fields.js";
import { matchesSelector } from "#rules/subject/selects.js";

export const hotBuildNeedsNetwork: Rule = {
  id: "HP606",
  name: "hot-build-needs-network",
  severity: "warning",
  reason: "B",
  inputs: "W,(R|H),G,N?",
  exports: "none",
  fix: "none",
  title: "A reload compiles in the pod, and may have to download modules first.",
  why: "Then the time of a swap depends on proxies and git, and a module that cannot be had stops it.",
  when: "A build runs in the container of a module with requirements, without a vendor folder, with a module cache that neither the image holds nor a volume keeps, and GOPROXY is unset, remote or direct. An error where a NetworkPolicy lets the pod out nowhere on port 443.",
  remedy:
    "Vendor the modules; or download them in the image, and set GOPROXY=off, so that a missing one fails at once and the old version serves on.",
  fires: "an image with air, GOPROXY=…,direct",
  quiet: "GOPROXY=file:///…; a vendor folder.",
  judge: { of: "container", judge: judgeBuild },
};

function judgeBuild(subject: ContainerSubject): Outcome {
  if (!subject.isHot || !buildsHere(subject)) return NOT_APPLICABLE;
  const mod = goModOf(subject.workload);
  if (mod === null)
    return open("G", "go.mod of what is built, tied by its Dockerfile or --assume-single");
  if (directRequirements(mod).length === 0) return PASS;
  const { project, image } = subject;
  const flags = variable(subject, "GOFLAGS") ?? "";
  const vendor = `${folderOf(mod.file) === "" ? "" : `${folderOf(mod.file)}/`}vendor/modules.txt`;
  if (/-mod=vendor\b/.test(flags) || project.goVendors.some(({ file }) => file === vendor))
    return PASS;
  const proxy = variable(subject, "GOPROXY");
  if (proxy !== null && isLocal(proxy)) return PASS;
  const cache =
    variable(subject, "GOMODCACHE") ?? `${variable(subject, "GOPATH") ?? "/go"}/pkg/mod`;
  const mounted = mountOf(subject, cache);
  const kept = mounted?.volume?.source.kind;
  if (kept === "persistentVolumeClaim" || kept === "hostPath") return PASS;
  if (mounted === null && image === null)
    return open("D", "its Dockerfile: whether the image holds the modules");
  const baked =
    mounted === null &&
    image?.instructions.some((one) =>
      commandsIn(one).some(({ words }) =>
        /^go (mod download|build|list|install (?!\S+@))/.test(words.join(" ")),
      ),
    ) === true;
  if (baked) return PASS;
  const stuck = wayOut(subject) === "none";
  return fails({
    severity: stuck ? "error" : "warning",
    at: subject.reload?.source ?? subject.at("command"),
    message: stuck
      ? "A reload that needs a module downloads it, and no NetworkPolicy lets the pod out to port 443."
      : `A reload that needs a module downloads it from ${proxy ?? "the public proxy"} first.`,
    evidence: stuck ? "no way out" : "downloads",
    related: [
      { source: { kind: "text", region: topOf(mod.file) }, message: "It requires modules." },
    ],
  });
}

const topOf = (file: string) => ({ file, line: 1, column: 1, endLine: 1, endColumn: 1 });

const variable = (subject: ContainerSubject, name: string): string | null =>
  subject.env(name) ?? subject.image?.env.get(name) ?? null;

/** Nothing of it is asked over a network. */
const isLocal = (proxy: string): boolean =>
  proxy.split(/[,|]/).every((one) => one === "off" || one.startsWith("file://"));

/** `none`: every egress policy of the pod keeps it from port 443 outside of the cluster. */
function wayOut({ project, workload }: ContainerSubject): "some" | "none" {
  const own = project
    .objectsIn("NetworkPolicy", workload.workload.namespace)
    .filter(({ value }) => {
      const spec = fieldsOf(value.spec);
      const types = Array.isArray(spec.policyTypes) ? spec.policyTypes : [];
      const isEgress = types.includes("Egress") || spec.egress !== undefined;
      return (
        isEgress && matchesSelector(fieldsOf(spec.podSelector), workload.workload.template.labels)
      );
    });
  if (own.length === 0) return "some";
  const rules = own.flatMap(({ value }) => {
    const { egress } = fieldsOf(value.spec);
    return Array.isArray(egress) ? egress.map(fieldsOf) : [];
  });
  return rules.some((rule) => leadsOut(rule)) ? "some" : "none";
}

function leadsOut({ to, ports }: Fields): boolean {
  const peers = Array.isArray(to) ? to.map(fieldsOf) : [];
  const outside = peers.length === 0 || peers.some(({ ipBlock }) => ipBlock !== undefined);
  const all = Array.isArray(ports) ? ports.map(fieldsOf) : [];
  const https =
    all.length === 0 ||
    all.some(({ port, endPort }) => {
      if (port === undefined || port === 443 || port === "https") return true;
      return (
        typeof port === "number" && typeof endPort === "number" && port <= 443 && endPort >= 443
      );
    });
  return outside && https;
}
