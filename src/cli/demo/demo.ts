import { formatDuration } from "#base/time.js";
import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { interruption } from "#edge/demo/interruption.js";
import { type PlayedStep, play } from "#edge/demo/play.js";
import { openScreen, type Screen } from "#edge/demo/screen.js";
import { openGoShop, openNodeShop, type Shop } from "#edge/demo/shop.js";
import { type OpenedStage, openStage } from "#edge/demo/stage.js";
import { writeReport } from "#edge/demo/write-report.js";
import type { LoadSummary } from "#edge/load/load-summary.js";
import { type Cleanups, createCleanups } from "#edge/observe/cleanups.js";
import { describeMachine, type Machine, machineText } from "#edge/observe/machine.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { every, monotonicMs } from "#edge/observe/time.js";
import { demoHtml, demoReport, demoText } from "#report/demo/demo-report.js";
import type { DemoRun } from "#report/demo/demo-run.js";
import { demoView } from "./demo-view.js";

/**
 * `hotpod demo`: edits a real service again and again under load, well and badly, and shows that no client notices. Exit
 * code 1: a request failed, or something expected did not come about.
 */
export async function demoCommand(context: CommandContext): Promise<number> {
  const [stray] = context.argv;
  if (stray === "--help" || stray === "-h") {
    context.out.write(demoHelp());
    return 0;
  }
  if (stray !== undefined) {
    throw new UserError({
      code: "stray-argument",
      message: `"${stray}" is no flag`,
      hint: "The demo takes none: hotpod demo",
    });
  }
  const interrupted = interruption();
  const screen = openScreen((text) => context.out.write(text));
  const cleanups = createCleanups();
  try {
    const outcome = await Promise.race([perform(screen, cleanups), interrupted]);
    if (typeof outcome === "number") return outcome;
    screen.print(`${outcome}: ending what was started`);
    return EXIT_CODE[outcome];
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UserError) throw error;
    screen.print(`✗ ${error.message}`);
    return 1;
  } finally {
    await cleanups.run();
  }
}

export function demoHelp(): string {
  return [
    "hotpod demo",
    "",
    "Starts an example service in a temporary copy, asks it all the time, and edits it: six good edits,",
    "a compile error, a crash at start, SIGUSR2, and ten saves within a second. Takes no flags, ends by",
    "itself in less than a minute, and writes out/demo/report.json and out/demo/report.html.",
    "Exit code 1: a request failed, or something expected did not come about.",
  ].join("\n");
}

async function perform(screen: Screen, cleanups: Cleanups): Promise<number> {
  const machine = describeMachine();
  const shop = chooseShop(machine, screen);
  cleanups.add(() => shop.workspace.remove());
  screen.print(`hotpod demo: ${shop.name} in a temporary copy, on ${machineText(machine)}`);
  screen.show(["starting: the first build compiles what was never compiled here"]);
  ensureBundle();
  const stage = await openStage(shop, cleanups);
  screen.print(`hotpod run (pid ${stage.supervisor.pid}) serves ${stage.url}; clients ask it`);
  const steps = await playShown(stage, screen);
  const rssBytes = stage.rssBytesMax();
  const load = await stage.load.stop();
  const code = await stage.supervisor.stop();
  const run = demoRun(stage, machine, steps, load, rssBytes);
  const paths = writeReport({
    "report.json": `${JSON.stringify(demoReport(run), null, 2)}\n`,
    "report.html": demoHtml(run),
  });
  screen.print(`\n${demoText(run)}\nReports: ${paths.join(", ")}`);
  if (code !== 0) screen.print(`✗ hotpod run ended with ${code}`);
  return load.failed === 0 && load.backwards === 0 && code === 0 ? 0 : 1;
}

function chooseShop(machine: Machine, screen: Screen): Shop {
  if (machine.go === null) screen.print("There is no Go here: the Node example stands in for it.");
  const shop = machine.go === null ? openNodeShop() : openGoShop();
  if (shop !== null) return shop;
  throw new UserError({
    code: "no-examples",
    message: "this hotpod comes without the example services",
    hint: "The demo runs from a checkout of hotpod: make demo",
  });
}

async function playShown(stage: OpenedStage, screen: Screen): Promise<readonly PlayedStep[]> {
  const beganMs = monotonicMs();
  let doing = "";
  let last = stage.load.counts().requests;
  const stop = every(REDRAW_MS, () => {
    const { requests, failed } = stage.load.counts();
    const requestsPerSecond = ((requests - last) * 1_000) / REDRAW_MS;
    last = requests;
    const elapsedMs = monotonicMs() - beganMs;
    const notices = stage.supervisor.events.items;
    screen.show(
      demoView({ elapsedMs, doing, requests, failed, requestsPerSecond, notices }, screen.columns),
    );
  });
  try {
    return await play(stage, {
      begins: (name) => {
        doing = name;
      },
      ended: (step) => screen.print(stepLine(step, monotonicMs() - beganMs)),
    });
  } finally {
    stop();
  }
}

function stepLine(step: PlayedStep, elapsedMs: number): string {
  const { name, outcome, servingMs, swapMs, failed } = step;
  const serving = servingMs === null ? "" : `, ${formatDuration(servingMs)} after the save`;
  const swap = swapMs === null ? "" : `, swap ${formatDuration(swapMs)}`;
  const mark = failed > 0 ? "✗" : "✓";
  const at = `${(elapsedMs / 1_000).toFixed(1)}s`.padStart(6);
  const hurt = failed > 0 ? `, ${failed} requests failed` : "";
  return `${at} ${mark} ${name}: ${outcome}${serving}${swap}${hurt}`;
}

function demoRun(
  stage: OpenedStage,
  machine: Machine,
  steps: readonly PlayedStep[],
  load: LoadSummary,
  rssBytes: number,
): DemoRun {
  const since = stage.load.beganMs;
  return {
    service: `${stage.shop.name}, ${machine.go ?? machine.node}`,
    machine: machineText(machine),
    tookMs: load.tookMs,
    steps: steps.map((step) => ({
      ...step,
      atMs: step.beganMs - since,
      savedMs: step.savedMs - since,
    })),
    notices: stage.supervisor.events.items.map((notice) => ({
      atMs: notice.seenMs - since,
      notice,
    })),
    requests: load.requests,
    failed: load.failed,
    failures: load.failures.map(
      ({ reason, count, first }) =>
        `${count} × ${reason}, the first after ${formatDuration(first.atMs)}: ${first.detail}`,
    ),
    backwards: load.backwards,
    longestGapMs: load.longestGapMs,
    traffic: load.timeline,
    rssBytes,
  };
}

/** As shells report a program that was ended by the signal. */
const EXIT_CODE = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const REDRAW_MS = 400;
