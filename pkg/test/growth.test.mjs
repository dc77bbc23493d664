// The time to read an answer is proportional to its size, whatever its content.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Citrn } from "citrn";
import { apiKey, secret } from "./gateway.mjs";

const { endpoints } = JSON.parse(readFileSync(new URL("../../api.json", import.meta.url), "utf8"));

/** Bytes of the smallest body. */
const SIZE = 16 * 1024;

const fill = (open, part, close, size) => open + part.repeat(size / part.length) + close;
const BODIES = {
  "nested arrays": (size) => `{"errors":${"[".repeat(size / 2)}${"]".repeat(size / 2)}}`,
  "nested objects": (size) => fill("", '{"errors":', "1", size),
  "many names": (size) => `{"data":{${Array.from({ length: size / 16 }, (_, at) => `"name${at}":"1"`).join()}}}`,
  "many errors": (size) => `{"errors":{${Array.from({ length: size / 16 }, (_, at) => `"name${at}":"1"`).join()}}}`,
  "a long list": (size) => fill('{"data":[1', ",1", "]}", size),
  "a long reason": (size) => fill('{"error_code":"', "x", '"}', size),
  "a page": (size) => fill("<html>", "<p>merchant-secre", "</html>", size),
};

const text = { foreign_id: "17", return_url: "https://shop.example", amount: "1", request_amount: "1" };
const call = (citrn, { name, parameters }) => {
  if (name === undefined) return citrn.request("/unknown/path", {});
  const method = name.split(".").reduce((object, key) => object[key], citrn);
  const required = parameters
    .filter((parameter) => parameter.required)
    .map((parameter) => [parameter.name, text[parameter.name] ?? "BTC"]);
  return parameters.length > 0 ? method(Object.fromEntries(required)) : method();
};

/** CPU milliseconds of this process, which other processes do not affect. */
const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Measures at 1, 2 and 4 times the size. Other work only makes a measurement slower, so the fastest counts. */
async function growsLinearly(what, make, run) {
  const bodies = [1, 2, 4].map((times) => new TextEncoder().encode(make(times * SIZE)));
  const fastest = [Infinity, Infinity, Infinity];
  const isLinear = () => fastest[2] < 1 || (fastest[1] <= 2.5 * fastest[0] && fastest[2] <= 6.25 * fastest[0]);
  const end = performance.now() + 10_000;
  for (let tries = 0; tries < 1 || (tries < 100 && performance.now() < end && !isLinear()); tries++) {
    for (const [at, body] of bodies.entries()) {
      const began = processorTime();
      await run(body);
      fastest[at] = Math.min(fastest[at], processorTime() - began);
    }
    if (tries > 3) await pause(1);
  }
  assert.ok(isLinear(), `${what}: ${fastest.map((ms) => ms.toFixed(2))} ms`);
}

for (const endpoint of [...endpoints, { name: undefined }]) {
  test(`${endpoint.name ?? "request"}: twice the size costs about twice the time`, { timeout: 120_000 }, async () => {
    for (const status of [200, 400, 500]) {
      for (const [what, make] of Object.entries(BODIES)) {
        await growsLinearly(`HTTP ${status}, ${what}`, make, async (body) => {
          let reads = 0;
          const arrayBuffer = async () => {
            reads += 1;
            return body.slice().buffer;
          };
          const fetch = async () => ({ status, headers: { get: () => null }, arrayBuffer });
          await call(new Citrn({ apiKey, secret, fetch, maxRetries: 0 }), endpoint).catch(() => {});
          assert.equal(reads, 1);
        });
      }
    }
  });
}

test("a callback: twice the size costs about twice the time", { timeout: 120_000 }, async () => {
  const { callbacks } = new Citrn({ apiKey, secret });
  for (const [what, make] of Object.entries(BODIES)) {
    await growsLinearly(what, make, async (body) => {
      const headers = callbacks.sign(body);
      assert.throws(() => callbacks.verify(body, headers), { code: "invalid_callback" });
    });
  }
});
