import load from "citrn:wasm/glue";
import type * as Glue from "../wasm/citrn.js";
import type { Failure } from "./failure.js";
import { requireGlobals, wasmDidNotStart } from "./globals.js";
import type { Bytes } from "./settings.js";

/** The parameters of an endpoint: strings, lists to send as lists, and 0 for any number, which the core refuses. */
export type Parameters = Record<string, string | number | readonly string[] | undefined>;

/** A request to send. */
export interface Request {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
  readonly maxReplyBytes: number;
  readonly movesMoney: boolean;
}

/** The outcome of a call. The value of a reply is JSON text. */
export type Outcome =
  | { readonly type: "reply"; readonly httpStatus: number; readonly value: string }
  | ({ readonly type: "error" } & Failure);

/** The next step of a call, or its outcome. */
export type Action =
  | { readonly type: "sign"; readonly bytes: Bytes }
  | ({ readonly type: "send" } & Request)
  | { readonly type: "wait"; readonly milliseconds: number }
  | Outcome;

/** The exports of the core, each with its documentation in `pkg/bridge`. They return failures and never throw. */
type Core = Omit<typeof Glue, "default" | "initSync"> & {
  /** Wasm's memory as bytes, until it grows. */
  memory(): Uint8Array;
};

let compile: () => WebAssembly.Module;
let needed: readonly string[] = [];

/** Sets how this runtime compiles the wasm, and the globals that this needs. Each entry point calls it once. */
export function provide(compileWasm: () => WebAssembly.Module, globals: readonly string[] = []): void {
  compile = compileWasm;
  needed = globals;
}

/** The core in use. It is removed after a trap, which leaves the wasm undefined; the next use starts another. */
export const current: { core?: Core | undefined } = {};

/** Returns the core, and starts it on first use. */
export function core(): Core {
  return (current.core ??= start());
}

function start(): Core {
  requireGlobals(["WebAssembly", "TextEncoder", "TextDecoder", ...needed]);
  try {
    const { initSync, ...exports } = load() as typeof Glue;
    const { memory } = initSync({ module: compile() });
    let bytes = new Uint8Array();
    return {
      ...exports,
      memory() {
        // Growth of the memory detaches the view, whose length is then 0.
        if (bytes.length === 0) bytes = new Uint8Array(memory.buffer);
        return bytes;
      },
    };
  } catch (cause) {
    throw wasmDidNotStart(cause);
  }
}
