import { createHmac } from "node:crypto";
import { createServer } from "node:http";

/**
 * Starts a merchant's endpoint that records its deliveries.
 * @typedef {{ at: number, headers: import("node:http").IncomingHttpHeaders, body: string, status: number }} Delivery
 */
export async function startMerchant({ port = 0 } = {}) {
  /** @type {Delivery[]} */
  const deliveries = [];
  /** @type {(delivery: Delivery, response: import("node:http").ServerResponse) => number | void} */
  let answer = () => 200;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const delivery = { at: Date.now(), headers: request.headers, body: Buffer.concat(chunks).toString(), status: 0 };
    deliveries.push(delivery);
    delivery.status = answer(delivery, response) ?? 0;
    if (delivery.status > 0) response.writeHead(delivery.status).end();
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/webhooks`,
    deliveries,
    /**
     * Sets the handler of deliveries. It returns a status, or writes the response itself.
     * @param {typeof answer} handler
     */
    answers(handler) {
      answer = handler;
    },
    /** Waits until this many deliveries were accepted. @param {number} count */
    async taken(count, within = 10_000) {
      const deadline = Date.now() + within;
      for (;;) {
        const taken = deliveries.filter(({ status }) => status >= 200 && status < 300);
        if (taken.length >= count) return taken;
        if (Date.now() > deadline) throw new Error(`${taken.length} of ${count} deliveries were accepted`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Posts a callback like the gateway.
 * @param {string} origin
 * @param {string} secret
 * @param {string | Uint8Array} body
 */
export function sendCallback(origin, secret, body, headers = {}) {
  const signature = createHmac("sha512", secret).update(body).digest("hex");
  return fetch(`${origin}/callbacks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-process-key": "key",
      "x-process-signature": signature,
      ...headers,
    },
    body,
  });
}
