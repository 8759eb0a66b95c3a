import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "#base/user-error.js";
import { liveSettings } from "#cli/run/live-settings.js";
import { expandVariables } from "#config/kinds/expand-variables.js";
import { yamlLayer } from "#config/layers/yaml-layer.js";
import { resolveSettings } from "#config/resolve-settings.js";
import { around } from "#test/config/around.js";

const read = (yaml: string) =>
  resolveSettings([yamlLayer(yaml, "hotpod.yaml", expandVariables({}))], [], around());

function start(yaml: string) {
  const { settings, effective } = read(yaml);
  assert.ok(settings !== null);
  return liveSettings(settings, effective, () => 0);
}

test("hot settings change in place, cold ones stay and are reported each time", () => {
  const live = start("linger: 1s\nlisten: :1\n");
  const { settings } = live;
  for (const lingerMs of [2_000, 3_000]) {
    const change = live.replace(read(`linger: ${lingerMs}ms\nlisten: :2\nboot: last-good\n`));
    assert.ok(!(change instanceof UserError));
    assert.deepEqual(
      [change.hot.map(({ key }) => key), change.cold.map(({ key }) => key)],
      [["linger"], ["boot", "listen"]],
    );
    assert.equal(settings.policy.lingerMs, lingerMs);
    assert.equal(settings.policy.boot, "image");
    assert.equal(settings.listen[0]?.name, "1");
  }
  assert.equal(live.effective().find(({ key }) => key === "listen")?.shown, ":1");
});

test("a reading with a mistake changes nothing at all", () => {
  const live = start("linger: 1s\n");
  const before = structuredClone(live.settings);
  const refused = live.replace(read("linger: 2s\nprobation: banana\n"));
  assert.ok(refused instanceof UserError);
  assert.deepEqual(live.settings, before);
});
