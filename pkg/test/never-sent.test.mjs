// Failed connections: executed is "no" only if no wrapper of fetch can have sent the request before.
import assert from "node:assert/strict";
import dns from "node:dns";
import { createServer } from "node:net";
import { after, afterEach, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { Citrn } from "citrn";
import { apiKey, json, secret, startGateway } from "./gateway.mjs";
import { seeded } from "./seeded.mjs";

const withdrawal = { address: "TXYZ", foreign_id: "payout-881", amount: "25", currency: "USDTT" };
const payment = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** Returns a port without a listener. */
async function closedPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const failed = (promise) =>
  promise.then(
    () => assert.fail("the call succeeded"),
    (error) => error,
  );
const outcomeOf = ({ code, executed, retryable }) => ({ code, executed, retryable });
const NOT_SENT = { code: "network_error", executed: "no", retryable: true };
const MAYBE_SENT = { code: "network_error", executed: "unknown", retryable: false };

let port;
before(async () => {
  port = await closedPort();
});
const client = (settings) =>
  new Citrn({ apiKey, secret, maxRetries: 0, baseUrl: `http://127.0.0.1:${port}/api`, ...settings });

describe("a withdrawal for which the runtime's own fetch could not connect", () => {
  for (const [what, settings] of [
    ["a refused connection", {}],
    ["a refused connection by name", () => ({ baseUrl: `http://localhost:${port}/api` })],
    ["a name that does not exist", { baseUrl: "https://gateway.invalid/api" }],
  ]) {
    test(`(${what}) was not executed and can be repeated`, async () => {
      const error = await failed(
        client(typeof settings === "function" ? settings() : settings).withdrawals.create(withdrawal),
      );
      assert.deepEqual(outcomeOf(error), NOT_SENT);
      assert.doesNotMatch(error.message, /callback/);
      assert.equal(error.foreign_id, "payout-881");
    });
  }

  test("is not retried by the client", async () => {
    let attempts = 0;
    const counting = createServer((socket) => {
      attempts++;
      socket.destroy();
    });
    await new Promise((resolve) => counting.listen(0, "127.0.0.1", resolve));
    await failed(
      client({ baseUrl: `http://127.0.0.1:${counting.address().port}/api`, maxRetries: 5 }).withdrawals.create(
        withdrawal,
      ),
    );
    await new Promise((resolve) => counting.close(resolve));
    assert.equal(attempts, 1);
  });
});

describe("with a connection", () => {
  let gateway;
  let answer;
  before(async () => {
    gateway = await startGateway((request, response) => answer(request, response));
  });
  after(() => gateway.close());

  test("that breaks after the request was sent, the outcome is unknown", async () => {
    answer = (_request, response) => response.socket.destroy();
    assert.deepEqual(
      outcomeOf(await failed(client({ baseUrl: gateway.baseUrl }).withdrawals.create(withdrawal))),
      MAYBE_SENT,
    );
  });

  /** The error that Node's fetch throws for a refused connection. */
  const refusal = async () => failed(realFetch(`http://127.0.0.1:${port}/`));

  /** Sends the request, then fails as if there had never been a connection. */
  const sendsAndReports = async (url, init) => {
    await realFetch(url, init);
    throw await refusal();
  };

  /** Wrappers that resemble the runtime's own fetch more and more closely. */
  const WRAPPERS = {
    "a function": () => sendsAndReports,
    "a function named fetch": () =>
      async function fetch(url, init) {
        return sendsAndReports(url, init);
      },
    "a Proxy of the runtime's fetch": () =>
      new Proxy(realFetch, { apply: (_target, _this, given) => sendsAndReports(...given) }),
    "a function that shows the runtime's text": () =>
      Object.assign(
        async function fetch(url, init) {
          return sendsAndReports(url, init);
        },
        { toString: () => String(realFetch) },
      ),
    "a bound function": () => sendsAndReports.bind(undefined),
  };
  for (const [what, wrapper] of Object.entries(WRAPPERS)) {
    test(`a global fetch that sends and then reports a refused connection (${what}) leaves the outcome unknown`, async () => {
      answer = (_request, response) => json(response, 500, {});
      gateway.requests.length = 0;
      globalThis.fetch = wrapper();
      assert.deepEqual(
        outcomeOf(await failed(client({ baseUrl: gateway.baseUrl }).withdrawals.create(withdrawal))),
        MAYBE_SENT,
      );
      assert.equal(gateway.requests.length, 1);
    });
    test(`the setting fetch that does the same (${what}) leaves the outcome unknown`, async () => {
      answer = (_request, response) => json(response, 500, {});
      assert.deepEqual(
        outcomeOf(await failed(client({ baseUrl: gateway.baseUrl, fetch: wrapper() }).withdrawals.create(withdrawal))),
        MAYBE_SENT,
      );
    });
  }

  test("a wrapper is recognised even if instrumentation makes functions show the wrapped function's source", async (t) => {
    const original = Function.prototype.toString;
    t.after(() => (Function.prototype.toString = original));
    Function.prototype.toString = function () {
      return original.call(this === globalThis.fetch ? realFetch : this);
    };
    answer = (_request, response) => json(response, 500, {});
    globalThis.fetch = WRAPPERS["a function named fetch"]();
    assert.deepEqual(
      outcomeOf(await failed(client({ baseUrl: gateway.baseUrl }).withdrawals.create(withdrawal))),
      MAYBE_SENT,
    );
  });

  test("an agent of Node's fetch that may repeat requests leaves the outcome unknown", async (t) => {
    await refusal();
    const agents = Object.getOwnPropertySymbols(globalThis).filter((symbol) =>
      symbol.description?.startsWith("undici.globalDispatcher."),
    );
    const before = agents.map((symbol) => [symbol, globalThis[symbol]]);
    t.after(() => {
      for (const [symbol, agent] of before) globalThis[symbol] = agent;
    });
    // Agents from compose() and from a subclass.
    class RetryAgent {
      dispatch(...given) {
        return before[0][1].dispatch(...given);
      }
    }
    // A subclass may have the name of its parent class, or the name of a property that every object inherits.
    const subclass = (Agent, name) => Object.defineProperty(class extends Agent {}, "name", { value: name });
    const NodeAgent = before.map(([, agent]) => agent.constructor).find(({ name }) => name === "Agent");
    const subclasses = ["Agent", "Dispatcher1Wrapper", "constructor", ""].map(
      (name) => new (subclass(NodeAgent, name))(),
    );
    for (const agent of [new Proxy(before[0][1], {}), new RetryAgent(), ...subclasses]) {
      for (const symbol of agents) globalThis[symbol] = agent;
      assert.deepEqual(outcomeOf(await failed(client().withdrawals.create(withdrawal))), MAYBE_SENT);
    }
  });

  test("a fetch that sends and then throws leaves the outcome unknown", async () => {
    answer = (_request, response) => json(response, 500, {});
    const fetch = async (url, init) => {
      await realFetch(url, init);
      throw new Error("lost");
    };
    assert.deepEqual(
      outcomeOf(await failed(client({ baseUrl: gateway.baseUrl, fetch }).withdrawals.create(withdrawal))),
      MAYBE_SENT,
    );
  });

  test("after an attempt that may have been executed, one that could not connect leaves the outcome unknown", async () => {
    const closing = await startGateway((_request, response) => {
      response.socket.destroy();
      void closing.close();
    });
    const error = await failed(client({ baseUrl: closing.baseUrl }).payments.create(payment, { maxRetries: 3 }));
    assert.deepEqual([error.code, error.executed], ["network_error", "unknown"]);
    assert.match(error.message, /ECONNREFUSED/);
  });

  test("a message about a call that moves no money mentions no callback", async () => {
    answer = (_request, response) => response.socket.destroy();
    const error = await failed(client({ baseUrl: gateway.baseUrl }).payments.create(payment));
    assert.equal(error.executed, "unknown");
    assert.doesNotMatch(error.message, /callback/);
  });
});

describe("errors of any kind", () => {
  const NEVER = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];
  const CODES = [
    ...NEVER,
    ...NEVER,
    ...NEVER,
    "ETIMEDOUT",
    "ECONNRESET",
    "EPIPE",
    "UND_ERR_SOCKET",
    "ENOTFOUND ",
    undefined,
    20,
  ];
  const SYSCALLS = ["connect", "getaddrinfo", "connect", "getaddrinfo", undefined, undefined, "read", "write"];

  /** Returns a random error chain, possibly circular, and whether all of it proves that nothing was sent. */
  function anyError(random, above = []) {
    const [code, syscall] = [random.pick(CODES), random.pick(SYSCALLS)];
    const error = Object.assign(new Error("failed"), {
      ...(code !== undefined && { code }),
      ...(syscall !== undefined && { syscall }),
    });
    let provesUnsent = syscall === undefined || syscall === "connect" || syscall === "getaddrinfo";
    let hasUnder = false;
    const under = () => {
      hasUnder = true;
      if (random.below(6) === 0 && above.length > 0) {
        provesUnsent = false;
        return random.pick(above);
      }
      const child = anyError(random, [...above, error]);
      provesUnsent &&= child.provesUnsent;
      return child.error;
    };
    if (above.length < 3 && random.below(3) === 0) error.cause = under();
    if (above.length < 3 && random.below(3) === 0) error.errors = [under(), under()];
    provesUnsent &&= code === undefined ? hasUnder : NEVER.includes(code);
    return { error, provesUnsent };
  }

  test("in the chain of an error of the runtime's own fetch mean that nothing was sent only if each has such a code", async (t) => {
    const { lookup } = dns;
    t.after(() => (dns.lookup = lookup));
    let fails;
    dns.lookup = (_name, _options, done) => setImmediate(done, fails);
    const random = seeded(9);
    const count = { no: 0, unknown: 0 };
    for (let round = 0; round < 300; round++) {
      const { error: cause, provesUnsent } = anyError(random);
      // With this code, undici retries for ever while connecting.
      if (cause.code === "UND_ERR_SOCKET") continue;
      fails = cause;
      const error = await failed(client({ baseUrl: "https://gateway.test/api" }).withdrawals.create(withdrawal));
      assert.deepEqual(
        outcomeOf(error),
        provesUnsent ? NOT_SENT : MAYBE_SENT,
        `round ${round}: ${inspect(cause, { depth: 9 })}`,
      );
      assert.equal(error.cause.cause, cause);
      count[error.executed]++;
    }
    assert.ok(count.no > 20 && count.unknown > 20, inspect(count));
  });

  test("thrown by any other fetch leave the outcome of a withdrawal unknown", async () => {
    const random = seeded(10);
    for (let round = 0; round < 300; round++) {
      const { error: thrown } = anyError(random);
      const fetch =
        random.below(2) === 0
          ? async () => {
              throw thrown;
            }
          : () => {
              throw thrown;
            };
      const isOwn = random.below(2) === 0;
      globalThis.fetch = isOwn ? realFetch : fetch;
      const error = await failed(client(isOwn ? { fetch } : {}).withdrawals.create(withdrawal));
      assert.deepEqual(outcomeOf(error), MAYBE_SENT, `round ${round}`);
      assert.equal(error.cause, thrown);
    }
  });
});
