// The sandbox's start, and the sandbox under load: a thousand signed bodies for four endpoints, every reply checked, and
// bounded memory.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { before, test } from "node:test";
import { freePort } from "../../scripts/ports.mjs";
import { inRoot } from "../../scripts/root.mjs";
import { ADDRESSES, post, sign } from "../sandbox/gateway.mjs";
import { load, lua, wrk } from "./wrk.mjs";

const SECONDS = 30;
const CONNECTIONS = 16;
const BODIES = 1_000;

before(() => void wrk());

/** Starts `citrn sandbox` in a separate process, to measure its start and its memory. @param {import("node:test").TestContext} t */
async function sandboxFor(t) {
  const port = await freePort(0, { purpose: "the sandbox", flag: "--port" });
  const [apiKey, secret] = ["soak", "soak-secret"];
  const child = spawn(
    process.execPath,
    [inRoot("pkg", "bin", "citrn.mjs"), "sandbox", "--port", String(port), "--seed", "soak"],
    {
      env: { ...process.env, CITRN_API_KEY: apiKey, CITRN_SECRET: secret },
      // It prints a line per request, which would fill an unread pipe.
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  t.after(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const deadline = Date.now() + 10_000;
  while (
    !(await fetch(`${url}/api/ping`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (Date.now() > deadline || child.exitCode !== null) assert.fail("the sandbox did not start");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { url, baseUrl: `${url}/api`, apiKey, secret, pid: child.pid, startedInMs: performance.now() - began };
}

/** Resident memory of a process, in MB. */
function residentMegabytes(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) throw new Error("This measures memory through /proc, which only Linux has.");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, "utf8"))[1]) / 1024;
}

/** The calls, alternating between four endpoints. */
const CALLS = Array.from({ length: BODIES }, (_, index) => {
  const four = [
    ["addresses/take", { foreign_id: `user-${index}`, currency: "BTC" }],
    [
      "payments/create-payment",
      { foreign_id: `user-${index}`, coin_name: "USDTT", return_url: `https://shop.example/${index}` },
    ],
    [
      "balances",
      {
        date: new Date(Date.UTC(2026, 0, 1 + (index >> 2))).toISOString().slice(0, 10),
        currencies: index % 8 < 4 ? "BTC" : "BTC,USDTT",
      },
    ],
    ["withdrawal/crypto", { foreign_id: `payout-${index}`, currency: "USDTT", amount: "2", address: ADDRESSES.tron }],
  ];
  const [path, body] = four[index % 4];
  return { path: /** @type {string} */ (path), text: JSON.stringify(body) };
});

/**
 * Returns the replies from the second round on, with the number of calls for each: addresses and past balances stay the
 * same, and a repeated withdrawal is a duplicate. Only payments differ each time.
 */
async function steadyReplies(sandbox) {
  const replies = new Map();
  for (const round of ["first", "steady"]) {
    for (const { path, text } of CALLS) {
      const answer = await post(sandbox, path, text);
      const fails = path === "withdrawal/crypto" && round === "steady";
      assert.equal(answer.status, fails ? 422 : 200, `${path} ${text}: ${answer.text}`);
      if (fails) assert.equal(answer.json.error_code, "duplication_request");
      if (path !== "payments/create-payment" && round === "steady")
        replies.set(answer.text, (replies.get(answer.text) ?? 0) + 1);
    }
  }
  return replies;
}

/**
 * Returns a script that sends the calls in turn, and counts each known reply, valid payments, and unexpected replies.
 */
function script(sandbox, replies) {
  const requests = CALLS.map(({ path, text }) => {
    const headers = {
      Host: new URL(sandbox.url).host,
      "Content-Type": "application/json",
      "X-Process-Key": sandbox.apiKey,
      "X-Process-Signature": sign(sandbox.secret, text),
    };
    const fields = Object.entries(headers).map(([name, value]) => `[${lua(name)}]=${lua(value)}`);
    return `wrk.format("POST", ${lua(`/api/${path}`)}, {${fields.join(",")}}, ${lua(text)})`;
  });
  return `
local requests = {${requests.join(",\n")}}
local known = {${[...replies.keys()].map((text, index) => `[${lua(text)}]="reply${index}"`).join(",\n")}}
local pay = ${lua(`${sandbox.url}/pay/`)}
local turn = 0
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
function response(status, headers, body)
  local key = known[body]
  if not key and status == 200 then
    local id = body:match('"session_id":"([%x-]+)"')
    if id and body:find('"redirect_url":"' .. pay .. id .. '"', 1, true) then key = "payment" end
  end
  count(key or "unexpected")
  if not key then unexpected = status .. " " .. body end
end`;
}

test("the sandbox starts in under half a second", async (t) => {
  const times = [];
  for (let round = 0; round < 5; round++) times.push((await sandboxFor(t)).startedInMs);
  t.diagnostic(`${times.map(Math.round).join(", ")} ms until the first answer`);
  assert.ok(Math.min(...times) < 500);
});

test(`the sandbox serves ${BODIES} signed bodies for four endpoints for ${SECONDS} s`, {
  timeout: 120_000,
}, async (t) => {
  const sandbox = await sandboxFor(t);
  const credit = await fetch(`${sandbox.url}/_sandbox/balances`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ currency: "USDTT", amount: "1000000" }),
  });
  assert.equal(credit.status, 200, await credit.text());
  const replies = await steadyReplies(sandbox);

  const running = load(sandbox.url, { script: script(sandbox, replies), seconds: SECONDS, connections: CONNECTIONS });
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const early = residentMegabytes(sandbox.pid);
  const { requests, perSecond, lost, latency, counts, unexpected } = await running;
  const late = residentMegabytes(sandbox.pid);
  t.diagnostic(
    `${Math.round(perSecond)} requests/s, p50 ${latency.p50} ms, p99 ${latency.p99} ms; ${early.toFixed(1)} MB after 10 s, ${late.toFixed(1)} MB after ${SECONDS} s`,
  );

  assert.equal(counts.unexpected ?? 0, 0, `unexpected reply: ${unexpected}`);
  assert.equal(lost, 0, "every request is answered");
  // Each call is sent once per round, except for the pending ones at the end.
  const rounds = requests / BODIES;
  const expected = [...[...replies.values()].map((calls, index) => [`reply${index}`, calls]), ["payment", BODIES / 4]];
  for (const [key, calls] of expected) {
    const difference = Math.abs((counts[key] ?? 0) - calls * rounds);
    assert.ok(difference <= calls + CONNECTIONS, `${key}: ${counts[key]} replies in ${rounds} rounds of ${calls}`);
  }
  assert.ok(perSecond >= 2_000, `only ${Math.round(perSecond)} requests a second`);
  assert.ok(late <= 1.1 * early, `memory grew from ${early.toFixed(1)} to ${late.toFixed(1)} MB`);
});
