export const scoreHelp =
  (): string => `How well does a service bear hot updates? 19 indicators, 0 to 100.

  hotpod score FILE|FOLDER|- … [flags]

Input, as hotpod check reads it
  FILE|FOLDER|-            manifests, hotpod.yaml, timings.json, air.toml, Dockerfile, go.mod, go.sum, …
  --context NAME           a cluster's objects, through kubectl; --namespace NAME for one of them alone
  --timing KEY=VALUE       --timings FILE  --settings FILE  --reload-config FILE  --dockerfile FILE
  --assume-single          --kube-version 1.32  --profile prod|dev  --safety FACTOR
  --logs FILE|FOLDER       samples of logs; in a folder NAME.log or NAMESPACE_NAME.log is that service's
  --pod-logs               ask the cluster for the newest 500 lines of a pod of each service instead

Output
  --format text|json|html  --out FILE
  --explain M06            formula, numbers put in, what is missing, and what each fix brings
  --previous old.json      what has changed since then, and who crossed 60
  --fail-under 60          exit code 1 if a service is below; with --strict-range the lower end of the range counts

Three lists: fix first (below 60, what is worst for most people and least work comes first), measure first (too little is known),
fine. The steps of the first have been tried out on a copy in memory and scored again, one after the other.
The range says what the score would be if all that is unknown were lost, or earned; below 60 % of known points a score stands in
brackets. An error that keeps pods from running caps it at 59, one of exposure at 69. 85 and more: ready; 60: usable; 40: fix first.
Weights: check.weights of hotpod.yaml.

Exit codes: 0 scored, 1 below --fail-under, 2 something could not be read, 3 a fault of hotpod's own.`;
