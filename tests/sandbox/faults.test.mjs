import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { balance, data, post, sandboxFor, sign, withdrawal } from "./gateway.mjs";

/** Starts a sandbox whose next withdrawal has this fault, and returns the withdrawal's call. */
async function broken(t, fault) {
  const sandbox = await sandboxFor(t);
  await sandbox.balances.credit({ currency: "USDTT", amount: "100" });
  await sandbox.faults.add({ endpoint: "withdrawal/crypto", ...fault });
  return { sandbox, call: () => post(sandbox, "withdrawal/crypto", withdrawal()) };
}

const executed = async (sandbox) => (await balance(sandbox, "USDTT")) !== "100.00000000";

/** How long a socket is silent until the answer counts as complete. */
const SILENT_MS = 300;

/** Returns the bytes received over a plain socket, until the other side closes it or is silent after its first bytes. */
function rawCall(sandbox, path, body) {
  const { port } = new URL(sandbox.url);
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    let closed = false;
    let timer;
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      text += chunk;
      clearTimeout(timer);
      timer = setTimeout(() => socket.destroy(), SILENT_MS);
    });
    socket.on("end", () => (closed = true));
    socket.on("error", (error) => (error.code === "ECONNRESET" ? (closed = true) : reject(error)));
    socket.on("close", () => {
      clearTimeout(timer);
      resolve({ text, closed });
    });
    socket.write(
      `POST /api/${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\nX-Process-Key: ${sandbox.apiKey}\r\n` +
        `X-Process-Signature: ${sign(sandbox.secret, body)}\r\n\r\n${body}`,
    );
  });
}

test("latency delays the response", async (t) => {
  const { sandbox, call } = await broken(t, { kind: "latency", latency_ms: 200 });
  const start = performance.now();
  assert.equal((await call()).status, 200);
  assert.ok(performance.now() - start >= 195);
  assert.ok(await executed(sandbox));
});

test("stall sends the headers and then nothing", async (t) => {
  const { sandbox } = await broken(t, { kind: "stall" });
  const { text, closed } = await rawCall(sandbox, "withdrawal/crypto", JSON.stringify(withdrawal()));
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*Content-Length: [1-9]\d*\r\n[\s\S]*\r\n\r\n$/);
  assert.ok(!closed);
  assert.ok(await executed(sandbox));
});

test("sever_before executes the call and closes the connection without a response", async (t) => {
  const { sandbox } = await broken(t, { kind: "sever_before" });
  assert.deepEqual(await rawCall(sandbox, "withdrawal/crypto", JSON.stringify(withdrawal())), {
    text: "",
    closed: true,
  });
  assert.ok(await executed(sandbox));
});

test("sever_before with executes: false closes the connection without executing the call", async (t) => {
  const { sandbox, call } = await broken(t, { kind: "sever_before", executes: false });
  await assert.rejects(call());
  assert.ok(!(await executed(sandbox)));
});

test("sever_during closes the connection in the middle of the body", async (t) => {
  const { sandbox } = await broken(t, { kind: "sever_during" });
  const { text, closed } = await rawCall(sandbox, "withdrawal/crypto", JSON.stringify(withdrawal()));
  const [head, body] = text.split("\r\n\r\n");
  const announced = Number(/Content-Length: (\d+)/.exec(head)[1]);
  assert.ok(closed && body.length > 0 && body.length < announced, text);
  assert.ok(await executed(sandbox));
});

test("rate_limit answers 429 with Retry-After, in seconds or as a date", async (t) => {
  for (const retry_after of ["7", "Fri, 01 Jan 2027 00:00:00 GMT"]) {
    const { sandbox, call } = await broken(t, { kind: "rate_limit", retry_after });
    const { status, headers } = await call();
    assert.deepEqual([status, headers.get("retry-after")], [429, retry_after]);
    assert.ok(!(await executed(sandbox)));
  }
});

