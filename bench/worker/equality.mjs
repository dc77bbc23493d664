// Checks that both Workers are equivalent: the same answers, headers and log lines for all requests.
import assert from "node:assert/strict";
import { request as send } from "node:http";
import { PAYMENT, TOKEN } from "./workerd.mjs";

const authorised = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", "X-Request-Id": "bench-1" };
const text = JSON.stringify(PAYMENT);
const changed = (/** @type {object} */ change) => JSON.stringify({ ...PAYMENT, ...change });

/**
 * The requests by name.
 * @type {[string, { method?: string, path?: string, headers?: Record<string, string>, body?: string | Buffer }][]}
 */
const CASES = [
  ["a payment", {}],
  [
    "a payment in another order, with white space",
    { body: ` {"return_url": "https://shop.example/thanks", "coin_name": "USDTT",\n"foreign_id":"user-17"} ` },
  ],
  ["escapes", { body: text.replace("user", "\\u0075ser") }],
  ["a return_url that is normalised", { body: changed({ return_url: "HTTPS://SHOP.example:443/a/../thanks" }) }],
  ["no token", { headers: { ...authorised, Authorization: "" } }],
  ["another scheme", { headers: { ...authorised, Authorization: "Basic abc" } }],
  ["an unknown token", { headers: { ...authorised, Authorization: "Bearer nobody" } }],
  ["no body", { body: "" }],
  ["no JSON", { body: "x" }],
  ["a list", { body: "[]" }],
  ["not UTF-8", { body: Buffer.from([0x7b, 0xff, 0x7d]) }],
  ["too large", { body: changed({ foreign_id: "x".repeat(17_000) }) }],
  ["nothing", { body: "{}" }],
  ["an unknown parameter", { body: changed({ amount: "1" }) }],
  ["a parameter twice", { body: text.replace("}", ',"coin_name":"BTC"}') }],
  ["a number", { body: changed({ foreign_id: 17 }) }],
  ["null", { body: changed({ coin_name: null }) }],
  ["a return_url that is not a URL", { body: changed({ return_url: "thanks" }) }],
  ["a return_url of another scheme", { body: changed({ return_url: "ftp://shop.example/" }) }],
  ["a return_url with a password", { body: changed({ return_url: "https://a:b@shop.example/" }) }],
  ["a plain return_url", { body: changed({ return_url: "http://shop.example/" }) }],
  ["a return_url of another origin", { body: changed({ return_url: "https://shop.example.evil.example/" }) }],
];

/** @param {number} port @param {(typeof CASES)[number][1]} request */
function sendRequest(port, { method = "POST", path = "/v1/payments", headers = authorised, body = text }) {
  return new Promise((resolve, reject) => {
    const request = send(
      { port, host: "127.0.0.1", method, path, headers: { ...headers, "Content-Length": Buffer.byteLength(body) } },
      (response) => {
        let received = "";
        response.setEncoding("utf8").on("data", (chunk) => (received += chunk));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: received }));
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** Removes durations, which differ between runs. */
const timeless = (/** @type {string} */ line) => line.replaceAll(/(dur=|ms":)\d+/g, "$10");

/** Sorts the fields of a JSON text, since their order in problems has no meaning. */
const canonical = (/** @type {string} */ line) => JSON.stringify(Object.entries(JSON.parse(timeless(line))).sort());

/** @param {import("./workerd.mjs").Running} worker @param {(typeof CASES)[number][1]} request */
async function observe(worker, request) {
  const before = worker.log.length;
  const { status, headers, body } = await sendRequest(worker.port, request);
  const deadline = Date.now() + 2_000;
  while (worker.log.length === before && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
  const { date, connection, "keep-alive": kept, ...rest } = headers;
  const lines = worker.log.slice(before).map(canonical);
  return {
    status,
    headers: { ...rest, "server-timing": timeless(headers["server-timing"] ?? "") },
    body: canonical(body),
    lines,
  };
}

/**
 * Sends the same requests to both, and throws at the first difference.
 * @param {import("./workerd.mjs").Running} ours
 * @param {import("./workerd.mjs").Running} theirs
 * @returns {Promise<string>} the body of the answer to a payment
 */
export async function checkEquality(ours, theirs) {
  for (const [name, request] of CASES) {
    assert.deepEqual(
      await observe(theirs, request),
      await observe(ours, request),
      `the hand-written Worker answers differently to ${name}`,
    );
  }
  const { status, body } = await sendRequest(ours.port, {});
  assert.equal(status, 201, body);
  return body;
}
