export function pushHelp(): string {
  return [
    "hotpod push config NAME --from-file [KEY=]PATH… [flags]",
    "",
    "Updates a ConfigMap and brings it into the running pods at once: the kubelet alone needs a minute and more.",
    "It patches an annotation of each pod that mounts it, which makes the kubelet look, then waits until the",
    "hotpod in each container reports the new content and what the service said to it. kubectl does the asking,",
    "with your rights: get and patch configmaps, list and patch pods, create pods/exec.",
    "",
    "  --from-file [KEY=]PATH    a file under its own name or KEY; a folder: each of its files. Repeat it",
    "  --from-literal KEY=VALUE  a value itself. Repeat it",
    "  --prune                   remove the keys that are not given; without it they stay",
    "  -n, --namespace NAME      kubectl's own unless set",
    "  --context NAME            of kubectl's configuration",
    "  -l, --selector LABELS     only these pods: app=shop",
    "  --timeout DURATION        for the reports; 30s unless set",
    "  --dry-run                 tell which keys would change and which pods would be asked, and change nothing",
    "  --format text|json        --json is the same as --format json",
    "",
    "Mounts with subPath and environment variables never change while a container runs: they are named.",
    "",
    "Exit code 0: every pod that reads it has reported it. 1: one did not, or refused it. 2: misuse.",
  ].join("\n");
}
