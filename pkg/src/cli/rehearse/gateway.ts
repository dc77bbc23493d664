import { randomInt } from "node:crypto";
import { Citrn } from "../../index.js";
import { type CallbackView, type Sandbox, type ScenarioView, startSandbox } from "../../sandbox/index.js";
import { withIdOffset } from "./bodies.js";

/** The forms of callbacks: those of Citron's documentation first. */
export const PROFILES = ["documented-new", "documented-old", "family-2020", "family-2026"] as const;

/** A form of callbacks. */
export type Profile = (typeof PROFILES)[number];

/** An amount that a customer was credited, or must be. */
export interface Credit {
  readonly customer: string;
  readonly currency: string;
  /** Decimal text. */
  readonly amount: string;
}

/** Settings of {@link Gateway.start}. */
export interface GatewaySettings {
  readonly secret: string;
  readonly apiKey: string | undefined;
}

/** A deposit of the sandbox with its callbacks. */
export interface Deposit {
  /** The body of each callback by its status. */
  readonly bodies: Readonly<Record<string, string>>;
  /** The amount to credit: the one received, after fees. */
  readonly credit: Credit;
  /** The amount received, before fees. */
  readonly gross: Credit;
  /** The amount sent, in the currency that was sent. */
  readonly sent: Credit;
}

/** How to make a deposit. */
export interface DepositOrder {
  readonly amount: string;
  /** `USDTT` by default. */
  readonly currency?: string;
  readonly convertTo?: string;
  /** Its final status; `confirmed` by default. */
  readonly end?: "confirmed" | "cancelled";
}

/** A run of one of the sandbox's scenarios. */
export interface ScenarioRun {
  readonly expected: ScenarioView["expected"];
  /** The callbacks of each transaction. */
  readonly transactions: readonly (readonly { status: string; body: string }[])[];
}

/** How many integers a later run may choose its ids from. */
const ID_RANGE = 2 ** 47;

/** A sandbox that makes callbacks. It sends none: the rehearsal does. */
export class Gateway {
  readonly #sandbox: Sandbox;
  readonly #citrn: Citrn;
  readonly #idOffset = randomInt(ID_RANGE);

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    const { apiKey, secret, baseUrl } = sandbox;
    this.#citrn = new Citrn({ apiKey, secret, baseUrl });
  }

  /** @throws {CitrnConfigurationError} if the secret is invalid */
  static async start({ secret, apiKey }: GatewaySettings): Promise<Gateway> {
    const sandbox = await startSandbox({ secret, apiKey });
    try {
      await sandbox.clock.freeze();
      await sandbox.settings.set({ automatic_confirmations: false, automatic_withdrawals: false });
      return new Gateway(sandbox);
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  }

  /** Selects the form of the callbacks made from now on. */
  async use(profile: Profile): Promise<void> {
    await this.#sandbox.settings.set({ profile });
  }

  /** Returns the headers of a callback: with the signature of this body. */
  sign(body: string): Record<string, string> {
    return this.#citrn.callbacks.sign(body);
  }

  /** The account's public key. */
  get apiKey(): string {
    return this.#sandbox.apiKey;
  }

  /** Makes a deposit of a customer, with all its callbacks. */
  async deposit(customer: string, order: DepositOrder): Promise<Deposit> {
    const { amount, currency = "USDTT", convertTo: convert_to, end = "confirmed" } = order;
    const { address } = await this.#citrn.addresses.take({ foreign_id: customer, currency, convert_to });
    const { id } = await this.#sandbox.deposits.create({ address, amount });
    if (end === "confirmed") await this.#sandbox.deposits.confirm(id);
    else await this.#sandbox.deposits.cancel(id);
    const view = await this.#sandbox.deposits.get(id);
    const received = { customer, currency: view.received_currency };
    return {
      bodies: await this.#bodiesOf(id),
      credit: { ...received, amount: view.received_amount_minus_fee },
      gross: { ...received, amount: view.received_amount },
      sent: { customer, currency, amount },
    };
  }

  /** Makes a payout, and returns the body of each callback by its status. */
  async withdrawal(payout: string, { convertTo: convert_to }: { convertTo?: string } = {}) {
    const amount = "10";
    await this.#sandbox.balances.credit({ currency: convert_to ?? "USDTT", amount: "1000" });
    const address = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8";
    const order = { foreign_id: payout, currency: "USDTT", amount, address, convert_to };
    await this.#citrn.withdrawals.create(order);
    const made = (await this.#sandbox.withdrawals.list()).find(({ foreign_id }) => foreign_id === payout);
    const { id } = await this.#sandbox.withdrawals.confirm(made?.id ?? "");
    return this.#bodiesOf(id);
  }

  /** Lists the scenarios of the sandbox. */
  scenarios(): Promise<ScenarioView[]> {
    return this.#sandbox.scenarios.list();
  }

  /** Runs a scenario of the sandbox for a customer. */
  async runScenario(name: string, customer: string): Promise<ScenarioRun> {
    const run = await this.#sandbox.scenarios.run(name, { customer_id: customer });
    const transactions = run.transaction_ids.map((id) => {
      const callbacks = run.callbacks.filter(({ transaction_id }) => transaction_id === id);
      return callbacks.map((callback) => ({ status: callback.status, body: this.#body(callback) }));
    });
    return { expected: run.expected, transactions };
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }

  async #bodiesOf(id: string): Promise<Record<string, string>> {
    const callbacks = (await this.#sandbox.callbacks.list()).filter(({ transaction_id }) => transaction_id === id);
    return Object.fromEntries(callbacks.map((callback) => [callback.status, this.#body(callback)]));
  }

  #body({ body }: CallbackView): string {
    return withIdOffset(body, this.#idOffset);
  }
}
