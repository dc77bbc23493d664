import { type Callbacks, callbacksOf } from "./callbacks.js";
import { core, type Outcome, type Success } from "./core.js";
import { type Call, EndpointMethods } from "./endpoints.js";
import { errorOf, parameter, reading } from "./error.js";
import { abortReason, type CallOptions, following, readOptions } from "./options.js";
import { wellFormed, writeParameters } from "./parameters.js";
import { type Reply, replyOf } from "./reply.js";
import { type CitrnOptions, readSettings, type Settings } from "./settings.js";

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
  readonly #settings: Settings;
  /** Verifying what the gateway posts to you. */
  declare readonly callbacks: Callbacks;

  /**
   * @throws {CitrnConfigurationError} when a setting cannot be right; `field` names it.
   */
  constructor(options: CitrnOptions = {}) {
    const { settings, callbackSecrets } = readSettings(options);
    super(callWith(settings));
    this.#settings = settings;
    this.callbacks = callbacksOf(callbackSecrets, settings.apiKey);
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
    const checked = readOptions(options);
    if (typeof path !== "string") throw parameter("path", "must be text, such as /payments/create-payment");
    wellFormed("path", path);
    const body = json(params);
    const success = succeeded(
      await following(checked, (own) => core().call(path.startsWith("/") ? path : `/${path}`, body, this.#settings, own)),
      checked,
    );
    const value: unknown = JSON.parse(success.value);
    const nested = typeof value === "object" && value !== null && Object.hasOwn(value, "data") ? (value as { data: unknown }).data : undefined;
    return replyOf({ data: nested ?? value }, success);
  }
}

/** How the methods of the endpoints reach the core. */
function callWith(settings: Settings): Call {
  return async (name, parameters, options) => {
    const checked = readOptions(options);
    const given = writeParameters(parameters);
    const success = succeeded(await following(checked, (own) => core().call(name, given, settings, own)), checked);
    // The core gives exactly the shape that the table says, which is where the types come from.
    return replyOf(JSON.parse(success.value) as object, success) as never;
  };
}

/** Throws what a call came to if it is an error, so that its stack begins where the caller is. */
function succeeded(outcome: Outcome, options: CallOptions): Success {
  if (!("code" in outcome)) return outcome;
  throw errorOf(outcome, outcome.code === "aborted" ? abortReason(options) : outcome.cause);
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
