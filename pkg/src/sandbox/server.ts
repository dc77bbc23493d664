import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deliver } from "./delivery.js";
import { Engine, type EngineRequest, type EngineResponse, type EngineSettings, type Step } from "./engine.js";
import { describeGateway, OPENAPI_TARGET } from "./openapi.js";
import { readBody, send } from "./wire.js";

/** The longest delay of a timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The address to listen on, the engine's settings, and the log. */
export interface ServerSettings extends Omit<EngineSettings, "origin"> {
  host: string;
  port: number;
  /** Where the sandbox is reached, if not at the address that it listens on. */
  origin: string | undefined;
  log: (line: string) => void;
}

/** Serves an engine over HTTP, and carries out its side effects. */
export class SandboxServer {
  readonly #http: Server;
  readonly #engine: Engine;
  readonly #log: (line: string) => void;
  readonly #stop = new AbortController();
  #wake: ReturnType<typeof setTimeout> | undefined;
  #settled = true;
  #waiting: (() => void)[] = [];
  /** Scheme, host and port, such as `http://127.0.0.1:8788`. */
  readonly origin: string;

  private constructor(http: Server, origin: string, engine: Engine, log: (line: string) => void) {
    this.#http = http;
    this.origin = origin;
    this.#engine = engine;
    this.#log = log;
    http.on("request", (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        if (!response.destroyed) log(`${request.method} ${request.url}: ${reason}`);
        response.destroy();
      });
    });
  }

  /** Listens, and only then starts the engine, which needs its own address. */
  static async listen({ host, port, origin, log, ...settings }: ServerSettings): Promise<SandboxServer> {
    const http = createServer().listen(port, host);
    await once(http, "listening");
    const reached = origin ?? `http://${reachable(host)}:${(http.address() as AddressInfo).port}`;
    try {
      return new SandboxServer(http, reached, new Engine({ ...settings, origin: reached }), log);
    } catch (error) {
      http.close();
      throw error;
    }
  }

  /** Handles a request without the network. Returns the response that would have been sent. */
  async request(request: EngineRequest): Promise<EngineResponse> {
    if (this.#stop.signal.aborted) throw new Error("The sandbox is closed.");
    if (request.method === "GET" && request.target === OPENAPI_TARGET) return describeGateway(`${this.origin}/api`);
    const { response } = this.#apply(this.#engine.handle(request));
    if (!response) throw new Error("The sandbox returned no response.");
    if (response.settle) await this.#untilSettled();
    return response;
  }

  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    clearTimeout(this.#wake);
    const closed = once(this.#http, "close");
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
    this.#engine.free();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (!body) {
      response.writeHead(413, { "Content-Type": "application/json", Connection: "close" });
      response.end(JSON.stringify({ error: "Body too large", code: "body_too_large" }));
      return;
    }
    const answer = await this.request({
      method: request.method ?? "GET",
      target: request.url ?? "/",
      headers: headerPairs(request.rawHeaders),
      body,
    });
    await send(answer, response);
  }

  #apply(step: Step): Step {
    clearTimeout(this.#wake);
    if (step.wake_in_ms !== null) {
      this.#wake = setTimeout(() => this.#apply(this.#engine.due()), Math.min(step.wake_in_ms, MAX_TIMER_MS));
    }
    this.#settled = step.settled;
    if (step.settled) {
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
    for (const effect of step.effects) {
      if (effect.type === "log") {
        this.#log(effect.line);
        continue;
      }
      void deliver(effect, this.#stop.signal).then((outcome) => {
        if (!this.#stop.signal.aborted) this.#apply(this.#engine.delivered(effect.attempt, outcome));
      });
    }
    return step;
  }

  /** Waits until no callback is in flight and the clock is not being advanced. */
  #untilSettled(): Promise<void> {
    if (this.#settled) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Returns the host of a URL for an address to listen on: loopback, if it listens on all addresses. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** Returns pairs from Node's `rawHeaders`, which alternates names and values. */
function headerPairs(raw: string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  return pairs;
}
