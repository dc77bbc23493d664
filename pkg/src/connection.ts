/** The globals that identify a runtime, and the functions used from it. */
interface Runtime {
  Bun?: unknown;
  Deno?: { createHttpClient?: (options: { poolMaxIdlePerHost: number }) => { close(): void } };
  process?: { versions?: { node?: string; bun?: string }; getBuiltinModule?: (name: string) => unknown };
}

/** Error codes of attempts that never had a connection; the last two are Bun's older names. */
const NEVER_CONNECTED: readonly unknown[] = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
];

/**
 * Opens a new connection for a request where the runtime would repeat the request if a pooled connection broke: Deno
 * 2.9 does so with any POST, as earlier versions of Bun did. Close the returned client afterwards.
 */
export function onNewConnection(init: object): { close(): void } | undefined {
  const { Bun, Deno } = globalThis as Runtime;
  if (Bun !== undefined) Object.assign(init, { keepalive: false });
  const client = Deno?.createHttpClient?.({ poolMaxIdlePerHost: 0 });
  if (client) Object.assign(init, { client });
  return client;
}

/**
 * Whether a request was certainly never sent: the runtime's own `fetch` failed before it had a connection. Any other
 * `fetch` may have sent it and then tried again.
 */
export function neverConnected(error: unknown, fetch: unknown, isNewConnection: boolean): boolean {
  try {
    return isNeverConnected(error, new Set()) && isRuntimeFetch(fetch, isNewConnection);
  } catch {
    return false;
  }
}

/** Whether an error and all under its `cause` and `errors` have such a code. One with errors under it needs no code. */
function isNeverConnected(error: unknown, seen: Set<unknown>): boolean {
  if (typeof error !== "object" || error === null || seen.has(error)) return false;
  seen.add(error);
  const { code, syscall, cause, errors } = error as Record<"code" | "syscall" | "cause" | "errors", unknown>;
  const under = [...(cause === undefined ? [] : [cause]), ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  const hasCode = code === undefined ? under.length > 0 : NEVER_CONNECTED.includes(code);
  const isConnecting = syscall === undefined || syscall === "connect" || syscall === "getaddrinfo";
  return hasCode && isConnecting && under.every((one) => isNeverConnected(one, seen));
}

type Util = typeof import("node:util");

/** The source of Node's `fetch`: it requires an internal module of Node, which no other code can. */
const NODE_FETCH =
  /^function fetch\(input, init = undefined\) \{[\s\S]*require\('internal\/deps\/undici\/undici'\)[\s\S]*\}$/;

const BUN_FETCH = /^function fetch\(\) \{\s*\[native code\]\s*\}$/;

/**
 * Whether a function is the `fetch` of Node or Bun, which sends a request at most once (Bun only on a new connection).
 * Other runtimes do not report why they failed, or may send a request twice.
 */
function isRuntimeFetch(fetch: unknown, isNewConnection: boolean): boolean {
  const { Bun, Deno, process } = globalThis as Runtime;
  if (typeof fetch !== "function" || fetch.name !== "fetch" || Deno !== undefined) return false;
  if (!process?.getBuiltinModule) return false;
  const { types } = process.getBuiltinModule("node:util") as Util;
  const { runInNewContext } = process.getBuiltinModule("node:vm") as typeof import("node:vm");
  // From another realm: instrumentation may replace `toString` so that a wrapper shows the wrapped function's source.
  const text: string = runInNewContext("Function.prototype.toString").call(fetch);
  if (types.isProxy(fetch)) return false;
  return Bun === undefined ? NODE_FETCH.test(text) && hasDefaultAgent(types) : isNewConnection && BUN_FETCH.test(text);
}

/** The classes of Node's own agents, each with its parent class, since an application's subclass may have any name. */
const NODE_AGENTS: Readonly<Record<string, string>> = { Agent: "DispatcherBase", Dispatcher1Wrapper: "Dispatcher" };

/**
 * Whether Node's `fetch` sends through an ordinary agent, not through one that may repeat a request. Node stores the
 * agent under registered symbols, one for each version of the agent's interface.
 */
function hasDefaultAgent({ isProxy }: Util["types"]): boolean {
  const symbols = Object.getOwnPropertySymbols(globalThis);
  const agents = symbols
    .filter((symbol) => symbol.description?.startsWith("undici.globalDispatcher."))
    .map((symbol) => (globalThis as Record<symbol, unknown>)[symbol] as object);
  const isDefault = (agent: object) => {
    if (isProxy(agent) || Object.hasOwn(agent, "dispatch")) return false;
    const { name: parent } = Object.getPrototypeOf(agent.constructor) as { name: string };
    return parent !== "" && parent === NODE_AGENTS[agent.constructor.name];
  };
  return agents.length > 0 && agents.every(isDefault);
}
