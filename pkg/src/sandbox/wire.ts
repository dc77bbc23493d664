import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { EngineResponse } from "./engine.js";

/** Longest accepted body, far above anything that the API accepts. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Reads the whole body. Returns `undefined` if it is too long. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    // The rest is read too: a client that is still sending would not see the response.
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** Sends a response, with the faults that it lists. */
export async function send(
  { status, headers, body, transport }: EngineResponse,
  response: ServerResponse,
): Promise<void> {
  if (transport.delay_ms > 0) {
    const closed = new AbortController();
    response.once("close", () => closed.abort());
    await setTimeout(transport.delay_ms, undefined, { signal: closed.signal }).catch(() => {});
  }
  if (transport.interruption === "sever_before") {
    response.socket?.destroy();
    return;
  }
  const bytes = Buffer.from(body);
  response.writeHead(status, [...headers, ["Content-Length", String(bytes.length)]].flat());
  switch (transport.interruption) {
    case "stall":
      response.flushHeaders();
      return;
    case "sever_during":
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
      return;
    default:
      response.end(bytes);
  }
}
