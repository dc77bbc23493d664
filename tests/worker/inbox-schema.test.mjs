// Databases of earlier versions are migrated with all their rows, which then behave like new ones. A database of a
// later version is not touched.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { assertProblem, makeCaller, makeSettings } from "./caller.mjs";
import { sendCallback, startMerchant } from "./merchant.mjs";
import { CLASS, objectOf, store } from "./inbox-store.mjs";
import { executeSql } from "./object-sql.mjs";
import { startWorker } from "./workerd.mjs";

const { settings, tokens } = makeSettings();
const bearer = { authorization: `Bearer ${tokens.all}` };

const until = async (what, holds) => {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) assert.fail(`timed out: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

for (const version of [1, 2, 3, 4]) {
  describe(`an inbox of version ${version}`, () => {
    const fixture = JSON.parse(readFileSync(new URL(`fixtures/inbox-${version}.json`, import.meta.url), "utf8"));
    let merchant, worker, caller;
    const list = async (query = "") => (await caller.get(`/v1/callbacks${query}`, bearer)).json.data;
    const bodyOf = (id, status) =>
      fixture.events.find((event) => event.callback_id === id && event.status === status).body;
    const idOf = (id, status) => fixture.events.find((event) => event.callback_id === id && event.status === status).id;
    const delivered = () =>
      merchant.deliveries.map(({ headers, body }) => [headers["webhook-id"], JSON.parse(body).data.callback]);

    before(async () => {
      merchant = await startMerchant();
      worker = await startWorker({
        ...settings,
        CITRN_BASE_URL: "http://127.0.0.1:9/api",
        MERCHANT_WEBHOOK_URL: merchant.url,
        MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
        DELIVERY_BACKOFF_SCALE: "0.001",
        INBOX_RETENTION_DAYS: "3650",
      });
      await worker.restart((disk) => store(disk, fixture));
      caller = makeCaller(worker, tokens.all);
    });
    after(async () => {
      await worker?.stop();
      await merchant?.close();
    });

    it("is listed completely, and its waiting events are delivered in order", async () => {
      const events = await list();
      const expected = fixture.events.map(({ id, callback_id, status, attempts }) => ({
        id,
        callback_id,
        status,
        attempts,
      }));
      const order = (all) => all.sort((one, other) => (one.id < other.id ? -1 : 1));
      assert.deepEqual(
        order(
          events.map(({ id, callback_id, status, delivery }) => ({
            id,
            callback_id,
            status,
            attempts: delivery.attempts,
          })),
        ),
        order(expected),
      );
      assert.deepEqual(
        events.find(({ id }) => id === idOf("parked", "confirmed")).callback,
        JSON.parse(bodyOf("parked", "confirmed")),
      );
      await merchant.taken(2);
      await until(
        "both are listed as delivered",
        async () => (await list("?callback_id=queued&state=delivered")).length === 2,
      );
      assert.deepEqual(
        delivered(),
        ["not_confirmed", "confirmed"].map((status) => [idOf("queued", status), JSON.parse(bodyOf("queued", status))]),
      );
      assert.deepEqual(
        (await list("?callback_id=queued")).map(({ delivery }) => delivery.attempts),
        [4, 1],
      );
    });

    it("drops bodies older than the retention period, and keeps the others", async () => {
      await until("pruned", async () => (await list("?callback_id=old"))[0].callback === null);
      const kept = (await list()).filter(({ callback }) => callback !== null).map(({ callback_id }) => callback_id);
      assert.deepEqual(new Set(kept), new Set(["delivered", "queued", "parked"]));
    });

    it("recognises every callback that is repeated, also without its body", async () => {
      const before = merchant.deliveries.length;
      const again = fixture.events.map(
        ({ body, callback_id, status }) =>
          body ?? bodyOf("old", "confirmed").replaceAll("old", callback_id).replace("confirmed", status),
      );
      for (const body of again) assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
      assert.equal((await list()).length, fixture.events.length);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(merchant.deliveries.length, before);
    });

    it("classifies new callbacks by the stored events", async () => {
      merchant.deliveries.length = 0;
      const amended = JSON.stringify({ ...JSON.parse(bodyOf("delivered", "confirmed")), note: 1 });
      const conflict = JSON.stringify({ ...JSON.parse(bodyOf("parked", "confirmed")), status: "cancelled" });
      for (const body of [amended, conflict])
        assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
      const types = (await merchant.taken(2))
        .map(({ body }) => JSON.parse(body))
        .map(({ type, data }) => [data.callback_id, type]);
      assert.deepEqual(
        new Map(types),
        new Map([
          ["delivered", "callback.amended"],
          ["parked", "callback.conflict"],
        ]),
      );
    });

    it("redelivers parked events, and erases", async () => {
      merchant.deliveries.length = 0;
      const act = (method, path) => caller.request(path, { method, headers: bearer });
      assert.deepEqual((await act("POST", `/v1/callbacks/${idOf("parked", "confirmed")}/redeliver`)).json, {
        queued: 1,
      });
      await merchant.taken(1);
      assert.deepEqual(delivered(), [[idOf("parked", "confirmed"), JSON.parse(bodyOf("parked", "confirmed"))]]);
      assert.deepEqual((await act("DELETE", "/v1/callbacks/delivered")).json, { erased: 3 });
      for (const { callback, erased_at } of await list("?callback_id=delivered"))
        assert.ok(callback === null && erased_at);
      await sendCallback(worker.url, settings.CITRN_SECRET, bodyOf("delivered", "confirmed"));
      assert.equal((await list("?callback_id=delivered")).length, 3);
    });

    it("is migrated once: after another start nothing has changed", async () => {
      const earlier = await list();
      const versions = async () => {
        let rows;
        await worker.restart(async (disk) => {
          rows = (
            await executeSql(disk, CLASS, { "shard-0": [["SELECT version FROM schema_version ORDER BY rowid"]] })
          )["shard-0"][0];
        });
        return rows.map((row) => row.version);
      };
      const found = await versions();
      assert.deepEqual(
        found,
        Array.from({ length: found.length }, (_, number) => number + 1),
      );
      assert.ok(found.length >= 2, `${found.length} versions`);
      assert.deepEqual(await list(), earlier);
      assert.deepEqual(await versions(), found);
    });

    it("of a later version accepts nothing, and is not changed", async () => {
      const dump = (name) => ({
        [name]: [
          ["SELECT * FROM schema_version"],
          ["SELECT type, name, sql FROM sqlite_master ORDER BY name"],
          ["SELECT seq, id, digest, state, attempts, hex(body) FROM events ORDER BY seq"],
        ],
      });
      const object = objectOf(fixture.events.find(({ callback_id }) => callback_id === "parked"));
      let stored;
      await worker.restart(async (disk) => {
        await executeSql(disk, CLASS, { [object]: [["INSERT INTO schema_version (version) VALUES (99)"]] });
        stored = await executeSql(disk, CLASS, dump(object));
      });
      const response = await sendCallback(
        worker.url,
        settings.CITRN_SECRET,
        bodyOf("parked", "confirmed").replace("confirmed", "cancelled again"),
      );
      assertProblem(
        { status: response.status, headers: response.headers, json: await response.json() },
        { status: 503, code: "storage_unavailable", retryable: true },
      );
      const refused = await caller.get("/v1/callbacks?callback_id=parked", bearer);
      assertProblem(refused, { status: 503, code: "storage_unavailable", retryable: true });
      assert.match(
        refused.json.detail,
        /it has schema version 99, but this Worker supports versions up to \d+: deploy a newer one/,
      );
      await worker.restart(async (disk) => {
        assert.deepEqual(await executeSql(disk, CLASS, dump(object)), stored);
        await executeSql(disk, CLASS, { [object]: [["DELETE FROM schema_version WHERE version = 99"]] });
      });
      assert.equal((await list("?callback_id=parked")).length, 2);
    });
  });
}

describe("an inbox with statuses in the spelling of an earlier version", () => {
  const { schema, statuses: events } = JSON.parse(
    readFileSync(new URL("fixtures/inbox-3.json", import.meta.url), "utf8"),
  );
  let merchant, worker, caller;
  const list = async (query = "") => (await caller.get(`/v1/callbacks${query}`, bearer)).json.data;
  const send = async (body) =>
    assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, JSON.stringify(body))).status, 200);

  before(async () => {
    merchant = await startMerchant();
    const webhook = {
      MERCHANT_WEBHOOK_URL: merchant.url,
      MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    };
    worker = await startWorker({ ...settings, CITRN_BASE_URL: "http://127.0.0.1:9/api", ...webhook });
    await worker.restart((disk) => store(disk, { schema, events }));
    caller = makeCaller(worker, tokens.all);
  });
  after(async () => {
    await worker?.stop();
    await merchant?.close();
  });

  it("lists them in the usual spelling, with their ids", async () => {
    const shown = await list("?limit=100");
    const row = ({ id, status, current_status: current }) => [id, [status, current]];
    const today = {
      "declined-capital": "declined",
      canceled: "cancelled",
      wide: "confirmed",
      marked: "confirmed",
      unknown: "On Hold",
      twice: "confirmed",
    };
    const expected = events.map(({ id, callback_id, status }) => {
      if (callback_id === "spaced") return [id, [status.trim().toLowerCase(), "confirmed"]];
      if (callback_id.startsWith("declined")) return [id, [status.toLowerCase(), "declined"]];
      return [id, [today[callback_id], today[callback_id]]];
    });
    assert.deepEqual(new Map(shown.map(row)), new Map(expected));
  });

  it("has a review for the second of two confirmed events that differ in spelling", async () => {
    const meaning = ({ type, credit, review }) => [type, credit, review];
    assert.deepEqual((await list("?callback_id=twice")).map(meaning), [
      ["callback.received", null, "amount_unreadable"],
      ["callback.received", null, "amended"],
    ]);
  });

  it("recognises every callback that is repeated", async () => {
    for (const { body } of events)
      if (body !== null) assert.equal((await sendCallback(worker.url, settings.CITRN_SECRET, body)).status, 200);
    assert.equal((await list("?limit=100")).length, events.length);
  });

  it("classifies later callbacks by them", async () => {
    const cases = [
      ["declined", "confirmed", "callback.conflict", false],
      ["declined", "pending", "callback.amended", true],
      ["declined-pruned", "confirmed", "callback.conflict", false],
      ["declined-pruned", "Declined", "callback.amended", false],
      ["declined-capital", "declined", "callback.amended", false],
      ["declined-capital", "processing", "callback.received", true],
      ["canceled", "cancelled", "callback.amended", false],
      ["canceled", "confirmed", "callback.conflict", false],
      ["spaced", "confirmed", "callback.amended", false],
      ["spaced", "declined", "callback.conflict", false],
      ["wide", "confirmed\n", "callback.amended", false],
      ["marked", "not_confirmed", "callback.received", true],
      ["unknown", "On Hold", "callback.amended", false],
      ["unknown", "confirmed", "callback.received", false],
    ];
    for (const [id, status] of cases) await send({ id, status, note: "later" });
    const delivered = (await merchant.taken(cases.length))
      .map(({ body }) => JSON.parse(body))
      .map(({ type, data }) => [data.callback_id, data.callback.status, type, data.superseded]);
    const order = (all) => all.map((one) => JSON.stringify(one)).sort();
    assert.deepEqual(order(delivered), order(cases));
  });

  it("redelivers them with their ids", async () => {
    merchant.deliveries.length = 0;
    for (const id of ["canceled", "spaced"])
      assert.equal(
        (await caller.request(`/v1/callbacks/${id}/redeliver`, { method: "POST", headers: bearer })).status,
        202,
      );
    const again = (await merchant.taken(8)).map(({ headers }) => headers["webhook-id"]);
    for (const event of events)
      if (["canceled", "spaced"].includes(event.callback_id)) assert.ok(again.includes(event.id));
  });
});
