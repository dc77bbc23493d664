// A minute of malformed and valid requests: no 5xx of the Worker's own making, every valid one answered, and memory that stays.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { before, test } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { ADDRESS, makeCaller, makeSettings, PAYMENT } from "../worker/caller.mjs";
import { startWorker } from "../worker/workerd.mjs";
import { load, lua, wrk } from "./wrk.mjs";

const SECONDS = Number(process.env.SOAK_SECONDS ?? 60);
/** V8 fills a heap of its own first, whatever the requests are (measured: for some 20 s): memory is compared with what it is then. */
const WARM_UP = Math.max(2, Math.round(SECONDS * 0.4));
const CONNECTIONS = 16;
const MOST_GROWTH = 1.1;

before(() => void wrk());

/** Resident memory of a process, in MB. */
function residentMegabytes(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) throw new Error("This measures memory through /proc, which only Linux has.");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, "utf8"))[1]) / 1024;
}

test(`${SECONDS} s of malformed and valid requests`, { timeout: 300_000 }, async (t) => {
  const { settings, tokens } = makeSettings();
  const sandbox = await startSandbox({ port: 0, apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  t.after(() => sandbox.close());
  const worker = await startWorker({ ...settings, CITRN_BASE_URL: sandbox.baseUrl, UPSTREAM_DEADLINE_MS: "10000" });
  t.after(() => worker.stop());
  const { post } = makeCaller(worker, tokens.all);
  assert.equal((await post("/v1/payments", PAYMENT)).status, 201);

  const token = { authorization: `Bearer ${tokens.all}` };
  const text = JSON.stringify;
  /** Method, path, headers, body, and the status that is right. */
  const requests = [
    ["POST", "/v1/payments", token, text(PAYMENT), 201],
    ["POST", "/v1/addresses", token, text(ADDRESS), 200],
    ["POST", "/v1/payments", { ...token, "idempotency-key": "load" }, text(PAYMENT), 201],
    ["GET", "/v1/rates", token, "", 200],
    ["GET", "/healthz", {}, "", 200],
    ["GET", "/", {}, "", 200],
    ["POST", "/v1/payments", {}, text(PAYMENT), 401],
    ["POST", "/v1/payments", token, text({ ...PAYMENT, return_url: "https://evil.example/" }), 422],
    ["POST", "/v1/payments", token, text({ ...PAYMENT, foreign_id: "x".repeat(300) }), 422],
    ["POST", "/v1/payments", token, "x".repeat(20_000), 413],
    ["POST", "/v1/payments", token, "\u0000\uffff{", 400],
    ["POST", "/v1/payments", token, `{"foreign_id":${"[".repeat(5_000)}`, 400],
    ["POST", "/v1/addresses", { ...token, "idempotency-key": "x".repeat(200) }, text(ADDRESS), 422],
    ["POST", "/callbacks", { "x-process-signature": "0".repeat(128) }, text({ id: 1 }), 401],
    ["GET", "/v1/callbacks?limit=-1", token, "", 422],
    ["DELETE", "/v1/callbacks/%FF%00", token, "", 404],
    ["PUT", "/v1/payments", token, "", 405],
    ["GET", `/${"a/".repeat(500)}?${"b=c&".repeat(500)}`, {}, "", 404],
  ];
  const script = `
local requests = {${requests
    .map(([method, path, headers, body, status]) => `{${lua(method)}, ${lua(path)}, {${Object.entries(headers).map(([name, value]) => `[${lua(name)}]=${lua(value)}`).join(",")}}, ${lua(body)}, ${status}}`)
    .join(",")}}
local known = {}
for _, one in ipairs(requests) do known[one[5]] = true end
local at = 0
function request()
  at = at % #requests + 1
  local one = requests[at]
  return wrk.format(one[1], one[2], one[3], one[4])
end
function response(status, headers, body)
  count("status_" .. status)
  if not known[status] then count("wrong"); unexpected = status .. " " .. body end
end`;
  const run = (seconds) => load(worker.url, { script, seconds, connections: CONNECTIONS });
  await run(WARM_UP);
  const warm = residentMegabytes(worker.pid);
  const figures = await run(SECONDS - WARM_UP);
  const end = residentMegabytes(worker.pid);

  assert.equal(figures.lost, 0, "some requests got no answer");
  assert.equal(figures.counts.wrong ?? 0, 0, figures.unexpected);
  for (const status of new Set(requests.map(([, , , , status]) => status))) assert.ok(figures.counts[`status_${status}`] > 0, `no ${status}`);
  // Each request comes as often as any other: the shares are known.
  const share = (status) => requests.filter(([, , , , one]) => one === status).length / requests.length;
  for (const status of new Set(requests.map(([, , , , status]) => status))) {
    const got = figures.counts[`status_${status}`] / figures.requests;
    assert.ok(Math.abs(got - share(status)) < 0.01, `${(got * 100).toFixed(1)} % of the answers are ${status}, ${(share(status) * 100).toFixed(1)} % are right`);
  }
  assert.ok(end <= warm * MOST_GROWTH, `memory grew from ${warm.toFixed(0)} to ${end.toFixed(0)} MB`);
  t.diagnostic(`${figures.requests} requests, ${figures.perSecond.toFixed(0)} a second, p50 ${figures.latency.p50} ms, p99 ${figures.latency.p99} ms, ${warm.toFixed(0)} MB after ${WARM_UP} s, ${end.toFixed(0)} MB at the end`);
});
