// A client of the gateway that shares no code with ours: plain fetch and node:crypto.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { startSandbox } from "citrn/sandbox";

/** Returns an HMAC-SHA512 in hex, as documented. */
export const sign = (secret, body) => createHmac("sha512", secret).update(body).digest("hex");

/** Starts a sandbox that stops with the test. @param {import("node:test").TestContext} t */
export async function sandboxFor(t, options = {}) {
  const sandbox = await startSandbox({ seed: "tests", ...options });
  t.after(() => sandbox.close());
  return sandbox;
}

/** Makes a signed POST; text is sent unchanged. Returns status, headers, text and, for JSON, json. */
export async function post(sandbox, path, body = {}, headers = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${sandbox.baseUrl}/${path}`, {
    method: "POST",
    redirect: "manual",
    headers: {
      "Content-Type": "application/json",
      "X-Process-Key": sandbox.apiKey,
      "X-Process-Signature": sign(sandbox.secret, text),
      ...headers,
    },
    body: text,
  });
  return read(response);
}

/** Makes an unsigned GET. */
export async function get(sandbox, path, headers = {}) {
  return read(await fetch(`${sandbox.baseUrl}/${path}`, { headers, redirect: "manual" }));
}

async function read(response) {
  const text = await response.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    // Some responses are deliberately not JSON; the test then checks the text.
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** Returns the `data` of a signed POST, which must succeed. */
export async function data(sandbox, path, body) {
  const { status, text, json } = await post(sandbox, path, body);
  if (status !== 200) throw new Error(`${path} answered ${status} ${text}`);
  return json.data;
}

/** Returns the merchant's balance in a currency. */
export async function balance(sandbox, currency) {
  const accounts = await data(sandbox, "accounts/list");
  return accounts.find((account) => account.currency === currency).balance;
}

/**
 * Starts a merchant's server, which stores all callbacks and answers with the status from `answer` (200 by default).
 * @param {import("node:test").TestContext} t
 */
export async function merchantFor(t, answer = () => 200) {
  const received = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body, json: JSON.parse(body) });
    response.writeHead(await answer(received.length, JSON.parse(body), request.headers));
    response.end(JSON.stringify({ code: 0 }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/citron`, received };
}

/** Valid main-network addresses, one for each family that a test needs. */
export const ADDRESSES = {
  bitcoin: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
  ethereum: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
  tron: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
  ton: "EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF",
};

let counter = 0;

/** Returns a withdrawal that succeeds if the balance covers it. */
export const withdrawal = (change = {}) => ({
  address: ADDRESSES.tron,
  foreign_id: `payout-${++counter}`,
  amount: "25",
  currency: "USDTT",
  ...change,
});
