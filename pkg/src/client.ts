import { type Callbacks, callbacksOf } from "./callbacks.js";
import { atCaller, fromCaller, refuseSurplus } from "./calls.js";
import { core, type Outcome, type Success } from "./core.js";
import { EndpointMethods, type MakeMethod } from "./endpoints.js";
import { CitrnError, errorOf, parameter, reading, unsent } from "./error.js";
import { requireGlobals } from "./globals.js";
import { abortReason, type CallOptions, following, readOptions } from "./options.js";
import { wellFormed, writeParameters } from "./parameters.js";
import { type Reply, replyOf } from "./reply.js";
import { type CitrnOptions, type ReadSettings, readSettings } from "./settings.js";
import { withDigest } from "./uncached.js";
import { isUnset, withVariable } from "./unset.js";

/**
 * A client of the Citron crypto-payment gateway.
 *
 * It holds no connection and nothing that must be freed, so one for a process or one for a request are both right.
 *
 * @example
 * const citrn = new Citrn({ apiKey, secret });
 * const payment = await citrn.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url: "https://shop.example/thanks" });
 * payment.redirect_url; // send the payer there
 */
export class Citrn extends EndpointMethods {
  readonly #own: ReadSettings;
  /** Verifying what the gateway posts to you. */
  declare readonly callbacks: Callbacks;

  /**
   * @throws {CitrnConfigurationError} when a setting cannot be right; `field` names it.
   */
  constructor(options: CitrnOptions = {}) {
    const own = fromCaller(Citrn, () => {
      refuseSurplus("new Citrn", ["settings"], arguments);
      return readSettings(options);
    });
    super(methodsWith(own));
    this.#own = own;
    this.callbacks = callbacksWith(own);
  }

  static {
    // Names of classes do not survive minification.
    Object.defineProperty(this, "name", { value: "Citrn", configurable: true });
  }

  /**
   * Calls any path below the base URL, for what has no method yet. A path that has one keeps its rules; any other counts as
   * moving money, so it is sent at most once. `data` is what the body has under `data`, or else the whole body.
   *
   * @param path such as `/payments/create-payment`: no scheme, host, query, `..` or `//`
   * @param params becomes the JSON body exactly as `JSON.stringify` writes it
   * @example
   * const reply = await citrn.request("/addresses/take", { foreign_id: "user-17", currency: "BTC" });
   * reply.data;
   */
  async request(path: string, params: object = {}, options?: CallOptions): Promise<Reply<{ readonly data: unknown }>> {
    try {
      refuseSurplus("request", ["path", "params", "options"], arguments);
      const checked = readOptions(options);
      if (typeof path !== "string") throw parameter("path", "must be text, such as /payments/create-payment");
      wellFormed("path", path);
      const success = await call(path.startsWith("/") ? path : `/${path}`, json(params), this.#own, checked);
      const value: unknown = JSON.parse(success.value);
      const nested = typeof value === "object" && value !== null && Object.hasOwn(value, "data") ? (value as { data: unknown }).data : undefined;
      return replyOf({ data: nested ?? value }, success);
    } catch (error) {
      throw atCaller(Citrn.prototype.request, error);
    }
  }
}

/** The methods of the endpoints. */
function methodsWith(own: ReadSettings): MakeMethod {
  return (name, takes) => {
    const method = async (...given: unknown[]): Promise<never> => {
      try {
        refuseSurplus(name, takes, given);
        const options = readOptions(given[takes.indexOf("options")]);
        const parameters = takes.includes("parameters") ? writeParameters(name, given[0]) : undefined;
        const success = await call(name, parameters, own, options);
        // The core gives exactly the shape that the table says, which is where the types come from.
        return replyOf(JSON.parse(success.value) as object, success) as never;
      } catch (error) {
        throw atCaller(method, error);
      }
    };
    return method;
  };
}

/** The arguments of each method for callbacks. */
const CALLBACK_ARGUMENTS: Readonly<Record<keyof Callbacks, readonly string[]>> = {
  verify: ["rawBody", "headers"],
  authenticate: ["rawBody", "headers"],
  sign: ["body"],
};

function callbacksWith({ settings, callbackSecrets, unset }: ReadSettings): Callbacks {
  const callbacks = callbacksOf(callbackSecrets, settings.apiKey);
  const guarded = Object.entries(CALLBACK_ARGUMENTS).map(([name, takes]) => {
    const work = callbacks[name as keyof Callbacks] as (...given: unknown[]) => unknown;
    const method = (...given: unknown[]): unknown =>
      fromCaller(method, () => {
        refuseSurplus(`callbacks.${name}`, takes, given);
        try {
          return work(...given);
        } catch (error) {
          const missing = unset.find((setting) => setting !== "apiKey");
          if (missing === undefined || !(error instanceof CitrnError) || error.code !== "secret_required") throw error;
          throw unsent("secret_required", isUnset(missing), missing);
        }
      });
    return [name, method];
  });
  return Object.fromEntries(guarded) as Callbacks;
}

/** Calls the gateway. Throws the error that the call ended with. */
async function call(
  what: string,
  given: string | undefined,
  { settings, unset }: ReadSettings,
  options: CallOptions,
): Promise<Success> {
  requireGlobals(["AbortController"]);
  const outcome: Outcome = await following(options, (own) => core().call(what, given, settings, own));
  if (!("code" in outcome)) return outcome;
  const cause = outcome.code === "aborted" ? abortReason(options) : outcome.cause;
  throw withDigest(errorOf(withVariable(outcome, unset), cause));
}

function json(params: unknown): string {
  if (typeof params !== "object" || params === null) throw parameter("params", "must be an object");
  const write = (): string | undefined => JSON.stringify(params);
  const text = reading(parameter, "params", write, "cannot be written as JSON");
  if (text === undefined) throw parameter("params", "cannot be written as JSON: its toJSON gives nothing");
  // JSON.stringify escapes half a surrogate pair and nothing else of that range. A backslash of the text itself is doubled.
  wellFormed("params", text.replaceAll("\\\\", ""), /\\ud[89a-f]/i);
  return text;
}
