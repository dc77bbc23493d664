import load from "citrn:wasm/sandbox-glue";
import type * as Glue from "../../wasm/sandbox.js";
import bytes from "../../wasm/sandbox_bg.wasm";
import { requireGlobals } from "../globals.js";
import type { ReplyProfile } from "./types.js";

/** The faults of the connection that carries a response. */
export interface Transport {
  delay_ms: number;
  interruption: "stall" | "sever_before" | "sever_during" | null;
}

/** The engine's response to a request. */
export interface EngineResponse {
  status: number;
  headers: [name: string, value: string][];
  body: string;
  transport: Transport;
  /** Whether the response waits until no callback is in flight. */
  settle: boolean;
}

/** A side effect to carry out. */
export type Effect =
  | { type: "log"; line: string }
  | { type: "deliver"; attempt: number; url: string; headers: [name: string, value: string][]; body: string };

/** The result of a step of the engine: a response, side effects, and when to call it again. */
export interface Step {
  response: EngineResponse | null;
  effects: Effect[];
  wake_in_ms: number | null;
  settled: boolean;
}

/** A request to the engine. */
export interface EngineRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** The settings of an engine. */
export interface EngineSettings {
  api_key: string;
  secret: string;
  seed: string;
  origin: string;
  callback_url: string | null;
  profile: ReplyProfile;
}

/** The outcome of an attempt to deliver a callback. */
export type Outcome = { status: number } | { error: string };

let glue: typeof Glue | undefined;

/** Returns the exports of the wasm, and starts it on first use. */
function exports(): typeof Glue {
  if (glue) return glue;
  requireGlobals(["WebAssembly", "TextEncoder", "TextDecoder"]);
  glue = load() as typeof Glue;
  glue.initSync({ module: bytes });
  return glue;
}

/** A signature that does not match a body in the documented form, and the expected secrets: pairs of name and text. */
export interface Mismatch {
  secrets: [name: string, text: string][];
  api_key: string | null;
  signature: string;
}

/** Returns the probable mistake as the end of a sentence about the signature, without any secret in it. */
export function diagnosis(mismatch: Mismatch, body: Uint8Array): string {
  return exports().diagnose(JSON.stringify(mismatch), body);
}

/** A transaction that never happened, and the statuses that its callbacks report. */
export interface CallbackOrder {
  seed: string;
  profile: ReplyProfile;
  type: "deposit" | "withdrawal" | "payment_request";
  statuses: readonly string[];
  foreign_id: string;
  currency: string;
  amount: string;
  /** The other currency of an exchange. */
  convert_to: string | null;
  escapes: string;
  /** Paths in the bodies, and the JSON text to set there. */
  set: readonly (readonly [path: string, json: string])[];
}

/**
 * Returns the body of each callback of an order.
 *
 * @throws with a message that names the invalid field
 */
export function writeCallbacks(order: CallbackOrder): string[] {
  return JSON.parse(exports().write_callbacks(JSON.stringify(order)));
}

/** The gateway's behaviour: the wasm state machine behind plain objects. */
export class Engine {
  readonly #sandbox: Glue.Sandbox;

  constructor(settings: EngineSettings) {
    const { Sandbox } = exports();
    this.#sandbox = new Sandbox(JSON.stringify(settings));
  }

  handle({ method, target, headers, body }: EngineRequest): Step {
    return JSON.parse(this.#sandbox.handle(JSON.stringify({ method, target, headers }), body, Date.now()));
  }

  /** Runs everything that is due. */
  due(): Step {
    return JSON.parse(this.#sandbox.due(Date.now()));
  }

  delivered(attempt: number, outcome: Outcome): Step {
    return JSON.parse(this.#sandbox.delivered(attempt, JSON.stringify(outcome), Date.now()));
  }

  /** Frees the wasm memory. */
  free(): void {
    this.#sandbox.free();
  }
}
