// `citrn trigger` against the package's handlers, unchanged: with one handler of the gateway's callbacks, and one of the
// Worker's deliveries.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Citrn, callbackHandler } from "citrn";
import { webhookHandler } from "citrn/worker";
import { blocksOf } from "./pages.mjs";

const CLI = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));
const SECRET = "gateway-secret-17";
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const ENV = { CITRN_SECRET: SECRET, CITRN_API_KEY: "key-17", MERCHANT_WEBHOOK_SECRET: WEBHOOK_SECRET };

/** Runs `citrn trigger`. No output contains a secret or a signature. */
function trigger(args, env = ENV) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, "trigger", ...args], { env: { PATH: process.env.PATH, ...env } });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (output[stream] += chunk));
    child.on("close", (exit) => {
      const text = output.stdout + output.stderr;
      assert.doesNotMatch(text, /gateway-secret-17|[A-Za-z0-9+/]{43}=|v1,[A-Za-z0-9+/]{20}|(?<!\w)[0-9a-f]{128}/);
      resolve({ exit, ...output });
    });
  });
}

/** The bodies that were received, and what the handlers made of them. */
let [received, processed, reviewed] = [[], [], []];
const handlers = {
  process: async (event) => {
    const isKnown = processed.some(({ key }) => key === event.key);
    processed.push(event);
    return isKnown ? "duplicate" : "done";
  },
  review: (event) => void reviewed.push(event),
};
const routes = {
  "/empty": async () => new Response(null, { status: 204 }),
  "/callback": callbackHandler({ citrn: new Citrn({ secret: SECRET }), ...handlers }),
  "/delivery": webhookHandler({ secrets: WEBHOOK_SECRET, ...handlers }),
  "/broken": async (request) => {
    const headers = [...request.headers].filter(([name]) => /key|signature/.test(name)).flat();
    const php = JSON.stringify(headers).replaceAll("/", "\\/");
    const bare = WEBHOOK_SECRET.replace("whsec_", "");
    return new Response(`\u001b[31mout of order ${SECRET} ${bare} ${JSON.stringify(headers)} ${php}`, { status: 503 });
  },
};
const server = createServer(async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  received.push({ body: body.toString(), headers: incoming.headers });
  const { method, headers, url } = incoming;
  const response = await routes[url](new Request(`http://localhost${url}`, { method, headers, body }));
  outgoing.writeHead(response.status).end(await response.text());
});
let origin;
before(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

/** Triggers events, and returns the exit code with what the handler received, processed and reviewed. */
async function send(sender, args) {
  [received, processed, reviewed] = [[], [], []];
  const { exit, stdout, stderr } = await trigger([...args, "--as", sender, "--to", `${origin}/${sender}`]);
  return { exit, stdout, stderr, received, processed, reviewed };
}

const TYPES = {
  deposit: ["not_confirmed", "confirmed", "cancelled"],
  deposit_exchange: ["not_confirmed", "confirmed", "cancelled"],
  withdrawal: ["processing", "pending", "confirmed", "cancelled", "declined"],
  withdrawal_exchange: ["processing", "pending", "confirmed", "cancelled", "declined"],
  payment_request: ["created", "processing", "paid", "failed", "expired"],
};
const CREDITS = { deposit: ["USDTT", "49.500000"], deposit_exchange: ["EUR", "45.00"] };

for (const sender of ["callback", "delivery"]) {
  describe(`as ${sender}`, () => {
    for (const [type, statuses] of Object.entries(TYPES)) {
      for (const profile of ["documented-new", "documented-old"]) {
        test(`every status of a ${type} is accepted, in the form ${profile}`, async () => {
          const events = statuses.map((status) => `${type}.${status}`);
          const { exit, stderr, ...shop } = await send(sender, [
            ...events,
            "--foreign-id",
            "user/ü",
            "--profile",
            profile,
          ]);
          assert.deepEqual([exit, stderr, shop.received.length], [0, "", statuses.length]);
          const seen = [...shop.processed, ...shop.reviewed];
          assert.deepEqual(new Set(seen.map(({ data }) => data.status)), new Set(statuses));
          assert.equal(new Set(seen.map(({ data }) => data.callback_id)).size, 1, "one transaction");
          const credits = seen.flatMap(({ data }) => data.credit ?? []);
          const [currency, amount] = CREDITS[type] ?? [];
          assert.deepEqual(credits, currency ? [{ customer_id: "user/ü", currency, amount }] : []);
        });
      }
    }

    test("the same event twice, and copies, are duplicates", async () => {
      const args = ["deposit.confirmed", "deposit.confirmed", "--copies", "3"];
      const { exit, stdout, processed: events, received: requests } = await send(sender, args);
      assert.deepEqual([exit, requests.length, events.length], [0, 6, 6]);
      assert.equal(new Set(events.map(({ key }) => key)).size, 1);
      assert.equal(new Set(requests.map(({ body }) => body)).size, 1);
      assert.match(
        stdout,
        /^(deposit\.confirmed (callback|delivery): 200 in \d+ ms\n){6}To continue .* --seed \w+\.\n$/,
      );
    });

    test("a later command continues with the transaction of a seed", async () => {
      const options = ["--seed", "s1", "--profile", "documented-old"];
      const ids = [];
      for (const event of ["deposit.not_confirmed", "deposit.confirmed"]) {
        const {
          processed: [{ data }],
          stdout,
        } = await send(sender, [event, ...options]);
        ids.push(data.callback_id);
        assert.doesNotMatch(stdout, /--seed/);
      }
      const {
        processed: [other],
      } = await send(sender, ["deposit.confirmed", "--profile", "documented-old"]);
      assert.equal(ids[0], ids[1]);
      assert.notEqual(ids[0], other.data.callback_id);
    });

    test("--set changes the callback: text, JSON, and fields that are not there", async () => {
      const sets = [
        ...["currency_received.amount_minus_fee=12.3400", "transactions.0.txid=0xü/1", "fees:=null"],
        ...["metadata.order:=[1.50,12345678901234567890]", "error=a=b"],
      ];
      const {
        exit,
        processed: [event],
        received: [{ body }],
      } = await send(sender, ["deposit.confirmed", ...sets.flatMap((set) => ["--set", set])]);
      assert.equal(exit, 0);
      assert.equal(event.data.credit.amount, "12.3400");
      const { data = JSON.parse(body) } = sender === "delivery" ? { data: JSON.parse(body).data.callback } : {};
      assert.deepEqual([data.transactions[0].txid, data.fees, data.error], ["0xü/1", null, "a=b"]);
      assert.ok(body.includes('"metadata":{"order":[1.50,12345678901234567890]}'), "digits are kept");
    });

    test("the escapes in its JSON are those of PHP, one in every text, or none", async () => {
      const bodies = {};
      for (const escapes of ["php", "all", "none"]) {
        const args = ["deposit.confirmed", "--seed", "s", "--foreign-id", "ü/1", "--escapes", escapes];
        const {
          exit,
          received: [{ body }],
          processed: [{ data }],
        } = await send(sender, args);
        assert.deepEqual([exit, data.customer_id], [0, "ü/1"]);
        bodies[escapes] = sender === "delivery" ? body.slice(body.indexOf('"callback":{')) : body;
      }
      assert.ok(bodies.php.includes('"\\u00fc\\/1"'));
      assert.ok(bodies.all.includes('"\\u0063rypto_address"'));
      assert.ok(bodies.none.includes('"ü/1"') && !bodies.none.includes("\\"));
    });

    test("an answer that is no success is printed, without the secrets in it", async () => {
      const { exit, stdout } = await trigger(["deposit.confirmed", "--as", sender, "--to", `${origin}/broken`]);
      assert.equal(exit, 1);
      assert.match(stdout, new RegExp(`^deposit.confirmed ${sender}: 503 in \\d+ ms: .*\\[redacted\\]`));
      assert.match(stdout, /out of order/);
      assert.ok(!stdout.includes("\u001b"), "no control characters of the handler");
    });

    test("204 is a success for the Worker, and a failure for the gateway", async () => {
      const { exit } = await trigger(["deposit.confirmed", "--as", sender, "--to", `${origin}/empty`]);
      assert.equal(exit, sender === "delivery" ? 0 : 1);
    });
  });
}

describe("deliveries", () => {
  const typesOf = ({ processed, reviewed }) =>
    Object.fromEntries([...processed, ...reviewed].map(({ type, data }) => [data.status, [type, data.superseded]]));

  test("of a transaction out of order are as the Worker classifies them", async () => {
    const shop = await send("delivery", ["deposit.confirmed", "deposit.not_confirmed", "deposit.cancelled"]);
    assert.deepEqual(typesOf(shop), {
      confirmed: ["callback.received", false],
      not_confirmed: ["callback.received", true],
      cancelled: ["callback.conflict", false],
    });
    assert.deepEqual(
      shop.reviewed.map(({ data }) => data.review),
      ["conflict"],
    );
  });

  test("of a callback that cannot be read have its bytes", async () => {
    const shop = await send("delivery", ["deposit.confirmed", "--set", "status:=null"]);
    const [{ type, data }] = shop.reviewed;
    assert.deepEqual([type, data.review, data.callback], ["callback.unreadable", "unreadable", null]);
    assert.equal(JSON.parse(Buffer.from(data.body_base64, "base64")).status, null);
  });
});

describe("the command line", () => {
  const refused = async (args, exit, message, env) => {
    const given = await trigger(args, env);
    assert.deepEqual([given.exit, given.stdout], [exit, ""]);
    assert.match(given.stderr, message);
  };
  const to = ["--to", "http://127.0.0.1:9/"];

  test("--print prints the bodies and needs no secret", async () => {
    for (const sender of ["callback", "delivery"]) {
      const args = ["deposit.not_confirmed", "deposit.confirmed", "--print", "--as", sender];
      const { exit, stdout } = await trigger(args, {});
      assert.equal(exit, 0);
      const bodies = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const statuses = bodies.map((body) => (sender === "delivery" ? body.data.status : body.status));
      assert.deepEqual(statuses, ["not_confirmed", "confirmed"]);
    }
  });

  test("invalid arguments are usage errors that name the option", async () => {
    for (const [args, message] of [
      [[], /^EVENT is missing; choose from deposit\.not_confirmed, /],
      [["deposit.paid", ...to], /^EVENT "deposit\.paid" is unknown; choose from /],
      [["deposit.confirmed", "withdrawal.confirmed", ...to], /^All events are of one transaction/],
      [["deposit.confirmed"], /^--to is missing/],
      [["deposit.confirmed", "--to", "shop.example"], /^--to must be an http or https URL/],
      [["deposit.confirmed", "--to", "https://shop.example/"], /^--to: shop\.example is another machine.*--yes/],
      [["deposit.confirmed", "--as", "worker", ...to], /^--as must be one of callback, delivery/],
      [["deposit.confirmed", "--escapes", "java", ...to], /^--escapes must be one of php, all, none/],
      [["deposit.confirmed", "--profile", "x", ...to], /^--profile must be one of /],
      [["deposit.confirmed", "--amount", "1e3", ...to], /^--amount: must be decimal text/],
      [["deposit.confirmed", "--currency", "USD", ...to], /^--currency: `USD` is not one of BTC/],
      [["deposit.confirmed", "--convert-to", "EUR", ...to], /^--convert-to is only for deposit_exchange/],
      [["deposit_exchange.confirmed", "--convert-to", "USDTT", ...to], /^--convert-to: USDTT and USDTT are no pair/],
      [["deposit.confirmed", "--copies", "0", ...to], /^--copies must be a whole number/],
      [["deposit.confirmed", "--set", "amount", ...to], /^--set amount: give PATH=TEXT or PATH:=JSON/],
      [["deposit.confirmed", "--set", "fees:=x", ...to], /^--set fees: the value after := is not JSON/],
      [["deposit.confirmed", "--set", "status.x=1", ...to], /^--set: status\.x: `x` is below a value/],
    ]) {
      await refused(args, 2, message);
    }
  });

  test("a missing or invalid secret is named, with how to make one", async () => {
    const args = ["deposit.confirmed", ...to];
    await refused(args, 3, /^CITRN_SECRET is not set/, {});
    await refused([...args, "--as", "delivery"], 3, /^MERCHANT_WEBHOOK_SECRET is not set.*openssl rand -base64 32/, {});
    const invalid = { MERCHANT_WEBHOOK_SECRET: randomBytes(8).toString("hex") };
    await refused([...args, "--as", "delivery"], 3, /MERCHANT_WEBHOOK_SECRET.*whsec_/, invalid);
  });

  test("a handler that cannot be reached is reported with its address", async () => {
    await refused(["deposit.confirmed", ...to], 4, /^http:\/\/127\.0\.0\.1:9 did not answer: /);
  });

  test("--yes posts to another machine", async () => {
    await refused(
      ["deposit.confirmed", "--to", "http://shop.invalid/", "--yes"],
      4,
      /^http:\/\/shop\.invalid did not answer/,
    );
  });
});

describe("the commands of docs/testing.md", () => {
  const { text } = blocksOf("docs/testing.md").find(({ name }) => name === "trigger");
  for (const line of text.split("\n").filter((line) => line.startsWith("npx citrn trigger "))) {
    test(line, async () => {
      const paths = { "http://127.0.0.1:3000/callbacks": "/callback", "http://127.0.0.1:3000/webhooks": "/delivery" };
      const args = line.split(" ").slice(3);
      const { exit, stdout, stderr } = await trigger(args.map((word) => (word in paths ? origin + paths[word] : word)));
      assert.deepEqual([exit, stderr], [0, ""]);
      assert.match(stdout, /^(deposit\.\w+ (callback|delivery): 200 |\{"id":)/);
    });
  }
});
