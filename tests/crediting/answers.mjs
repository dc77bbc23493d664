// Deliveries to a handler made of the samples of docs/callbacks.md, and the answers that it must give.
import assert from "node:assert/strict";

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** The module crediting.js of the samples, which stores keys and logs. */
export const CREDITING = `
const keys = new Set();
export async function processEvent(event) {
  if (event.data.status === "outage") throw new Error("The database is down.");
  if (keys.has(event.key)) return "duplicate";
  keys.add(event.key);
  if (event.data.credit) console.log("credited " + event.data.credit.amount + " for " + event.key);
  return "done";
}
export async function reviewEvent(event) {
  console.log("review " + event.data.review);
}
`;

const bodyOf = (/** @type {string} */ status, more = {}) => {
  const facts = {
    callback_id: "17",
    status,
    superseded: false,
    customer_id: "user-17",
    is_final: true,
    is_deposit: true,
  };
  const data = { ...facts, credit: null, review: null, callback: { id: 17, status }, ...more };
  return JSON.stringify({ type: "callback.received", timestamp: "2026-11-22T12:00:00.000Z", data });
};
const credit = { customer_id: "user-17", currency: "USDTT", amount: "49.5" };

/**
 * Delivers events, and checks the answers.
 * @param {(init: { method: string, headers?: Record<string, string>, body?: string }) => Promise<Response>} request
 * @param {typeof import("citrn/worker").webhooks} webhooks
 */
export async function checkAnswers(request, webhooks) {
  const deliver = async (/** @type {string} */ id, /** @type {string} */ body, signed = body) => {
    const headers = await webhooks.sign(signed, { secrets: SECRET, id });
    const response = await request({ method: "POST", headers, body });
    return `${response.status} ${(await response.text()).trim()}`;
  };
  const confirmed = bodyOf("confirmed", { credit });
  assert.equal(await deliver("evt_1", confirmed), "200 done");
  assert.equal(await deliver("evt_1", confirmed), "200 duplicate");
  assert.equal(await deliver("evt_2", bodyOf("confirmed", { review: "amended" })), "200 review");
  assert.equal(await deliver("evt_3", "not JSON"), "200 review");
  assert.match(await deliver("evt_4", confirmed, "{}"), /^401 /);
  assert.equal(await deliver("evt_5", bodyOf("outage")), "500 not handled");
  const { status } = await request({ method: "GET" });
  assert.ok([404, 405].includes(status), `GET: ${status}`);
}

/** The log of the samples after these requests. */
export const LOGGED = ["credited 49.5 for 17", "review amended", "review unreadable"];
