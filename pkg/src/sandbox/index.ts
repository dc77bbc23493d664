import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { control, type SandboxControl, SandboxError } from "./control.js";
import { SandboxServer } from "./server.js";

export { SandboxError, type SandboxControl };
export type * from "./types.js";

/** Settings of {@link startSandbox}; all of them can be left out. */
export interface SandboxOptions {
  /** Port to listen on; 0, the default, takes a free one. */
  port?: number | undefined;
  /** Address to listen on; `127.0.0.1` by default, so that only this machine reaches it. */
  host?: string | undefined;
  /** Where the sandbox is reached, if not at the address that it listens on: scheme, host and port. */
  publicUrl?: string | undefined;
  /** The merchant's public key; generated if left out. */
  apiKey?: string | undefined;
  /** The merchant's secret; generated if left out. */
  secret?: string | undefined;
  /** The same seed and the same requests give the same ids and addresses; generated if left out. */
  seed?: string | undefined;
  /** Where callbacks go; without it they are only logged. */
  callbackUrl?: string | undefined;
  /** Takes one readable line for each request and each callback; nothing is printed if left out. */
  log?: ((line: string) => void) | undefined;
}

/** A running sandbox. */
export interface Sandbox extends SandboxControl {
  /** Scheme, host and port, such as `http://127.0.0.1:8788`. */
  readonly url: string;
  /** What a client takes as its base URL: `url` and `/api`. */
  readonly baseUrl: string;
  /** The merchant's public key. */
  readonly apiKey: string;
  /** The merchant's secret. */
  readonly secret: string;
  /** The seed that this run can be repeated with. */
  readonly seed: string;
  /** Stops it; connections that are open are cut. */
  close(): Promise<void>;
}

/**
 * Starts a gateway that behaves like Citron, in this process, for development and tests.
 *
 * @throws when the port is taken or a setting is not usable.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const apiKey = text("apiKey", options.apiKey, 16);
  const secret = text("secret", options.secret, 32);
  const seed = text("seed", options.seed, 8);
  const port = options.port ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new TypeError("`port` must be a whole number from 0 to 65535; 0 takes a free port.");
  }
  const server = await SandboxServer.listen({
    host: text("host", options.host ?? "127.0.0.1", 0),
    port,
    origin: origin(options.publicUrl),
    api_key: apiKey,
    secret,
    seed,
    callback_url: options.callbackUrl === undefined ? null : text("callbackUrl", options.callbackUrl, 0),
    log: options.log ?? (() => {}),
  });
  return {
    url: server.origin,
    baseUrl: `${server.origin}/api`,
    apiKey,
    secret,
    seed,
    close: () => server.close(),
    ...control(async (method, path, body) => {
      const answer = await server.request({
        method,
        target: `/_sandbox/${path}`,
        headers: [
          ["Host", new URL(server.origin).host],
          ["Content-Type", "application/json"],
        ],
        body: Buffer.from(body ? JSON.stringify(body) : ""),
      });
      const reply = JSON.parse(answer.body);
      if (answer.status !== 200) throw new SandboxError(answer.status, reply.error);
      return reply.data;
    }),
  };
}

/** A setting that is text, or as many random bytes in hex where it was left out. */
function text(name: string, value: string | undefined, bytes: number): string {
  if (value === undefined) return randomBytes(bytes).toString("hex");
  if (typeof value !== "string" || value === "") throw new TypeError(`\`${name}\` must be a text that is not empty.`);
  return value;
}

function origin(publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined) return undefined;
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username) {
    throw new TypeError("`publicUrl` must be scheme, host and port only, such as https://sandbox.example:8788.");
  }
  return url.origin;
}
