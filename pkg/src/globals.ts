import { CitrnConfigurationError, type CitrnError } from "./error.js";

const SERVER = "React Native's Hermes and `node --jitless` have none: call the gateway from a server.";
const POLYFILL =
  "In Jest, begin the file with /** @jest-environment node */; elsewhere define it before creating a client.";
const WHERE = 'See "Where it runs" in the README of citrn.';

/** Throws if the runtime lacks a global. Called on first use and not on import, so that importing never throws. */
export function requireGlobals(names: readonly string[]): void {
  const missing = names.find((name) => Reflect.get(globalThis, name) === undefined);
  if (missing === undefined) return;
  const remedy = missing === "WebAssembly" ? SERVER : POLYFILL;
  throw unusable(`${missing} is not defined in this runtime. ${remedy} ${WHERE}`);
}

/** Returns the error for wasm that the runtime failed to start. */
export function wasmDidNotStart(cause: unknown): CitrnError {
  return unusable(
    `citrn's WebAssembly did not start (${String(cause)}). On Cloudflare Workers and Vercel Edge, bundle with the condition ` +
      "workerd or edge-light, or with external: [\"citrn\"]. In a web page, allow 'wasm-unsafe-eval' in the " +
      `Content-Security-Policy. ${WHERE}`,
    cause,
  );
}

function unusable(message: string, cause?: unknown): CitrnError {
  const code = "invalid_configuration";
  return new CitrnConfigurationError({ code, message, executed: "no", retryable: false, cause });
}
