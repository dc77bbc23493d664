// The compared ways to create a payment over HTTP. Each is created with the port of the server, and returns the result
// of its call: the URL of the page to pay on.
import { createHmac, createSecretKey } from "node:crypto";
import { Agent, request } from "node:http";

const SECRET = "bench-secret-of-the-gateway";
const API_KEY = "bench-key";
const PAYMENT = { foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" };

const key = createSecretKey(Buffer.from(SECRET));
const path = "/api/payments/create-payment";

/** Returns body and headers, built by hand. */
function signed() {
  const body = JSON.stringify(PAYMENT);
  const signature = createHmac("sha512", key).update(body).digest("hex");
  return {
    body,
    headers: { "Content-Type": "application/json", "X-Process-Key": API_KEY, "X-Process-Signature": signature },
  };
}

async function stripe(port, httpClient) {
  const { default: Stripe } = await import(/** @type {string} */ ("stripe"));
  const client = new Stripe("sk_test_bench", {
    host: "127.0.0.1",
    port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
    ...httpClient?.(Stripe),
  });
  return async () => {
    const session = await client.checkout.sessions.create({
      client_reference_id: "user-17",
      currency: "usd",
      success_url: PAYMENT.return_url,
    });
    return session.url;
  };
}

/** @type {Record<string, (port: number) => Promise<() => Promise<string | null>>>} */
export const CALLERS = {
  citrn: async (port) => {
    const { Citrn } = await import(/** @type {string} */ ("citrn"));
    const citrn = new Citrn({ apiKey: API_KEY, secret: SECRET, baseUrl: `http://127.0.0.1:${port}/api` });
    return async () => (await citrn.payments.create(PAYMENT)).redirect_url;
  },
  "bare fetch": async (port) => async () => {
    const { body, headers } = signed();
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return /** @type {{ data: { redirect_url: string } }} */ (await answer.json()).data.redirect_url;
  },
  "stripe, fetch": (port) => stripe(port, (Stripe) => ({ httpClient: Stripe.createFetchHttpClient() })),
  "bare node:http": async (port) => {
    const agent = new Agent({ keepAlive: true });
    return () =>
      new Promise((resolve, reject) => {
        const { body, headers } = signed();
        const sent = request(
          {
            host: "127.0.0.1",
            port,
            path,
            method: "POST",
            agent,
            headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
          },
          (answer) => {
            let text = "";
            answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
            answer.on("end", () => resolve(JSON.parse(text).data.redirect_url));
          },
        );
        sent.on("error", reject);
        sent.end(body);
      });
  },
  "stripe, node:http": (port) => stripe(port),
};
