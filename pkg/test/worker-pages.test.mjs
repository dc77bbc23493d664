// The list of events: over all pages, page by page, and its end.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answer, drop, errorOf, problem, startFakeWorker } from "./worker-fake.mjs";

let fake;
let worker;
before(async () => {
  fake = await startFakeWorker();
  worker = fake.client();
});
after(() => fake.close());

const event = (id) => ({
  ...{ id, type: "callback.received", callback_id: "17", status: "confirmed" },
  ...{ credit: { customer_id: "user-17", currency: "USDTT", amount: "50" }, review: null },
});
const page = (ids, next, has_more) => answer(200, { data: ids.map(event), next, has_more });
const three = () => fake.answers(page(["a", "b"], "1.0", true), page(["c"], "1.1", true), page([], "2.1", false));
const paths = () => fake.requests.map(({ path }) => path);

async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

test("the events of all pages come one by one, in order", async () => {
  three();
  const ids = (await collect(worker.callbacks.list())).map(({ id }) => id);
  assert.deepEqual(ids, ["a", "b", "c"]);
  assert.deepEqual(paths(), ["/v1/callbacks", "/v1/callbacks?after=1.0", "/v1/callbacks?after=1.1"]);
});

test("parameters go with each page, and those that are not given are left out", async () => {
  three();
  const parameters = { limit: 2, state: "parked", callback_id: "17 & 18", after: undefined };
  await collect(worker.callbacks.list(parameters));
  const common = "limit=2&state=parked&callback_id=17+%26+18";
  assert.deepEqual(
    paths(),
    ["", "&after=1.0", "&after=1.1"].map((after) => `/v1/callbacks?${common}${after}`),
  );
});

test("the pages themselves, and the place to go on from", async () => {
  three();
  const pages = await collect(worker.callbacks.list({ after: "0.9" }).pages());
  assert.deepEqual(
    pages.map(({ data, next, has_more }) => [data.length, next, has_more]),
    [
      [2, "1.0", true],
      [1, "1.1", true],
      [0, "2.1", false],
    ],
  );
  assert.equal(paths()[0], "/v1/callbacks?after=0.9");
});

test("nothing is requested before the first event, nor after the last one that is taken", async () => {
  three();
  const list = worker.callbacks.list();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(fake.requests.length, 0);
  for await (const { id } of list) if (id === "b") break;
  assert.equal(fake.requests.length, 1);
});

test("a list that is iterated again begins anew", async () => {
  const list = worker.callbacks.list();
  for (let time = 0; time < 2; time++) {
    three();
    assert.equal((await collect(list)).length, 3);
  }
});

test("a page is repeated after a fault, and no event comes twice", async () => {
  fake.answers(page(["a"], "1.0", true), drop, page(["b"], "2.0", false));
  const ids = (await collect(worker.callbacks.list())).map(({ id }) => id);
  assert.deepEqual(ids, ["a", "b"]);
});

test("the signal stops the iteration", async () => {
  three();
  const controller = new AbortController();
  const taken = [];
  const error = await errorOf(
    (async () => {
      for await (const { id } of worker.callbacks.list({}, { signal: controller.signal })) {
        taken.push(id);
        controller.abort();
      }
    })(),
  );
  assert.deepEqual([error.code, taken], ["aborted", ["a", "b"]]);
});

describe("a page is refused", () => {
  for (const [what, step, message] of [
    ["that leads to itself", page(["b"], "1.0", true), /next leads to the same page again/],
    ["without has_more", answer(200, { data: [], next: "1.1" }), /has_more is missing/],
    ["whose data is no list", answer(200, { data: {}, next: "1.1", has_more: false }), /data is not a list/],
    [
      "with an event without an id",
      answer(200, { data: [event("b"), {}], next: "1", has_more: true }),
      /data\[1\]\.id/,
    ],
    [
      "with an event of an older Worker, which does not say what to credit",
      answer(200, { data: [{ ...event("b"), credit: undefined }], next: "1", has_more: true }),
      /data\[0\]\.credit is missing/,
    ],
    [
      "with a credit that is text",
      answer(200, { data: [{ ...event("b"), credit: "50" }], next: "1", has_more: true }),
      /data\[0\]\.credit is not an object or null/,
    ],
    ["with an event that is null", answer(200, { data: [null], next: "1", has_more: true }), /data\[0\] is not an/],
  ]) {
    test(what, async () => {
      fake.answers(page(["a"], "1.0", true), step);
      const taken = [];
      const error = await errorOf(
        (async () => {
          for await (const { id } of worker.callbacks.list()) taken.push(id);
        })(),
      );
      assert.deepEqual([error.name, error.code, taken], ["CitrnGatewayError", "unreadable_reply", ["a"]]);
      assert.match(error.message, message);
    });
  }

  test("that is larger than its events can be", async () => {
    const large = `{"data":[],"next":"1","has_more":false,"padding":"${"x".repeat(400 * 1024)}"}`;
    fake.answers(answer(200, large));
    assert.match((await errorOf(collect(worker.callbacks.list({ limit: 1 })))).message, /it has more than/);
    fake.answers(answer(200, large));
    assert.deepEqual(await collect(worker.callbacks.list({ limit: 2 })), []);
  });

  test("by the Worker, with the name of the parameter", async () => {
    fake.answers(problem(422, "invalid_parameter", { field: "limit", detail: "limit must be a whole number." }));
    const error = await errorOf(collect(worker.callbacks.list({ limit: 0 })));
    assert.deepEqual([error.name, error.field], ["CitrnParameterError", "limit"]);
  });
});

test("wrong parameters and options are refused immediately", () => {
  for (const [parameters, options, field] of [
    [{ state: ["parked"] }, undefined, "state"],
    [{ callback_id: "\ud83d" }, undefined, "callback_id"],
    ["parked", undefined, "parameters"],
    [{}, { pageSize: 1 }, "pageSize"],
  ]) {
    assert.throws(() => worker.callbacks.list(parameters, options), { field });
  }
});
