// Redelivering and erasing many events, and the list of deposits.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answer, drop, errorOf, problem, startFakeWorker } from "./worker-fake.mjs";

const REDELIVERED = { queued: 3, already_queued: 1, without_body: 0, has_more: true, next: "redelivery.1" };
let fake, worker;
before(async () => {
  fake = await startFakeWorker();
  worker = fake.client();
});
after(() => fake.close());

const requests = () => fake.requests.map(({ method, path, body }) => [method, path, body?.toString() ?? ""]);

describe("callbacks.redeliver", () => {
  test("of a filter sends it as the body, and returns the counts and the cursor", async () => {
    fake.answers(answer(202, REDELIVERED));
    const filter = { state: "parked", since: "2026-11-26", dry_run: true, after: null };
    assert.deepEqual(await worker.callbacks.redeliver(filter), REDELIVERED);
    const body = '{"state":"parked","since":"2026-11-26","dry_run":true}';
    assert.deepEqual(requests(), [["POST", "/v1/callbacks/redeliver", body]]);
    const { headers } = fake.requests[0];
    assert.deepEqual([headers["content-type"], headers["idempotency-key"]], ["application/json", undefined]);
  });

  test("of an id is as before", async () => {
    fake.answers(answer(202, { queued: 2 }));
    assert.deepEqual(await worker.callbacks.redeliver("17"), { queued: 2 });
    assert.deepEqual(requests(), [["POST", "/v1/callbacks/17/redeliver", ""]]);
  });

  test("fails with the Worker's problem, and with a reply without a count", async () => {
    fake.answers(problem(422, "missing_parameter"));
    assert.equal((await errorOf(worker.callbacks.redeliver({}))).name, "CitrnParameterError");
    fake.answers(answer(202, { ...REDELIVERED, next: undefined }));
    assert.match((await errorOf(worker.callbacks.redeliver({ state: "parked" }))).message, /next is missing/);
    fake.answers(drop);
    const error = await errorOf(worker.callbacks.redeliver({ state: "parked" }, { maxRetries: 0 }));
    assert.deepEqual([error.code, error.executed, error.idempotencyKey], ["network_error", "unknown", undefined]);
  });

  test("refuses what is neither", async () => {
    for (const selected of [undefined, null, 17, ""]) {
      assert.equal((await errorOf(worker.callbacks.redeliver(selected))).field, "id");
      assert.equal((await errorOf(worker.callbacks.erase(selected))).field, "id");
    }
  });
});

test("callbacks.erase of a customer", async () => {
  fake.answers(answer(200, { erased: 40 }));
  assert.deepEqual(await worker.callbacks.erase({ foreign_id: "user 17&x" }), { erased: 40 });
  assert.deepEqual(requests(), [["DELETE", "/v1/callbacks?foreign_id=user+17%26x", ""]]);
  fake.answers(answer(200, { erased: 1 }));
  assert.deepEqual(await worker.callbacks.erase("17"), { erased: 1 });
  assert.deepEqual(requests(), [["DELETE", "/v1/callbacks/17", ""]]);
});

test("deposits.list goes over all pages, and pages tell since when deposits are known", async () => {
  const deposit = (id) => ({ id, state: "seen", currency: null, amount_after_fees: null });
  const page = (id, next, has_more) =>
    answer(200, { data: [deposit(id)], next, has_more, available_since: "2026-10-27T00:00:00.000Z" });
  const two = () => fake.answers(page("1", "deposits.1", true), page("2", "deposits.2", false));
  two();
  const ids = [];
  for await (const { id } of worker.deposits.list({ address: "T1", memo: "7", limit: 1 })) ids.push(id);
  assert.deepEqual(ids, ["1", "2"]);
  const path = "/v1/deposits?address=T1&memo=7&limit=1";
  assert.deepEqual(
    requests().map(([, path]) => path),
    [path, `${path}&after=deposits.1`],
  );
  two();
  for await (const { available_since } of worker.deposits.list({ foreign_id: "user-17" }).pages()) {
    assert.equal(available_since, "2026-10-27T00:00:00.000Z");
  }
  fake.answers(answer(200, { data: [{ id: "1" }], next: "1", has_more: false }));
  const list = worker.deposits.list({ foreign_id: "user-17" });
  assert.match((await errorOf(list[Symbol.asyncIterator]().next())).message, /data\[0\]\.state is missing/);
});

test("all filters of callbacks.list go with the request", async () => {
  fake.answers(answer(200, { data: [], next: "delivery.1", has_more: false }));
  const filter = { foreign_id: "payout-881", type: "withdrawal", since: "2026-11-01", until: "2026-12-01" };
  for await (const event of worker.callbacks.list({ ...filter, order: "delivery" })) assert.fail(event.id);
  const query = "foreign_id=payout-881&type=withdrawal&since=2026-11-01&until=2026-12-01&order=delivery";
  assert.equal(requests()[0][1], `/v1/callbacks?${query}`);
});
