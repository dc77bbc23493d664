import load from "citrn:wasm/glue";
import type * as Glue from "../wasm/citrn.js";
import { requireGlobals, wasmDidNotStart } from "./globals.js";
import type { CallOptions } from "./options.js";
import type { Settings } from "./settings.js";

/** What a call came to. */
export type Outcome = Success | Failure;

export interface Success {
  readonly httpStatus: number;
  readonly raw: string;
  /** The reply's JSON in its canonical form. */
  readonly value: string;
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
  reserve(bytes: number): number;
  room(): number;
  keep(secret: string): number;
  sign(key: number, length: number): boolean;
  is_signed(key: number, length: number): boolean | undefined;
  authenticate(secrets: string[], length: number, signature: string | undefined): Failure | undefined;
  /** The callback, the answers about it, and why its credit is unclear; or why it cannot be read. */
  read_callback(length: number): [object, object, Failure | undefined] | Failure;
  check(settings: Settings): Failure | undefined;
  /** The error of a parameter that the endpoint does not take. */
  check_name(endpoint: string, name: string): Failure | undefined;
  /** Calls an endpoint by its name with the JSON of its parameters, or any path, which begins with a slash, with a JSON body. */
  call(what: string, given: string | undefined, settings: Settings, options: CallOptions | undefined): Promise<Outcome>;
  /** Wasm's memory as bytes, until it grows. */
  memory(): Uint8Array;
}

let compile: (() => WebAssembly.Module) | undefined;
let needed: readonly string[] = [];

/** Sets how this runtime loads the wasm, and the globals that loading needs. Each entry calls this once. */
export function provide(how: () => WebAssembly.Module, globals: readonly string[] = []): void {
  compile = how;
  needed = globals;
}

let started: Core | undefined;

/** The core, started when it is first used. */
export function core(): Core {
  return (started ??= start());
}

function start(): Core {
  if (!compile) throw new Error("citrn was imported without one of its entries, which know where its wasm is.");
  requireGlobals(["WebAssembly", "TextEncoder", "TextDecoder", ...needed]);
  try {
    const glue = load() as typeof Glue;
    const { memory } = glue.initSync({ module: compile() });
    return coreOf(glue, memory);
  } catch (cause) {
    throw wasmDidNotStart(cause);
  }
}

function coreOf(glue: typeof Glue, memory: WebAssembly.Memory): Core {
  const { authenticate, call, check, check_name, is_signed, keep, read_callback, reserve, room, sign } = glue;
  let bytes = new Uint8Array();
  return {
    ...{ authenticate, check, check_name, is_signed, keep, read_callback, reserve, room, sign },
    call: (what, given, settings, options) =>
      new Promise((resolve) =>
        call(what, given, settings, options, (failure: Failure | undefined, httpStatus: number, value: string, raw: string) =>
          resolve(failure ?? { httpStatus, raw, value }),
        ),
      ),
    memory() {
      // A view of memory that has grown since is detached, and has no length.
      if (bytes.length === 0) bytes = new Uint8Array(memory.buffer);
      return bytes;
    },
  };
}
