import { authenticate, call, check, initSync, is_signed, keep, read_callback, reserve, room, sign } from "../wasm/citrn.js";
import type { Settings } from "./settings.js";
import type { CallOptions } from "./options.js";

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
  /** Calls an endpoint by its name with the JSON of its parameters, or any path, which begins with a slash, with a JSON body. */
  call(what: string, given: string | undefined, settings: Settings, options: CallOptions | undefined): Promise<Outcome>;
  /** Wasm's memory as bytes, until it grows. */
  memory(): Uint8Array;
}

let memory: WebAssembly.Memory | undefined;
let bytes = new Uint8Array();

const exports: Core = {
  ...{ authenticate, check, is_signed, keep, read_callback, reserve, room, sign },
  call: (what, given, settings, options) =>
    new Promise((resolve) =>
      call(what, given, settings, options, (failure: Failure | undefined, httpStatus: number, value: string, raw: string) =>
        resolve(failure ?? { httpStatus, raw, value }),
      ),
    ),
  memory() {
    // A view of memory that has grown since is detached, and has no length.
    if (bytes.length === 0 && memory) bytes = new Uint8Array(memory.buffer);
    return bytes;
  },
};

let compile: (() => WebAssembly.Module) | undefined;

/** Says where this runtime has the wasm. Each entry does so once, before anything is used. */
export function provide(how: () => WebAssembly.Module): void {
  compile = how;
}

/** The core, started when it is first used. */
export function core(): Core {
  if (!memory) {
    if (!compile) throw new Error("citrn was imported without one of its entries, so it does not know where its wasm is.");
    ({ memory } = initSync({ module: compile() }));
  }
  return exports;
}
