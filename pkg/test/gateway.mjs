// A fake gateway: a small HTTP server that answers as the test defines and records the requests.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

export const apiKey = "merchant-public-key";
export const secret = "merchant-secret-aXb7";

/** HMAC-SHA512 in hex, by Node. */
export const hmac = (key, bytes) => createHmac("sha512", key).update(bytes).digest("hex");

/**
 * @param {(request: { method: string, path: string, headers: import("node:http").IncomingHttpHeaders, body: Buffer },
 *   response: import("node:http").ServerResponse) => void} answer
 */
export async function startGateway(answer) {
  const requests = [];
  const waiting = [];
  const server = createServer(async (incoming, response) => {
    const chunks = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      // The client closed the connection.
      return;
    }
    const request = {
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    requests.push(request);
    answer(request, response);
    for (const resolve of waiting.splice(0)) resolve();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${server.address().port}/api`,
    requests,
    /** Resolves when the next request has been answered. */
    requested: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function json(response, status, value, headers = {}) {
  response
    .writeHead(status, { "Content-Type": "application/json", ...headers })
    .end(typeof value === "string" ? value : JSON.stringify(value));
}

/** Returns a custom `fetch` that answers with JSON and records its calls. */
export function fetchOf(answer) {
  const calls = [];
  const fetch = async (url, init) => {
    calls.push({ url, init });
    const { status = 200, headers = {}, body } = await answer(url, init, calls.length);
    const bytes = new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
    return {
      status,
      headers: { get: (name) => headers[name.toLowerCase()] ?? null },
      arrayBuffer: async () => bytes.buffer,
    };
  };
  return { fetch, calls };
}
