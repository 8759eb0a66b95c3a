import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { before, type TestContext, test } from "node:test";
import { bootPidOne, type PidOne, whyNoPidOne } from "./pid-one.js";
import { until } from "./supervisor-rig.js";

const impossible = whyNoPidOne();
const skip = impossible !== null && process.env.CI !== "true" ? impossible : false;
const QUICK = ["--shutdown-delay", "0", "--grace", "3s", "--crash-restarts", "0"];

before(() => execFileSync(process.execPath, ["tools/build.mjs"]));

const signals = (mode: "handle" | "ignore", code: number): string[] => [
  "python3",
  "test/real/programs/signals.py",
  mode,
  String(code),
];

async function serving(t: TestContext, command: readonly string[]): Promise<PidOne> {
  const hotpod = await bootPidOne(t, QUICK, command);
  await hotpod.logs(/"promoted"/);
  return hotpod;
}

async function endsWith(hotpod: PidOne, code: number): Promise<void> {
  assert.equal(await hotpod.exited, code, hotpod.log());
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} stops, and the service's own code is hotpod's`, { skip }, async (t) => {
    const hotpod = await serving(t, signals("handle", 42));
    await hotpod.says(/up/);
    hotpod.signal(signal);
    await endsWith(hotpod, 42);
    assert.match(hotpod.out(), /got SIGTERM/);
  });
}

test("signals that are not hotpod's reach the service, the others do what they say", {
  skip,
}, async (t) => {
  const hotpod = await serving(t, signals("handle", 0));
  await hotpod.says(/up/);
  const forwarded = [
    ...["QUIT", "TRAP", "ABRT", "ALRM", "STKFLT", "CONT", "TSTP", "TTIN", "TTOU", "URG", "XCPU"],
    ...["XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"],
  ].map((name) => `SIG${name}` as NodeJS.Signals);
  for (const signal of forwarded) {
    hotpod.signal(signal);
    await hotpod.says(new RegExp(`got ${signal}\\b`));
  }
  for (const signal of ["SIGILL", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGPIPE", "SIGCHLD"] as const) {
    hotpod.signal(signal);
  }
  hotpod.signal("SIGUSR1");
  await hotpod.logs(/"event":"status"/);
  hotpod.signal("SIGHUP");
  await hotpod.logs(/"event":"settings-read"/);
  hotpod.signal("SIGUSR2");
  await hotpod.logs(/"promoted".*"generation":2/);
  await hotpod.says(/up[\s\S]*up/);
  for (const signal of ["SIGILL", "SIGBUS", "SIGUSR1", "SIGUSR2", "SIGHUP", "SIGINT"]) {
    assert.doesNotMatch(hotpod.out(), new RegExp(`got ${signal}`));
  }
  assert.doesNotMatch(hotpod.log(), /inspector|Debugger/);
  hotpod.signal("SIGTERM");
  await endsWith(hotpod, 0);
});

test("a service that ignores every signal is killed before the grace ends", { skip }, async (t) => {
  const hotpod = await serving(t, signals("ignore", 0));
  await hotpod.says(/up/);
  for (let number = 1; number <= 31; number++) {
    const reserved = [2, 9, 10, 12, 15, 17, 19];
    if (!reserved.includes(number)) process.kill(hotpod.pid, number);
  }
  hotpod.signal("SIGUSR1");
  await hotpod.logs(/"event":"status"/);
  const begun = performance.now();
  hotpod.signal("SIGTERM");
  await endsWith(hotpod, 137);
  const tookMs = performance.now() - begun;
  assert.ok(tookMs > 1_500 && tookMs < 3_000, `took ${tookMs} ms of 3000`);
});

test("exit codes pass through", { skip }, async (t) => {
  for (const code of [0, 1, 2, 3, 42, 64, 126, 127, 128, 137, 143, 200, 254, 255]) {
    await t.test(`code ${code}`, async (t) => {
      const hotpod = await serving(t, [
        "sh",
        "-c",
        `trap 'exit ${code}' TERM; echo up; while :; do sleep 0.02; done`,
      ]);
      await hotpod.says(/up/);
      hotpod.signal("SIGTERM");
      await endsWith(hotpod, code);
    });
  }
});

for (const { name, number } of [
  { name: "TERM", number: 15 },
  { name: "KILL", number: 9 },
  { name: "SEGV", number: 11 },
  { name: "ABRT", number: 6 },
  { name: "USR1", number: 10 },
  { name: "RTMIN+3", number: 37 },
]) {
  test(`a service that dies of ${name} makes hotpod exit with ${128 + number}`, {
    skip,
  }, async (t) => {
    const hotpod = await serving(t, ["sh", "-c", `sleep 1; kill -${number} $$`]);
    await endsWith(hotpod, 128 + number);
  });
}

test("orphans are reaped, and nothing is left at the end", { skip }, async (t) => {
  const script = `i=0; while [ $i -lt 200 ]; do ( ( sleep 0.01 & ) & ); i=$((i+1)); done;
    setsid sh -c 'trap "" TERM; echo escaped; sleep 600' &
    echo up; trap 'exit 5' TERM; while :; do sleep 0.05; done`;
  const hotpod = await serving(t, ["sh", "-c", script]);
  await hotpod.says(/up/);
  await hotpod.says(/escaped/);
  await until(() => {
    const others = hotpod.others();
    return (
      others.length <= 5 && others.every(({ zombie, parent }) => !zombie || parent !== hotpod.pid)
    );
  }, "only the service and what escaped it run");
  hotpod.signal("SIGTERM");
  await endsWith(hotpod, 5);
  assert.deepEqual(hotpod.others(), []);
});

test("SIGTERM before the service is up ends everything at once", { skip }, async (t) => {
  const hotpod = await bootPidOne(t, QUICK, ["sh", "-c", "sleep 600"]);
  await hotpod.logs(/"generation-started"/);
  hotpod.signal("SIGTERM");
  const code = await hotpod.exited;
  assert.ok(code === 143 || code === 137, `exit code ${code}: ${hotpod.log()}`);
});
