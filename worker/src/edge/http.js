// Requests and responses of the runtime. Each function is one call across the wasm boundary, instead of one per
// property and promise. Headers are passed as a JSON list of names and values.
import { callInstance } from "citrn-worker/in_flight.js";
import { inSpan, traceId, traceparentOf } from "citrn-worker/spans.js";

/** Chunk size for reading streams. Nearly every body is shorter. */
const CHUNK = 4096;

/** Returns the method, the URL, the id of the platform's trace and the values of headers, one per line. */
export const head = ({ method, url, headers }, names) =>
  [method, url, traceId(), ...names.map((name) => headers.get(name) ?? "\0")].join("\n");

/**
 * Reads the body of a request or a response. Returns `undefined` if it is longer than the limit: the rest is not read.
 */
export async function read(message, limit) {
  const { headers } = message;
  const length = headers.get("Content-Length");
  // Written so that NaN exceeds the limit.
  if (length !== null && !(Number(length) <= limit)) return undefined;
  // A decompressed body can be longer than Content-Length.
  if (length === null || headers.has("Content-Encoding")) return readStream(message.body, limit);
  const bytes = new Uint8Array(await message.arrayBuffer());
  return bytes.length > limit ? undefined : bytes;
}

async function readStream(stream, limit) {
  if (!stream) return new Uint8Array();
  const reader = stream.getReader({ mode: "byob" });
  const chunks = [];
  for (let size = 0; size <= limit; ) {
    const { value } = await reader.read(new Uint8Array(CHUNK), { min: CHUNK });
    chunks.push(value);
    size += value.length;
    // Only the last chunk is shorter.
    if (value.length < CHUNK && size <= limit)
      return chunks.length === 1 ? value : new Uint8Array(await new Blob(chunks).arrayBuffer());
  }
  // A failed cancellation does not change the result.
  await reader.cancel().catch(() => {});
  return undefined;
}

/** Returns a response. With a `BodyRest`, its body is a stream that begins with the text. */
export const respond = (status, headers, body, rest) =>
  new Response(rest ? stream(body, rest) : body || null, { status, headers: Object.fromEntries(JSON.parse(headers)) });

function stream(text, rest) {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      text ??= await callInstance((resolve, reject) => rest.next(resolve, reject));
      if (text === undefined) return controller.close();
      controller.enqueue(encoder.encode(text));
      text = undefined;
    },
    // The runtime calls this when a write fails because the client has left.
    cancel: () => rest.cancel(),
  });
}

/**
 * Returns a promise that is rejected as soon as the signal aborts. The runtime settles no promise of a request whose
 * client has left, and the future that waits for it would stay in the wasm memory.
 */
const abortable = (promise, signal) =>
  new Promise((resolve, reject) => {
    signal.addEventListener("abort", reject);
    promise.then(resolve, reject);
  });

const send = (method, url, headers, body, { signal }) =>
  fetch(url, { method, headers: Object.fromEntries(headers), body, signal, redirect: "manual" });

/** Sends a request to the gateway and reads its reply with `read`. */
export const exchange = (method, url, headers, body, controller, limit) =>
  inSpan("citrn gateway", { "citrn.endpoint": new URL(url).pathname }, async (span) => {
    const reply = await send(method, url, JSON.parse(headers), body, controller);
    span?.setAttribute("citrn.status", reply.status);
    return {
      status: reply.status,
      retryAfter: reply.headers.get("Retry-After") ?? undefined,
      body: await read(reply, limit),
    };
  });

/** Posts a delivery to the merchant. It continues the trace of its callback, or else the platform's. */
export const deliver = (url, headers, body, controller) =>
  inSpan("citrn delivery", {}, async (span) => {
    const list = JSON.parse(headers);
    if (span?.spanContext && !list.some(([name]) => name === "traceparent")) {
      list.push(["traceparent", traceparentOf(span)]);
    }
    const response = await send("POST", url, list, body, controller);
    span?.setAttribute("citrn.status", response.status);
    return response;
  });

/** Sends a message to a Durable Object and returns its reply. The URL is never resolved. A signal can abort it. */
export const callObject = (stub, binding, message, signal) => {
  const reply = inSpan("citrn object", { "citrn.object": binding }, async () => {
    const response = await stub.fetch("https://object/", { method: "POST", body: message, signal });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  });
  return signal ? abortable(reply, signal) : reply;
};
