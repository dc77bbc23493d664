import { call, replyOf } from "./call.js";
import { type Callbacks, callbacksOf } from "./callbacks.js";
import { current } from "./core.js";
import { type Configuration, NO_OPTIONS, readOptions, readSettings } from "./configuration.js";
import { EndpointMethods, type MakeMethod } from "./endpoints.js";
import { CitrnError } from "./error.js";
import { parameter } from "./failure.js";
import type { CallOptions } from "./options.js";
import { readParameters, wellFormed, writeJson } from "./input.js";
import type { Reply } from "./reply.js";
import type { CitrnOptions } from "./settings.js";
import { type Caller, callerOf, withStackOf } from "./stack.js";

/**
 * A client of the Citron crypto-payment gateway.
 *
 * It holds no connection and needs no cleanup: create one per process or one per request.
 *
 * @example
 * const citrn = new Citrn({ apiKey, secret });
 * const return_url = "https://shop.example/thanks";
 * const payment = await citrn.payments.create({ foreign_id: "user-17", coin_name: "USDTT", return_url });
 * payment.redirect_url; // send the payer there
 */
export class Citrn extends EndpointMethods {
  readonly #configuration: Configuration;
  /** Verifies the callbacks that the gateway posts to you. */
  declare readonly callbacks: Callbacks;

  /**
   * @throws {CitrnConfigurationError} if a setting is invalid; `field` names it
   */
  constructor(options: CitrnOptions = {}) {
    let configuration: Configuration;
    try {
      // biome-ignore lint/complexity/noArguments: rest parameters would be in the declarations.
      refuseSurplus("new Citrn", ["settings"], arguments);
      configuration = readSettings(options);
    } catch (error) {
      const core = current.core;
      current.core = undefined;
      throw thrownBy(Citrn, error, core);
    }
    super(methodsWith(configuration));
    this.#configuration = configuration;
    const { verify, authenticate, sign } = callbacksOf(configuration);
    this.callbacks = {
      verify: publicMethod("callbacks.verify", ["rawBody", "headers"], verify),
      authenticate: publicMethod("callbacks.authenticate", ["rawBody", "headers"], authenticate),
      sign: publicMethod("callbacks.sign", ["body"], sign),
    };
  }

  static {
    // Names of classes do not survive minification.
    Object.defineProperty(Citrn, "name", { value: "Citrn", configurable: true });
  }

  /**
   * Calls any path below the base URL, for endpoints that have no method yet. A path that has a method keeps its
   * rules; any other counts as moving money, so it is sent at most once. The reply's `data` is the body's field `data`,
   * or else the whole body.
   *
   * @param path such as `/payments/create-payment`: no scheme, host, query, `..` or `//`
   * @param params becomes the JSON body exactly as `JSON.stringify` writes it
   * @example
   * const reply = await citrn.request("/addresses/take", { foreign_id: "user-17", currency: "BTC" });
   * reply.data;
   */
  request(path: string, params: object = {}, options?: CallOptions): Promise<Reply<{ readonly data: unknown }>> {
    const caller = callerOf(Citrn.prototype.request);
    return fromCaller(caller, async () => {
      // biome-ignore lint/complexity/noArguments: rest parameters would be in the declarations.
      refuseSurplus("request", ["path", "params", "options"], arguments);
      const checked = options === undefined ? NO_OPTIONS : readOptions(options);
      if (typeof path !== "string") throw parameter("path", "must be text, such as /payments/create-payment");
      wellFormed("path", path);
      const body = writeJson(params);
      const success = await call(path.startsWith("/") ? path : `/${path}`, body, this.#configuration, checked);
      const value: unknown = JSON.parse(success.value);
      const data: unknown = Object.hasOwn(Object(value), "data") ? (value as { data: unknown }).data : undefined;
      return replyOf({ data: data ?? value }, success);
    });
  }
}

/** Creates the methods of the endpoints. */
function methodsWith(configuration: Configuration): MakeMethod {
  return (name, takes) => {
    const method = (...given: unknown[]): Promise<never> => {
      const caller = callerOf(method);
      return fromCaller(caller, async () => {
        refuseSurplus(name, takes, given);
        const last = given[takes.indexOf("options")];
        const options = last === undefined ? NO_OPTIONS : readOptions(last);
        const parameters = takes.includes("parameters") ? readParameters(name, given[0]) : undefined;
        const success = await call(name, parameters, configuration, options);
        // The core returns exactly the shape in the endpoint table, from which the types are generated.
        return replyOf(JSON.parse(success.value) as object, success) as never;
      });
    };
    return method;
  };
}

// Every public function refuses surplus arguments, and the stacks of its errors begin at its caller.

/** Refuses surplus arguments: options among them would be ignored. */
function refuseSurplus(name: string, takes: readonly string[], given: ArrayLike<unknown>): void {
  for (let at = takes.length; at < given.length; at++) {
    if (given[at] === undefined) continue;
    const problem = `are too many: ${name} takes (${takes.join(", ")}), and argument ${at + 1} would be ignored`;
    throw parameter("arguments", problem);
  }
}

/** Replaces the stack of an error of this package by the caller's. */
function atCaller(error: unknown, caller: Caller): unknown {
  if (error instanceof CitrnError) return withStackOf(error, caller);
  // The core returns its failures, so anything else may be a trap.
  current.core = undefined;
  return error;
}

/**
 * Returns the error that a synchronous public function throws, and restores the core unless it trapped. The caller has
 * removed the core first, because another call may overflow the stack again.
 */
function thrownBy(method: CallableFunction | NewableFunction, error: unknown, core: typeof current.core): unknown {
  const thrown = atCaller(error, callerOf(method));
  if (error instanceof CitrnError) current.core = core;
  return thrown;
}

/** Runs the body of an asynchronous public function. */
async function fromCaller<T>(caller: Caller, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw atCaller(error, caller);
  }
}

/** Creates a synchronous public method. */
function publicMethod<Arguments extends unknown[], T>(
  name: string,
  takes: readonly string[],
  body: (...given: Arguments) => T,
): (...given: Arguments) => T {
  const method = (...given: Arguments): T => {
    try {
      refuseSurplus(name, takes, given);
      return body(...given);
    } catch (error) {
      const core = current.core;
      current.core = undefined;
      throw thrownBy(method, error, core);
    }
  };
  return method;
}
