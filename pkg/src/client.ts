import { type Callbacks, callbacksOf } from "./callbacks.js";
import { core, type Outcome, type Success } from "./core.js";
import { type Call, EndpointMethods } from "./endpoints.js";
import { CitrnParameterError, errorOf } from "./error.js";
import { type CallOptions, checkOptions } from "./options.js";
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
  readonly callbacks: Callbacks;

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
    checkOptions(options);
    if (typeof path !== "string") throw invalid("path", "must be text, such as /payments/create-payment");
    const success = await settle(core().request(path, json(params), this.#settings, options), options);
    const { value } = success;
    const nested = typeof value === "object" && value !== null && "data" in value ? value.data : undefined;
    return replyOf({ data: nested ?? value }, success);
  }
}

/** How the methods of the endpoints reach the core. */
function callWith(settings: Settings): Call {
  return async (name, parameters, options) => {
    checkOptions(options);
    const success = await settle(core().call(name, parameters, settings, options), options);
    // The core gives exactly the shape that the table says, which is where the types come from.
    return replyOf(success.value as object, success) as never;
  };
}

async function settle(call: Promise<Outcome>, options: CallOptions | undefined): Promise<Success> {
  const outcome = await call;
  if (!("code" in outcome)) return outcome;
  throw errorOf(outcome, outcome.code === "aborted" ? options?.signal?.reason : outcome.cause);
}

function json(params: unknown): string {
  if (typeof params !== "object" || params === null) throw invalid("params", "must be an object");
  try {
    return JSON.stringify(params);
  } catch (cause) {
    throw invalid("params", `cannot be written as JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function invalid(field: string, problem: string, cause?: unknown): CitrnParameterError {
  const message = `${field} ${problem}.`;
  return new CitrnParameterError({ code: "invalid_parameter", message, executed: "no", retryable: false, field, cause });
}
