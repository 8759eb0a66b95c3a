export const checkHelp = (): string => HELP;

const HELP = `Will this manifest, this image and this reload tool hurt each other?

  hotpod check FILE|FOLDER|- … [flags]
  hotpod check explain HP201 …     what a rule says, and why
  hotpod check list                all rules
  hotpod check export FORM         the rules as policies: admission-policy, kyverno, gatekeeper, conftest

Input
  FILE|FOLDER|-            manifests (YAML, JSON, rendered Helm or Kustomize), hotpod.yaml, timings.json, air.toml, …
  --context NAME           a cluster's objects, through kubectl; --namespace NAME for one of them alone
  --timing KEY=VALUE       a measured time or size: coldStart=18, rss=300Mi; again for more
  --timings FILE           timings.json, as hotpod run writes it
  --settings FILE          hotpod.yaml, when it is not among the files
  --reload-config FILE     the reload tool's configuration: .air.toml, nodemon.json, runner.conf, a reflex file
  --dockerfile FILE        what makes the image; annotation hotpod.dev/dockerfile or --assume-single ties it
  --source FOLDER          a Go module: go.mod, go.sum, its sources
  --scripts FILE|FOLDER    the pipeline's: shell, Makefiles, workflows
  --image PATH[=SERVICE]   an image: OCI folder or archive, docker save, or its configuration as .json
  --binary PATH[=SERVICE]  a program, beside its image; --revision COMMIT: what it has to be built from
  --assume-single          one container and one project: what is given belongs together
  --kube-version 1.32      of the cluster
  --profile prod|dev       some rules are milder in dev (prod)
  --safety FACTOR          how much longer than measured things may take (1.5)
  --rule HP201[,HP202]     only these

Output
  --format text|json|sarif|junit|github      --out FILE      --color
  --show-open              also what was not judged, and which input would close it
  --all                    also what is set aside
  --watch                  judge again whenever a file changes, and tell what is new and what is gone; Ctrl-C ends it
  --fail-on error|warning|info|never         when the exit code is 1 (error)
  --strict-inputs          exit code 4 when rules could not be judged

Mending
  --fix                    make the safe fixes: minimal edits, comments and order stay
  --fix-suggested          the others too
  --diff, --dry-run        show the edits, or what would be done, and write nothing
  --write-baseline FILE    accept what is found now; --baseline FILE then shows only what is new or worse
  --prune-baseline         take out of the baseline what is gone

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 something could not be read, 3 a fault of hotpod's own, 4 --strict-inputs.`;
