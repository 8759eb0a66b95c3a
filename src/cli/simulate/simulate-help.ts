/** `hotpod simulate --help`. */
export function simulateHelp(): string {
  return `hotpod simulate MANIFEST… [flags]            a pod's life in virtual time, under a reload tool
hotpod simulate recommend MANIFEST… [flags]  values for probes, stop and roll-out that fit, proved by simulation
hotpod simulate check-invariants [--cases N] random lives, each checked after every step
hotpod simulate replay TOKEN                 a random life again
hotpod simulate bench                        how fast simulations run here

A MANIFEST is a file or folder of YAML or JSON, or - for standard input. It is read as kubectl reads it and
refused as the API server would refuse it.

What is simulated
  --workload KIND/NAME      when there are several
  --container NAME          the one that is updated
  --timings FILE            timings.json as hotpod run writes it
  --timing KEY=VALUE        build=3s, coldStart=8s..12s, rss=120Mi; may be repeated, wins over the file
  --tool TOOL               hotpod, air, air-old, compiledaemon, fresh, reflex, wgo, nodemon, entr, watchexec,
                            air@1.61.7, a command line, or FILE.yaml; repeated: the tools are compared
  --tool-config FILE        .air.toml, nodemon.json, package.json, runner.conf, a reflex file
  --compare                 beside the same under hotpod
  --settings FILE           hotpod.yaml: hotpod's settings, and check.timings
  --saves PLAN              0,10,20 · every 10s · poisson 6/min · burst 5@0.1s · FILE; after each an outcome:
                            ok, buildFail, neverReady, crash+2s, touch, and its share: buildFail 20%
  --faults PLAN             hang@40s · crash@T · delete@T · nodeReboot@T · configEdit@T · dependencyDown@T..T ·
                            outage@T..T refused|silent|503 every 10s; of one pod: pod 2
  --plan-from ready         when both are counted from: the service is up, or a time such as 0
  --for DURATION            of the simulation (15m)
  --replicas N, --rollout   other than the manifest says; a new template at 0
  --fleet [all-at-once|rolling], --fleet-spread TIME, --fleet-unavailable N
                            one save for all replicas
  --capacity N, --health-bound queue|supervisor
                            requests a second one pod can take, and whether its health answer queues with them

The cluster
  --kube-version 1.36       1.31 to 1.36
  --cri containerd          crio, dockershim
  --phase exact             earliest, expected, latest, sampled, or a number of samples
  --seeds N, --seed N       samples (1000); where chance begins (1)
  --container-start 2s, --wall-fraction 0, --kubelet-age 24h, --requeue-jitter 1.25

The service and its clients
  --on-term exits|drains|default|go-default|ignores
  --while-starting refused|silent|503, --while-down refused|silent
  --rate 100, --request-time 20ms, --client-timeout 10s, --keep-alive 0.5, --no-clients-look,
  --long-requests 3@25s

Output
  --format text|json|md|html|mermaid, --json, --width N
  --out FILE                its ending says the format: .html, .md, .mmd, .json
  --unknown-fields refuse|note

Of recommend
  --objective safe|fast-detect, --safety 1.5, --round 1
  --detect-within 30, --shed-within 10
                            seconds until a hang is noticed, until a failing pod gets no more requests
  --patch                   the strategic-merge patch alone, as YAML

Exit code 0: no hazard; 1: a hazard (a kill, a refused request, a broken invariant); 2: bad input.`;
}
