// The examples of docs/paying-out.md that ask the inbox whether a payout was reported, on workerd.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, it } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { samplesOf } from "../../pkg/test/pages.mjs";
import { sampleProject } from "../../pkg/test/run-sample.mjs";
import { makeSettings } from "./caller.mjs";
import { sendCallback } from "./merchant.mjs";
import { startWorker } from "./workerd.mjs";

const page = samplesOf("docs/paying-out.md");
const { settings, tokens } = makeSettings();
let worker, project, env, reported;

before(async () => {
  worker = await startWorker({ ...settings, CITRN_BASE_URL: "http://127.0.0.1:9/api" });
  env = { CITRN_WORKER_URL: worker.url, CITRN_WORKER_TOKEN: tokens.all };
  Object.assign(process.env, env);
  project = sampleProject({ "sample.ts": page.get("inbox-typescript") });
  ({ reported } = await import(pathToFileURL(path.join(project.directory, "sample.js")).href));
});
after(async () => {
  project?.remove();
  await worker?.stop();
});

const send = async (id, foreign_id, status) => {
  const withdrawal = { id, type: "withdrawal", foreign_id, status, currency_sent: { currency: "USDTT", amount: "25" } };
  assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, JSON.stringify(withdrawal))).status, 200);
};
const listed = async () => {
  const { stdout } = await promisify(execFile)("sh", ["-c", page.get("inbox")], { env: { ...process.env, ...env } });
  return JSON.parse(stdout).data.map((event) => [event.callback.foreign_id, event.status]);
};

it("the request lists the callbacks of the payout, and the program returns its final status", async () => {
  await send(1, "payout-880", "confirmed");
  await send(2, "payout-881", "not_confirmed");
  assert.deepEqual(await listed(), [["payout-881", "not_confirmed"]]);
  assert.deepEqual([await reported("payout-881"), await reported("payout-880")], [undefined, "confirmed"]);
  await send(2, "payout-881", "confirmed");
  assert.deepEqual(await listed(), [
    ["payout-881", "not_confirmed"],
    ["payout-881", "confirmed"],
  ]);
  assert.equal(await reported("payout-881"), "confirmed");
});
