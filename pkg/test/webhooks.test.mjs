// Standard Webhooks with WebCrypto, against the specification's example and the package `standardwebhooks`.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { CitrnCallbackError, CitrnConfigurationError, webhookHandler, webhooks } from "citrn/worker";
import { Webhook } from "standardwebhooks";
import { seeded } from "./seeded.mjs";

const secretOf = (bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`;
const newSecret = (length = 32) => secretOf(randomBytes(length));
const now = () => Math.floor(Date.now() / 1000);

const data = {
  callback_id: "17",
  status: "confirmed",
  superseded: false,
  customer_id: "user-17",
  is_final: true,
  is_deposit: true,
  credit: { customer_id: "user-17", currency: "USDTT", amount: "49.5" },
  review: null,
  callback: { id: 17, status: "confirmed" },
};
const eventWith = (more = {}, type = "callback.received") =>
  JSON.stringify({ type, timestamp: "2026-11-22T12:00:00.000Z", data: { ...data, ...more } });

const secret = newSecret();
const body = eventWith();
const signed = (of = body, options = {}) => webhooks.sign(of, { secrets: secret, id: "evt_1", ...options });
const invalid = (code, field) => (error) =>
  error instanceof CitrnCallbackError && error.code === code && (field === undefined || error.field === field);

describe("events", () => {
  test("one with a credit has the transaction's id as key", async () => {
    const event = await webhooks.verify(body, await signed(), { secrets: secret });
    assert.deepEqual({ ...event }, { ...JSON.parse(body), id: "evt_1", key: "17" });
    assert.equal(Buffer.from(event.rawBody).toString(), body);
  });

  test("one without a credit has its own id as key", async () => {
    const text = eventWith({ credit: null, review: "amended" }, "callback.amended");
    const event = await webhooks.verify(text, await signed(text), { secrets: secret });
    assert.deepEqual([event.key, event.type], ["evt_1", "callback.amended"]);
  });

  const unclear = {
    "not JSON": "{",
    "not UTF-8": Buffer.from('{"type":"\u00fc"}', "latin1"),
    null: "null",
    "no data": '{"type":"callback.received"}',
    "a credit and a review": eventWith({ review: "amended" }),
    "a credit without a transaction": eventWith({ callback_id: null }),
    "a credit without a customer": eventWith({ credit: { ...data.credit, customer_id: null } }),
    "an amount that is a number": eventWith({ credit: { ...data.credit, amount: 49.5 } }),
    "an amount with an exponent": eventWith({ credit: { ...data.credit, amount: "1e3" } }),
    "a negative amount": eventWith({ credit: { ...data.credit, amount: "-1" } }),
    "a review that is no text": eventWith({ credit: null, review: 1 }),
  };
  for (const [name, text] of Object.entries(unclear)) {
    test(`${name} is invalid_callback`, async () => {
      const verified = webhooks.verify(text, await signed(text), { secrets: secret });
      await assert.rejects(verified, invalid("invalid_callback"));
    });
  }

  test("an older Worker, which does not say what to credit, is reported as such", async () => {
    const text = eventWith({ credit: undefined, review: undefined });
    const verified = webhooks.verify(text, await signed(text), { secrets: secret });
    await assert.rejects(verified, invalid("invalid_callback", "data.credit"));
  });
});

describe("arguments", () => {
  test("bodies of all kinds are the same bytes", async () => {
    const headers = await signed();
    const bytes = new TextEncoder().encode(body);
    const larger = new Uint8Array(bytes.length + 2);
    larger.set(bytes, 1);
    for (const given of [
      body,
      bytes,
      bytes.buffer,
      Buffer.from(body),
      larger.subarray(1, -1),
      new DataView(bytes.buffer),
    ]) {
      assert.equal((await webhooks.verify(given, headers, { secrets: secret })).id, "evt_1");
    }
    for (const given of [JSON.parse(body), undefined, null, 17]) {
      await assert.rejects(webhooks.verify(given, headers, { secrets: secret }), { field: "rawBody" });
    }
  });

  test("bytes that change while the signature is checked do not change the event", async () => {
    const bytes = new TextEncoder().encode(body);
    const verified = webhooks.verify(bytes, await signed(), { secrets: secret });
    bytes.fill(0x20);
    const event = await verified;
    assert.equal(event.key, "17");
    assert.equal(Buffer.from(event.rawBody).toString(), body);
  });

  test("headers of all kinds are read", async () => {
    const headers = await signed();
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    for (const given of [
      headers,
      new Headers(headers),
      Object.entries(headers),
      new Map(Object.entries(headers)),
      shouted,
      lists,
    ]) {
      assert.equal((await webhooks.verify(body, given, { secrets: secret })).id, "evt_1");
    }
    await assert.rejects(webhooks.verify(body, { headers }, { secrets: secret }), /pass request\.headers/);
    await assert.rejects(webhooks.verify(body, undefined, { secrets: secret }), { field: "headers" });
  });

  test("several secrets are one text with commas, or a list", async () => {
    const [older, newer] = [newSecret(24), newSecret(64)];
    const headers = await signed(body, { secrets: older });
    for (const secrets of [
      `${newer},${older}`,
      `${newer} ${older}`,
      [newer, older],
      [`${older}, ${newer}`],
      [newer, undefined, older],
    ]) {
      assert.equal((await webhooks.verify(body, headers, { secrets })).id, "evt_1");
    }
    await assert.rejects(webhooks.verify(body, headers, { secrets: newer }), invalid("invalid_signature"));
    const both = await signed(body, { secrets: [older, newer] });
    assert.equal(both["webhook-signature"].split(" ").length, 2);
    for (const secrets of [older, newer]) assert.ok(await webhooks.verify(body, both, { secrets }));
  });

  test("a secret that cannot be one is refused, and not echoed", async () => {
    const wrong = [
      undefined,
      "",
      " , ",
      [],
      17,
      [undefined],
      "hunter2",
      "whsec_hunter2!",
      newSecret(7),
      newSecret(65),
      `${secret},hunter2`,
    ];
    for (const secrets of wrong) {
      await assert.rejects(webhooks.verify(body, {}, { secrets }), (error) => {
        assert.ok(error instanceof CitrnConfigurationError && error.field === "secrets", error);
        return !error.message.includes("hunter2") && !error.message.includes(secret);
      });
    }
  });

  test("a tolerance that cannot be one is refused", async () => {
    for (const toleranceSeconds of [-1, Number.NaN, "300", null]) {
      await assert.rejects(webhooks.verify(body, {}, { secrets: secret, toleranceSeconds }), {
        field: "toleranceSeconds",
      });
    }
  });

  test("without crypto.subtle the error says so", async (t) => {
    const headers = await signed();
    t.mock.getter(globalThis, "crypto", () => undefined);
    await assert.rejects(webhooks.verify(body, headers, { secrets: secret }), {
      code: "invalid_configuration",
      message: /crypto\.subtle is not defined in this runtime/,
    });
  });
});

describe("time", () => {
  const at = (seconds) => signed(body, { timestamp: new Date((now() + seconds) * 1000) });
  const verify = async (seconds, toleranceSeconds) =>
    webhooks.verify(body, await at(seconds), { secrets: secret, toleranceSeconds });

  test("300 seconds are allowed by default, in both directions", async () => {
    for (const seconds of [-298, 298]) assert.ok(await verify(seconds));
    await assert.rejects(verify(-303), /30[34] seconds old/);
    await assert.rejects(verify(303), /-30[23] seconds old/);
  });

  test("the tolerance can be another", async () => {
    assert.ok(await verify(-900, 1_000));
    await assert.rejects(verify(-20, 10), invalid("invalid_signature", "webhook-timestamp"));
  });

  test("a timestamp that is not a number of seconds is refused", async () => {
    for (const timestamp of ["", "now", "1e9", "-5", ` ${now()} x`, "9".repeat(16), `0x${now().toString(16)}`]) {
      const headers = { ...(await signed()), "webhook-timestamp": timestamp };
      await assert.rejects(webhooks.verify(body, headers, { secrets: secret }), invalid("invalid_signature"));
    }
  });
});

describe("signatures", () => {
  test("the specification's example is signed alike", async () => {
    const headers = await webhooks.sign('{"test": 2432232314}', {
      secrets: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: new Date(1_614_265_330_000),
    });
    assert.equal(headers["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  test("each header is required", async () => {
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      const { [name]: _, ...headers } = await signed();
      await assert.rejects(webhooks.verify(body, headers, { secrets: secret }), invalid("invalid_signature", name));
    }
  });

  test("the valid signature may be among those of other keys and versions", async () => {
    const headers = await signed();
    const other = await signed(body, { secrets: newSecret() });
    const list = `v2,abc v1a,${"A".repeat(44)} ${other["webhook-signature"]} ${headers["webhook-signature"]} v1,`;
    assert.ok(await webhooks.verify(body, { ...headers, "webhook-signature": list }, { secrets: secret }));
  });

  test("a flood of signatures is not checked to its end", async () => {
    const headers = await signed();
    const wrong = `v1,${Buffer.alloc(32).toString("base64")} `;
    const flood = { ...headers, "webhook-signature": wrong.repeat(1_000) + headers["webhook-signature"] };
    await assert.rejects(webhooks.verify(body, flood, { secrets: secret }), invalid("invalid_signature"));
  });

  test("each flipped bit of the body, the id, the timestamp and the signature is refused", async () => {
    const headers = await signed();
    const bytes = Buffer.from(body);
    const refused = async (given, changed) =>
      assert.rejects(webhooks.verify(given, changed, { secrets: secret }), invalid("invalid_signature"));
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      await refused(bytes, headers);
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      for (let bit = 0; bit < headers[name].length * 8; bit += 1) {
        const flipped = Buffer.from(headers[name]);
        flipped[bit >> 3] ^= 1 << (bit & 7);
        await refused(body, { ...headers, [name]: flipped.toString("latin1") });
      }
    }
    assert.ok(await webhooks.verify(bytes, headers, { secrets: secret }));
  });

  test("a signature has one text: another base64 of the same bytes is refused", async () => {
    const headers = await signed();
    const [digits, signature] = [/[A-Za-z0-9+/]/, headers["webhook-signature"]];
    const bytesOf = (text) => Buffer.from(text.slice(3), "base64").toString("hex");
    // The last digit has two bits that no byte takes.
    const others = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
      .filter((digit) => digits.test(digit) && digit !== signature.at(-2))
      .map((digit) => `${signature.slice(0, -2)}${digit}=`)
      .filter((text) => bytesOf(text) === bytesOf(signature));
    assert.equal(others.length, 3);
    for (const text of [...others, signature.slice(0, -1), `${signature}=`]) {
      const changed = { ...headers, "webhook-signature": text };
      await assert.rejects(webhooks.verify(body, changed, { secrets: secret }), invalid("invalid_signature"));
    }
  });

  test("agrees with the package standardwebhooks, in both directions", async () => {
    const { below, pick } = seeded(18);
    const texts = ["", "é", "\u{1f4b0}", "a b", "\u2028", "x".repeat(4_000), '"', "\\"];
    for (let round = 0; round < 400; round += 1) {
      const key = newSecret(24 + below(41));
      const reference = new Webhook(key);
      const id = `evt_${below(2 ** 31).toString(36)}`;
      const text = eventWith({ callback: { note: pick(texts) + pick(texts), round } });
      const timestamp = new Date((now() - 250 + below(500)) * 1000);

      const ours = await webhooks.sign(text, { secrets: key, id, timestamp });
      assert.equal(ours["webhook-signature"], reference.sign(id, timestamp, text));
      assert.deepEqual(reference.verify(text, ours), JSON.parse(text));
      const theirs = {
        "webhook-id": id,
        "webhook-timestamp": String(timestamp.getTime() / 1000),
        "webhook-signature": reference.sign(id, timestamp, text),
      };
      assert.equal((await webhooks.verify(text, theirs, { secrets: key })).id, id);

      // A change to one part, and both refuse.
      const changed = {
        body: [`${text} `, theirs],
        id: [text, { ...theirs, "webhook-id": `${id}x` }],
        timestamp: [text, { ...theirs, "webhook-timestamp": String(timestamp.getTime() / 1000 - 1) }],
        old: [text, await webhooks.sign(text, { secrets: key, id, timestamp: new Date((now() - 310) * 1000) })],
        secret: [text, await webhooks.sign(text, { secrets: newSecret(), id, timestamp })],
      };
      const [wrongBody, wrongHeaders] = changed[pick(Object.keys(changed))];
      assert.throws(() => reference.verify(wrongBody, wrongHeaders));
      await assert.rejects(webhooks.verify(wrongBody, wrongHeaders, { secrets: key }), invalid("invalid_signature"));
    }
  });
});

describe("the examples that editors show on hover", () => {
  for (const file of ["webhooks", "webhooks-handler"]) {
    const source = readFileSync(new URL(`../src/worker/${file}.ts`, import.meta.url), "utf8");
    for (const [index, [, text]] of [...source.matchAll(/@example\n([\s\S]*?)\*\//g)].entries()) {
      test(`${file}, ${index + 1}`, async () => {
        const example = text.replaceAll(/^\s*\* ?/gm, "");
        const request = new Request("https://shop.example/", { method: "POST", body, headers: await signed() });
        const names = {
          webhooks,
          webhookHandler,
          request,
          env: { MERCHANT_WEBHOOK_SECRET: secret },
          console: { log() {} },
        };
        const AsyncFunction = (async () => {}).constructor;
        await new AsyncFunction(...Object.keys(names), example)(...Object.values(names));
      });
    }
  }
});
