import load from "citrn:wasm/sandbox-glue";
import type * as Glue from "../../wasm/sandbox.js";
import bytes from "../../wasm/sandbox_bg.wasm";
import { requireGlobals } from "../globals.js";

/** How the connection that carries a response misbehaves. */
export interface Transport {
  delay_ms: number;
  interruption: "stall" | "sever_before" | "sever_during" | null;
}

/** What the engine answers. */
export interface EngineResponse {
  status: number;
  headers: [name: string, value: string][];
  body: string;
  transport: Transport;
  /** Whether the answer waits until nothing is in flight any more. */
  settle: boolean;
}

/** What the engine wants done besides answering. */
export type Effect =
  | { type: "log"; line: string }
  | { type: "deliver"; attempt: number; url: string; headers: [name: string, value: string][]; body: string };

/** What the engine wants done. */
export interface Step {
  response: EngineResponse | null;
  effects: Effect[];
  wake_in_ms: number | null;
  settled: boolean;
}

/** A request as the engine takes it. */
export interface EngineRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** What the engine is started with. */
export interface EngineSettings {
  api_key: string;
  secret: string;
  seed: string;
  origin: string;
  callback_url: string | null;
}

/** What came of an attempt to deliver a callback. */
export type Outcome = { status: number } | { error: string };

let glue: typeof Glue | undefined;

function started(): typeof Glue {
  if (glue) return glue;
  requireGlobals(["WebAssembly", "TextEncoder", "TextDecoder"]);
  glue = load() as typeof Glue;
  glue.initSync({ module: bytes });
  return glue;
}

/** A signature that does not match a body, and the secrets that it was tried with: pairs of name and text. */
export interface Mismatch {
  secrets: [name: string, text: string][];
  api_key: string | null;
  signature: string;
}

/** Returns the probable mistake as the end of a sentence about the signature, if there is a usual one. */
export function diagnosis(mismatch: Mismatch, body: Uint8Array): string | undefined {
  return started().diagnose(JSON.stringify(mismatch), body);
}

/** The gateway's behaviour: the wasm state machine behind plain objects. */
export class Engine {
  readonly #sandbox: Glue.Sandbox;

  constructor(settings: EngineSettings) {
    const { Sandbox } = started();
    this.#sandbox = new Sandbox(JSON.stringify(settings));
  }

  handle({ method, target, headers, body }: EngineRequest): Step {
    return JSON.parse(this.#sandbox.handle(JSON.stringify({ method, target, headers }), body, Date.now()));
  }

  /** Does what is due now. */
  due(): Step {
    return JSON.parse(this.#sandbox.due(Date.now()));
  }

  delivered(attempt: number, outcome: Outcome): Step {
    return JSON.parse(this.#sandbox.delivered(attempt, JSON.stringify(outcome), Date.now()));
  }

  /** Gives the wasm memory back. */
  free(): void {
    this.#sandbox.free();
  }
}
