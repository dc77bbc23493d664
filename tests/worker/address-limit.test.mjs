// Requests without a valid token or signature count against the caller's network: an IPv4 address or an IPv6 /56.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seeded } from "../../pkg/test/seeded.mjs";
import { makeSettings } from "./caller.mjs";
import { startWorker } from "./workerd.mjs";

const { settings } = makeSettings();
const LIMIT = 2;
let worker;

/** The Worker with a limiter whose period never ends, since workerd has none. */
const COUNTING = `
import worker from "./worker.js";
export * from "./worker.js";
const counts = new Map();
const ADDRESS_LIMIT = {
  limit: async ({ key }) => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return { success: counts.get(key) <= ${LIMIT} };
  },
};
export default { fetch: (request, env, context) => worker.fetch(request, { ...env, ADDRESS_LIMIT }, context) };
`;

before(async () => {
  worker = await startWorker({ ...settings, CITRN_BASE_URL: "http://127.0.0.1:9/api" }, { wrapper: COUNTING });
});
after(() => worker?.stop());

/** Returns whether a request without a token from this address is limited. @param {string} address */
async function isLimited(address) {
  const { status, body } = await fetch(`${worker.url}/v1/currencies`, { headers: { "cf-connecting-ip": address } });
  await body?.cancel();
  assert.ok([401, 429].includes(status), `${status}`);
  return status === 429;
}

/** Exhausts the limit of an address's network. @param {string} address */
async function exhaust(address) {
  for (let count = 0; count < LIMIT; count++) assert.equal(await isLimited(address), false, address);
  assert.equal(await isLimited(address), true, address);
}

/** Formats the eight groups of an IPv6 address. @param {number[]} groups */
const format = (groups) => groups.map((group) => group.toString(16)).join(":");

describe("a limited caller", () => {
  for (const { change, first, same, other } of [
    {
      change: "in another /64 of its /56",
      first: "2001:db8:1:200:3:4:5:6",
      same: ["2001:db8:1:201::1", "2001:db8:1:2ff:ffff::9"],
      other: ["2001:db8:1:300::1", "2001:db8:1:1ff::1"],
    },
    {
      change: "in another spelling",
      first: "2001:db8:2::1",
      same: ["2001:DB8:2:0:0:0:0:1", "2001:0db8:0002:0000:0000:0000:0000:0002", "2001:db8:2:ff::"],
      other: ["2001:db8:2:100::"],
    },
    {
      change: "as an IPv4-mapped IPv6 address",
      first: "203.0.113.7",
      same: ["::ffff:203.0.113.7", "::ffff:cb00:7107"],
      other: ["203.0.113.8", "::ffff:cb00:7109"],
    },
  ]) {
    it(`stays limited ${change}, and other networks are not affected`, async () => {
      await exhaust(first);
      for (const address of same) assert.equal(await isLimited(address), true, address);
      for (const address of other) assert.equal(await isLimited(address), false, address);
    });
  }

  it("stays limited with any address that has the same first 56 bits", async () => {
    const { below } = seeded(56);
    for (let round = 0; round < 25; round++) {
      const random = (length) => Array.from({ length }, () => below(0x10000));
      const groups = [0x2400 + round, ...random(7)];
      await exhaust(format(groups));
      const tail = [(groups[3] & 0xff00) | below(0x100), ...random(4)];
      assert.equal(await isLimited(format([...groups.slice(0, 3), ...tail])), true, format(groups));
      const flipped = 8 + below(48);
      const neighbour = [...groups];
      neighbour[Math.floor(flipped / 16)] ^= 0x8000 >> (flipped % 16);
      assert.equal(await isLimited(format(neighbour)), false, `${format(groups)} and ${format(neighbour)}`);
    }
  });
});

describe("a request without a valid token", () => {
  const unknown = { authorization: `Bearer ${"x".repeat(48)}` };
  let next = 0;

  /** Sends one request more than the limit from a new address, and returns the statuses. */
  async function statusesOf(path, headers) {
    const address = `198.51.100.${(next += 1)}`;
    const statuses = [];
    for (let count = 0; count <= LIMIT; count++) {
      const response = await fetch(worker.url + path, { headers: { ...headers, "cf-connecting-ip": address } });
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    return statuses;
  }

  for (const [path, headers, description] of [
    ["/readyz", unknown, "an unknown token"],
    ["/v1/rates", unknown, "an unknown token"],
    ["/v1/callbacks", unknown, "an unknown token"],
    ["/readyz", {}, "no token"],
    ["/", {}, "no token"],
    ["/", unknown, "a token, which this route ignores"],
  ]) {
    it(`counts on ${path} with ${description}`, async () => {
      const statuses = await statusesOf(path, headers);
      assert.equal(statuses.pop(), 429);
      const isRefused = headers === unknown && path !== "/";
      for (const status of statuses)
        assert.ok(isRefused ? status === 401 : status === 200 || status === 503, `${status}`);
    });
  }

  for (const path of ["/healthz", "/openapi.json", "/llms.txt"]) {
    it(`does not count on ${path}, which ignores tokens`, async () => {
      for (const headers of [unknown, {}]) assert.deepEqual(new Set(await statusesOf(path, headers)), new Set([200]));
    });
  }
});
