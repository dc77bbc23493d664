// A minute of malformed and valid requests: no 5xx from the Worker, an answer to every valid request, and bounded
// memory.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { before, test } from "node:test";
import { startSandbox } from "citrn/sandbox";
import { ADDRESS, makeCaller, makeSettings, PAYMENT } from "../worker/caller.mjs";
import { startWorker } from "../worker/workerd.mjs";
import { inspect } from "./inspector.mjs";
import { load, lua, wrk } from "./wrk.mjs";

const SECONDS = Number(process.env.SOAK_SECONDS ?? 60);
/** The time before the first memory sample, which later ones are compared with. */
const WARM_UP_SECONDS = Math.min(10, SECONDS / 3);
const SAMPLES = 5;
const CONNECTIONS = 16;
const MAX_GROWTH = 1.1;
/** The memory of pending requests, which varies between samples. */
const PENDING_MB = 0.5;
/** The platform's limit for an isolate: JavaScript heap and wasm memory. */
const ISOLATE_MB = 128;

before(() => void wrk());

/** Resident memory of a process, in MB. */
function residentMegabytes(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) throw new Error("This measures memory through /proc, which only Linux has.");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, "utf8"))[1]) / 1024;
}

/**
 * Samples the memory before and after a garbage collection. V8 collects late if memory is plentiful, so without a
 * forced collection the process would grow by garbage. The garbage has its own bound.
 */
async function sampleMemory(worker, inspector) {
  const before = { process: residentMegabytes(worker.pid), ...(await inspector.memory()) };
  await inspector.collectGarbage();
  return { before, after: { process: residentMegabytes(worker.pid), ...(await inspector.memory()) } };
}

test(`${SECONDS} s of malformed and valid requests`, { timeout: 300_000 }, async (t) => {
  const { settings, tokens } = makeSettings();
  const sandbox = await startSandbox({ port: 0, apiKey: settings.CITRN_API_KEY, secret: settings.CITRN_SECRET });
  t.after(() => sandbox.close());
  const worker = await startWorker(
    { ...settings, CITRN_BASE_URL: sandbox.baseUrl, UPSTREAM_DEADLINE_MS: "10000" },
    { inspected: true },
  );
  t.after(() => worker.stop());
  const inspector = await inspect(worker);
  t.after(() => inspector.close());
  const { post } = makeCaller(worker, tokens.all);
  assert.equal((await post("/v1/payments", PAYMENT)).status, 201);

  const token = { authorization: `Bearer ${tokens.all}` };
  const text = JSON.stringify;
  /** Method, path, headers, body and expected status. */
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
    .map(
      ([method, path, headers, body, status]) =>
        `{${lua(method)}, ${lua(path)}, {${Object.entries(headers)
          .map(([name, value]) => `[${lua(name)}]=${lua(value)}`)
          .join(",")}}, ${lua(body)}, ${status}}`,
    )
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
  const running = load(worker.url, { script, seconds: SECONDS, connections: CONNECTIONS });
  const samples = [];
  for (let wait = WARM_UP_SECONDS; samples.length < SAMPLES; wait = (SECONDS - WARM_UP_SECONDS) / SAMPLES) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    samples.push(await sampleMemory(worker, inspector));
  }
  const figures = await running;
  samples.push(await sampleMemory(worker, inspector));

  assert.equal(figures.lost, 0, "some requests received no answer");
  assert.equal(figures.counts.wrong ?? 0, 0, figures.unexpected);
  for (const status of new Set(requests.map(([, , , , status]) => status)))
    assert.ok(figures.counts[`status_${status}`] > 0, `no ${status}`);
  // All requests are equally frequent, so the share of each status is known.
  const share = (status) => requests.filter(([, , , , one]) => one === status).length / requests.length;
  for (const status of new Set(requests.map(([, , , , status]) => status))) {
    const got = figures.counts[`status_${status}`] / figures.requests;
    assert.ok(
      Math.abs(got - share(status)) < 0.01,
      `${(got * 100).toFixed(1)} % of the answers are ${status}, expected ${(share(status) * 100).toFixed(1)} %`,
    );
  }
  const [warm, ...later] = samples;
  for (const { before, after } of later) {
    for (const part of ["process", "wasm"]) {
      assert.ok(
        after[part] <= warm.after[part] * MAX_GROWTH,
        `${part}: memory grew from ${warm.after[part].toFixed(1)} to ${after[part].toFixed(1)} MB`,
      );
    }
    assert.ok(
      after.used <= warm.after.used * MAX_GROWTH + PENDING_MB,
      `the heap grew from ${warm.after.used.toFixed(1)} to ${after.used.toFixed(1)} MB`,
    );
    assert.ok(
      before.reserved + before.wasm <= ISOLATE_MB,
      `the isolate had ${(before.reserved + before.wasm).toFixed(0)} MB`,
    );
  }
  const series = (/** @type {"before" | "after"} */ when, /** @type {string} */ part) =>
    samples.map((sample) => sample[when][part].toFixed(1)).join(", ");
  t.diagnostic(
    `${figures.requests} requests, ${figures.perSecond.toFixed(0)} a second, p50 ${figures.latency.p50} ms, p99 ${figures.latency.p99} ms`,
  );
  t.diagnostic(
    `MB from ${WARM_UP_SECONDS} s on, after a collection: process ${series("after", "process")}; heap ${series("after", "used")}; wasm ${series("after", "wasm")}`,
  );
  t.diagnostic(`and before it: process ${series("before", "process")}; heap reserved ${series("before", "reserved")}`);
});
