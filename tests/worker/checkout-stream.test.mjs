// The live status of checkout links on workerd: 50 streams, restarts of their objects, and other origins. The longer
// run with 1,000 streams is tests/soak/streams.soak.mjs.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { FRAME, startCheckout } from "./status-streams.mjs";

const STREAMS = 50;
/** More than twice the time between two comments. */
const COMMENT_WITHIN_MS = 32_000;
/** Less than the five minutes between two polls. The soak measures that it takes at most 2 s. */
const NOTIFIED_WITHIN_MS = 20_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let checkout;

before(async () => {
  checkout = await startCheckout();
});
after(() => checkout?.stop());

describe(`${STREAMS} streams`, () => {
  let links, streams;
  before(async () => {
    links = await checkout.links(STREAMS);
    streams = await Promise.all(links.map((link) => checkout.open(link)));
  });
  after(() => {
    for (const stream of streams ?? []) stream.close();
  });

  it("get a comment while they wait, and make at most one object request each per 30 s", async () => {
    const [before, began] = [await checkout.requests(), performance.now()];
    await Promise.all(streams.map((stream) => stream.until(() => stream.comments > 0, COMMENT_WITHIN_MS)));
    const requests = (await checkout.requests()) - before;
    const most = (STREAMS * (performance.now() - began)) / 30_000;
    assert.ok(requests <= most, `${requests} requests, instead of ${most.toFixed(1)}`);
    for (const { status, headers, statuses, comments, hasEnded } of streams) {
      assert.deepEqual(
        [status, headers["content-type"], headers["cache-control"]],
        [200, "text/event-stream", "no-store"],
      );
      const waiting = { state: "waiting", deposits: [], earlier: [] };
      assert.deepEqual([statuses, comments > 0, hasEnded], [[waiting], true, false]);
    }
  });

  it("get a confirmed deposit long before their next poll, each its own", async () => {
    const paid = streams.filter((_, index) => index % 5 === 0);
    await Promise.all(paid.map((stream, index) => receives(stream, links[index * 5], 100 + index)));
    for (const [index, { statuses }] of streams.entries()) {
      assert.equal(statuses.length, index % 5 === 0 ? 2 : 1, `stream ${index}`);
    }
  });

  it("and the log contain no token", () => {
    const texts = [...streams.map(({ text }) => text), ...checkout.worker.output].join("\n");
    for (const { token, foreign_id } of links) assert.ok(!texts.includes(token) && !texts.includes(`"${foreign_id}"`));
  });
});

/** Asserts that a stream is notified of a confirmed deposit. */
async function receives(stream, link, id) {
  await checkout.deposit(link, id);
  await stream.until(() => stream.statuses.at(-1).state === "confirmed", NOTIFIED_WITHIN_MS);
  const { deposits } = stream.statuses.at(-1);
  assert.deepEqual([deposits[0].currency, deposits[0].amount], ["USDTT", String(id)]);
}

describe("a stream", () => {
  it("continues after the objects of the checkout have restarted", async () => {
    const link = await checkout.link("payer-of-a-restart");
    const stream = await checkout.open(link);
    await sleep(200);
    await checkout.restartObjects();
    await receives(stream, link, 301);
    await checkout.deposit(link, 302, "not_confirmed");
    await stream.until(() => stream.statuses.at(-1).state === "seen", NOTIFIED_WITHIN_MS);
    stream.close();
  });

  it("that was opened before the payer chose a coin gets their deposit", async () => {
    const { path } = await checkout.payer.link({ foreign_id: "payer-in-a-frame" });
    const link = { foreign_id: "payer-in-a-frame", path: `${path}/status` };
    const stream = await checkout.open(link);
    assert.equal((await checkout.payer.visit(path, { coin: "USDTT", mode: "redirect" })).status, 200);
    await receives(stream, link, 303);
    stream.close();
  });

  it("and the JSON can be read by listed origins only, and by no page without the link", async () => {
    const link = await checkout.link("payer-on-another-site");
    for (const accept of ["application/json", "text/event-stream"]) {
      for (const [origin, allowed] of [
        [FRAME, FRAME],
        ["https://evil.example", undefined],
      ]) {
        const headers = { accept, origin };
        const controller = new AbortController();
        const response = await fetch(checkout.worker.url + link.path, { headers, signal: controller.signal });
        assert.equal(response.headers.get("access-control-allow-origin") ?? undefined, allowed);
        assert.equal(response.headers.get("access-control-allow-credentials"), null);
        assert.equal(response.headers.get("vary"), "Accept, Origin");
        assert.equal(response.headers.get("referrer-policy"), "no-referrer");
        controller.abort();
      }
    }
    const unknown = await checkout.open({ path: link.path.replace(/.(?=\/status$)/, "") });
    assert.deepEqual([unknown.status, unknown.headers["content-type"]], [404, "application/problem+json"]);
  });
});
