import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { EngineResponse } from "./engine.js";

/** Longest body that is read. Nothing that the API takes comes near it. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The whole body, or nothing when it is too long. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    // Read on to the end: a caller that is still sending would not see the answer.
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** Sends a response, or misbehaves as it says. */
export async function send(
  { status, headers, body, transport }: EngineResponse,
  response: ServerResponse,
): Promise<void> {
  if (transport.delay_ms > 0) {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    await setTimeout(transport.delay_ms, undefined, { signal: gone.signal }).catch(() => {});
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
