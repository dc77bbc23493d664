import { createHmac } from "node:crypto";
import { createServer } from "node:http";

/**
 * Starts a gateway whose answers a test sets, and which records the requests.
 * @typedef {{ method: string, url: string, headers: import("node:http").IncomingHttpHeaders, body: string }} Received
 */
export async function startGateway({ apiKey, secret }) {
  /** @type {Received[]} */
  let received = [];
  /** @type {(request: Received, response: import("node:http").ServerResponse) => void} */
  let answer = (_, response) => response.writeHead(500).end();

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    const recorded = { method, url, headers, body: Buffer.concat(chunks).toString() };
    received.push(recorded);
    answer(recorded, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();

  return {
    baseUrl: `http://127.0.0.1:${port}/api`,
    apiKey,
    secret,
    /** Returns the requests since the last call of this function. */
    received() {
      const all = received;
      received = [];
      return all;
    },
    /**
     * Sets the handler of requests.
     * @param {(request: Received, response: import("node:http").ServerResponse) => void} does
     */
    does(does) {
      answer = does;
    },
    /**
     * Answers no request. Resolves once `count` of them have arrived, with their parameters and the responses to write.
     * @returns {Promise<(Record<string, string> & { response: import("node:http").ServerResponse })[]>}
     */
    stalls(count = 1) {
      return new Promise((resolve) => {
        /** @type {any[]} */
        const calls = [];
        answer = (request, response) => {
          calls.push({ ...JSON.parse(request.body), response });
          if (calls.length === count) resolve(calls);
        };
      });
    },
    /**
     * Sets the answer to all requests: text as HTML, other values as JSON.
     * @param {number} status
     * @param {unknown} body
     */
    answers(status, body, headers = {}) {
      answer = (_, response) =>
        response
          .writeHead(status, {
            "content-type": typeof body === "string" ? "text/html" : "application/json",
            ...headers,
          })
          .end(typeof body === "string" ? body : JSON.stringify(body));
    },
    /** Returns whether a request has the key and a valid signature of its body. @param {Received} request */
    isSigned({ headers, body }) {
      const signature = createHmac("sha512", secret).update(body).digest("hex");
      return headers["x-process-key"] === apiKey && headers["x-process-signature"] === signature;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
