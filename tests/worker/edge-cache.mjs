import { createServer } from "node:http";

/**
 * Starts the service behind workerd's Cache API. A PUT stores a complete HTTP response from its body, and a GET returns
 * it. The cache outlives restarts of workerd.
 */
export async function startEdgeCache() {
  /** @type {Map<string, Buffer>} */
  const entries = new Map();
  const server = createServer(async (request, response) => {
    const key = `${request.headers.host}${request.url}`;
    if (request.method === "PUT") {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      entries.set(key, Buffer.concat(chunks));
      return void response.writeHead(204).end();
    }
    const stored = entries.get(key)?.toString("utf8");
    if (stored === undefined) return void response.writeHead(504, { "cf-cache-status": "MISS" }).end();
    const at = stored.indexOf("\r\n\r\n");
    const headers = stored
      .slice(0, at)
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(/: */, 2));
    const plain = Object.fromEntries(headers.filter(([name]) => !/^(transfer-encoding|content-length)$/i.test(name)));
    const chunked = headers.some(([name, value]) => /^transfer-encoding$/i.test(name) && /chunked/i.test(value));
    const body = stored.slice(at + 4);
    response.writeHead(200, { ...plain, "cf-cache-status": "HIT" }).end(chunked ? decodeChunks(body) : body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    entries,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @param {string} body in chunked transfer coding */
function decodeChunks(body) {
  let text = "";
  for (let rest = body; ; ) {
    const [, size] = /^([0-9a-fA-F]+)[^\n]*\r\n/.exec(rest) ?? [];
    const length = Number.parseInt(size ?? "0", 16);
    if (!length) return text;
    const from = rest.indexOf("\r\n") + 2;
    text += rest.slice(from, from + length);
    rest = rest.slice(from + length + 2);
  }
}
