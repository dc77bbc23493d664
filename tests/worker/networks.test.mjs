// Requests without a token or a right signature count for the caller's network: an IPv4 address, or a /56 of IPv6.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seeded } from "../../pkg/test/seeded.mjs";
import { makeSettings } from "./caller.mjs";
import { startWorker } from "./workerd.mjs";

const { settings } = makeSettings();
const LIMIT = 2;
let worker;

/** The Worker with a limiter that counts for ever, as workerd has none of its own. */
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

/** Whether a request without a token from this address is limited. @param {string} address */
async function isLimited(address) {
  const { status, body } = await fetch(`${worker.url}/v1/currencies`, { headers: { "cf-connecting-ip": address } });
  await body?.cancel();
  assert.ok([401, 429].includes(status), `${status}`);
  return status === 429;
}

/** Uses up the limit of an address's network. @param {string} address */
async function exhaust(address) {
  for (let count = 0; count < LIMIT; count++) assert.equal(await isLimited(address), false, address);
  assert.equal(await isLimited(address), true, address);
}

/** The eight groups of an address. @param {number[]} groups */
const written = (groups) => groups.map((group) => group.toString(16)).join(":");

describe("a caller that was limited", () => {
  for (const [what, first, same, other] of [
    ["in another /64 of its /56", "2001:db8:1:200:3:4:5:6", ["2001:db8:1:201::1", "2001:db8:1:2ff:ffff::9"], ["2001:db8:1:300::1", "2001:db8:1:1ff::1"]],
    ["in another spelling", "2001:db8:2::1", ["2001:DB8:2:0:0:0:0:1", "2001:0db8:0002:0000:0000:0000:0000:0002", "2001:db8:2:ff::"], ["2001:db8:2:100::"]],
    ["as an IPv4 address in IPv6", "203.0.113.7", ["::ffff:203.0.113.7", "::ffff:cb00:7107"], ["203.0.113.8", "::ffff:cb00:7109"]],
  ]) {
    it(`stays limited ${what}, and limits no other network`, async () => {
      await exhaust(first);
      for (const address of same) assert.equal(await isLimited(address), true, address);
      for (const address of other) assert.equal(await isLimited(address), false, address);
    });
  }

  it("stays limited in its first 56 bits, whatever follows them", async () => {
    const { below } = seeded(56);
    for (let round = 0; round < 25; round++) {
      const groups = [0x2400 + round, below(0x10000), below(0x10000), below(0x10000), ...Array.from({ length: 4 }, () => below(0x10000))];
      await exhaust(written(groups));
      const tail = [(groups[3] & 0xff00) | below(0x100), ...Array.from({ length: 4 }, () => below(0x10000))];
      assert.equal(await isLimited(written([...groups.slice(0, 3), ...tail])), true, written(groups));
      const flipped = 8 + below(48);
      const beside = [...groups];
      beside[Math.floor(flipped / 16)] ^= 0x8000 >> flipped % 16;
      assert.equal(await isLimited(written(beside)), false, `${written(groups)} and ${written(beside)}`);
    }
  });
});