test("server_error answers 5xx, with or without executing the call", async (t) => {
  for (const executes of [false, true]) {
    const { sandbox, call } = await broken(t, { kind: "server_error", status: 503, executes });
    const { status, json } = await call();
    assert.deepEqual([status, json.error_code], [503, undefined]);
    assert.equal(await executed(sandbox), executes);
  }
});

test("html answers with an HTML error page", async (t) => {
  const { sandbox, call } = await broken(t, { kind: "html" });
  const { status, headers, text } = await call();
  assert.deepEqual([status, headers.get("content-type")], [502, "text/html; charset=utf-8"]);
  assert.match(text, /^<!doctype html>/);
  assert.ok(!(await executed(sandbox)));
});

test("truncated_json, wrong_content_type and empty_body damage the response of an executed call", async (t) => {
  for (const [kind, check] of [
    ["truncated_json", ({ json, text }) => json === undefined && text.startsWith('{"data":{')],
    ["wrong_content_type", ({ json, headers }) => json.data.id && headers.get("content-type").startsWith("text/html")],
    ["empty_body", ({ text }) => text === ""],
  ]) {
    const { sandbox, call } = await broken(t, { kind });
    const reply = await call();
    assert.equal(reply.status, 200);
    assert.ok(check(reply), kind);
    assert.ok(await executed(sandbox));
  }
});

test("redirect answers with a redirect", async (t) => {
  const { sandbox, call } = await broken(t, { kind: "redirect", location: "http://127.0.0.1:9/elsewhere" });
  const { status, headers } = await call();
  assert.deepEqual([status, headers.get("location")], [302, "http://127.0.0.1:9/elsewhere"]);
  assert.ok(!(await executed(sandbox)));
});

test("faults apply to one endpoint or any, for a number of calls, in the order in which they were added", async (t) => {
  const sandbox = await sandboxFor(t);
  await sandbox.faults.add({ kind: "server_error", endpoint: "/balances", times: 2 });
  await sandbox.faults.add({ kind: "rate_limit" });
  const { faults } = await sandbox.faults.list();
  assert.deepEqual(
    faults.map(({ endpoint, kind, times }) => [endpoint, kind, times]),
    [
      ["balances", "server_error", 2],
      ["*", "rate_limit", 1],
    ],
  );
  const status = async (path) => (await post(sandbox, path)).status;
  assert.deepEqual(
    [await status("balances"), await status("accounts/list"), await status("accounts/list")],
    [500, 429, 200],
  );
  assert.deepEqual([await status("balances"), await status("balances")], [500, 200]);
  await sandbox.faults.add({ kind: "rate_limit", times: 5 });
  await sandbox.faults.clear();
  assert.equal(await status("balances"), 200);
  assert.deepEqual(
    (await sandbox.requests.list()).map(({ fault }) => fault),
    ["server_error", "rate_limit", null, "server_error", null, null],
  );
});

test("an invalid fault is refused with the field's name", async (t) => {
  const sandbox = await sandboxFor(t);
  for (const [fault, field] of [
    [{ kind: "error_code" }, "code"],
    [{ kind: "error_code", code: "nope" }, "code"],
    [{ kind: "latency", code: "coin_not_found" }, "code"],
    [{ kind: "latency", endpoint: "nope" }, "endpoint"],
    [{ kind: "latency", times: 0 }, "times"],
    [{ kind: "latency", latency_ms: 1e12 }, "latency_ms"],
    [{ kind: "server_error", status: 99 }, "status"],
    [{ kind: "rate_limit", retry_after: "1\r\nX: y" }, "retry_after"],
    [{ kind: "nope" }, "kind|variant"],
    [{ kind: "latency", surprise: 1 }, "surprise"],
  ]) {
    await assert.rejects(sandbox.faults.add(fault), { httpStatus: 400, message: new RegExp(field) });
  }
  assert.deepEqual(await sandbox.faults.list(), { faults: [], callbacks: [] });
  await data(sandbox, "accounts/list");
});
