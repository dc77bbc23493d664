import { call, check, initSync, sign, verify_callback } from "../wasm/citrn.js";
import type { Settings } from "./settings.js";
import type { CallOptions } from "./options.js";

/** What a call came to. */
export type Outcome = Success | Failure;

export interface Success {
  readonly httpStatus: number;
  readonly raw: string;
  /** The reply's JSON in its canonical form, an object of its own. */
  readonly value: unknown;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly httpStatus?: number | undefined;
  readonly executed: "no" | "unknown";
  readonly retryable: boolean;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  readonly field?: string | undefined;
  /** Name and value of what to reconcile by. */
  readonly reference?: readonly ["foreign_id" | "quote_id", string] | undefined;
  readonly raw?: string | undefined;
  /** Whether `code` is the gateway's own. */
  readonly fromGateway: boolean;
  readonly cause?: unknown;
}

/** The exports of the core, with the shapes that its plain values have. */
interface Core {
  sign(secret: string, body: Uint8Array): string;
  check(settings: Settings): Failure | undefined;
  call(name: string, parameters: unknown, settings: Settings, options: CallOptions | undefined): Promise<Outcome>;
  request(path: string, body: string, settings: Settings, options: CallOptions | undefined): Promise<Outcome>;
  verify_callback(secrets: string[], body: Uint8Array, signature: string | undefined): [object, object] | Failure;
}

/** A path is told from the name of an endpoint by the slash that it begins with. */
const request: Core["request"] = (path, body, settings, options) => call(path.startsWith("/") ? path : `/${path}`, body, settings, options);

const exports: Core = { sign, check, call, request, verify_callback };

let compile: (() => WebAssembly.Module) | undefined;
let started = false;

/** Says where this runtime has the wasm. Each entry does so once, before anything is used. */
export function provide(how: () => WebAssembly.Module): void {
  compile = how;
}

/** The core, started when it is first used. */
export function core(): Core {
  if (!started) {
    if (!compile) throw new Error("citrn was imported without one of its entries, so it does not know where its wasm is.");
    initSync({ module: compile() });
    started = true;
  }
  return exports;
}
