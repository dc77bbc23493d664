// A fake gateway in the test's process, on Node. Each path has a different fault. Resolves to its base URL and to
// a function that closes it and returns the received requests.
const http = process.getBuiltinModule("node:http");
const { createHmac } = process.getBuiltinModule("node:crypto");
const seen = [];
const open = new Set();

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const path = new URL(request.url, "http://localhost").pathname;
  const signature = createHmac("sha512", "AbCdEfG123456").update(body).digest("hex");
  seen.push({ path, method: request.method, signed: request.headers["x-process-signature"] === signature });
  const json = (status, value, headers = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
  const prefix = path.split("/")[1];
  switch (prefix) {
    case "works":
      if (path.endsWith("/ping")) return json(200, { message: "OK" });
      if (request.headers["x-process-signature"] !== signature) return json(403, { code: "bad_header_signature" });
      return json(200, { data: { address: "bc1q", foreign_id: JSON.parse(body).foreign_id } });
    case "stalls-after-headers":
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
      return;
    case "severs-in-body":
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"data":');
      return setTimeout(() => response.destroy(), 20);
    case "slow":
      return setTimeout(() => json(200, { data: { address: "bc1q-slow" } }), 150);
    case "redirects":
      return json(307, {}, { location: `http://127.0.0.1:${server.address().port}/elsewhere` });
    case "is-endless":
      return response.end(Buffer.alloc(64 * 1024 * 1024));
    case "limits":
      return json(429, {}, { "retry-after": "600" });
    case "fails-once":
      if (seen.filter((one) => one.path === path).length === 1) return json(503, {});
      return json(200, { data: { address: "bc1q-second" } });
    default:
      return json(200, { data: { address: "bc1q-elsewhere" } });
  }
});
server.on("connection", (socket) => {
  open.add(socket);
  socket.on("close", () => open.delete(socket));
});

return new Promise((resolve) => {
  server.listen(0, "127.0.0.1", () =>
    resolve({
      url: `http://127.0.0.1:${server.address().port}`,
      close() {
        for (const socket of open) socket.destroy();
        server.close();
        return JSON.stringify(seen);
      },
    }),
  );
});
