import { brand } from "../brand.js";
import type { ScenarioRunView, ScenarioView } from "./scenario-types.js";
import type {
  Amount,
  CallbackView,
  ClockView,
  CurrencyChange,
  CurrencyView,
  DepositOrder,
  DepositView,
  DisorderKind,
  Fault,
  FaultsView,
  LedgerView,
  NetworkView,
  PaymentView,
  ProfileView,
  ReplyProfile,
  RequestView,
  SettingsView,
  Waiting,
  WithdrawalView,
} from "./types.js";

/** Makes one control call: method, path below `/_sandbox/`, body. */
export type Call = (method: "GET" | "POST" | "DELETE", path: string, body?: object) => Promise<unknown>;

/** A control call was refused. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  /** HTTP status of the refusal. */
  readonly httpStatus: number;

  constructor(httpStatus: number, message: string) {
    super(message);
    this.httpStatus = httpStatus;
  }

  static {
    brand(SandboxError, "SandboxError");
  }
}

/** Controls the sandbox from a test: the typed control calls of `/_sandbox/`. */
export interface SandboxControl {
  /** Restores the initial state, with the same seed and the real clock. */
  reset(): Promise<void>;
  clock: {
    get(): Promise<ClockView>;
    /** Stops the clock, at the current or a later time (RFC 3339). */
    freeze(now?: string): Promise<ClockView>;
    /** Restarts the clock from its current time. */
    resume(): Promise<ClockView>;
    /** Moves the clock forward. All that becomes due happens in order of time. */
    advance(by: { seconds?: number; minutes?: number; hours?: number; days?: number } & Waiting): Promise<ClockView>;
  };
  /** The latest 1000 calls of the API and the pay page. */
  requests: { list(): Promise<RequestView[]>; clear(): Promise<void> };
  ledger: { get(): Promise<LedgerView> };
  /** Credits the merchant's account, for example to fund withdrawals. */
  balances: { credit(credit: { currency: string; amount: Amount }): Promise<void> };
  deposits: {
    list(): Promise<DepositView[]>;
    get(id: string): Promise<DepositView>;
    create(order: DepositOrder): Promise<DepositView>;
    /** Adds confirmations: one by default. */
    addConfirmations(id: string, options?: { count?: number } & Waiting): Promise<DepositView>;
    /** Adds all confirmations that the deposit needs. */
    confirm(id: string, options?: Waiting): Promise<DepositView>;
    /** Cancels the deposit, as after a double spend. */
    cancel(id: string, options?: { reason?: string } & Waiting): Promise<DepositView>;
  };
  withdrawals: {
    list(): Promise<WithdrawalView[]>;
    get(id: string): Promise<WithdrawalView>;
    /** Sends the withdrawal to the blockchain and confirms it. */
    confirm(id: string, options?: Waiting): Promise<WithdrawalView>;
    /** Makes the withdrawal wait for the approval of the account's owner: confirm or decline it. */
    hold(id: string, options?: { reason?: string } & Waiting): Promise<WithdrawalView>;
    /** Declines the withdrawal, as its owner can, and returns the money to the merchant. */
    decline(id: string, options?: { reason?: string } & Waiting): Promise<WithdrawalView>;
    /** Fails the withdrawal and returns the money to the merchant. */
    cancel(id: string, options?: { reason?: string } & Waiting): Promise<WithdrawalView>;
  };
  payments: {
    list(): Promise<PaymentView[]>;
    get(sessionId: string): Promise<PaymentView>;
    /** Pays, as the payer does on the pay page. */
    pay(sessionId: string, payment: { amount: Amount; confirmed?: boolean } & Waiting): Promise<PaymentView>;
    expire(sessionId: string): Promise<PaymentView>;
    cancel(sessionId: string): Promise<PaymentView>;
  };
  callbacks: {
    list(): Promise<CallbackView[]>;
    get(id: string): Promise<CallbackView>;
    /** Sends the callback again. */
    resend(id: string, options?: Waiting): Promise<CallbackView>;
  };
  faults: {
    list(): Promise<FaultsView>;
    add(fault: Fault | { kind: DisorderKind; times?: number }): Promise<FaultsView>;
    clear(): Promise<void>;
  };
  scenarios: {
    list(): Promise<ScenarioView[]>;
    /**
     * Runs a scenario, and advances the clock to its end. Customer and payout get new ids unless they are given. Returns
     * when the shop has answered the callbacks; with `wait: false`, `callbacks` is incomplete.
     */
    run(name: string, options?: { customer_id?: string; payout_id?: string } & Waiting): Promise<ScenarioRunView>;
  };
  rates: {
    get(): Promise<Record<string, Amount>>;
    /** Sets rates by ticker, such as `BTCUSDT`; `null` restores a ticker's default rate. */
    set(rates: Record<string, Amount | null>): Promise<Record<string, Amount>>;
  };
  currencies: {
    list(): Promise<CurrencyView[]>;
    get(code: string): Promise<CurrencyView>;
    set(code: string, change: CurrencyChange): Promise<CurrencyView>;
  };
  networks: {
    list(): Promise<NetworkView[]>;
    set(name: string, state: { available: boolean }): Promise<NetworkView[]>;
  };
  /** The reply profiles with their switches; the seed decides those of `random`. */
  profiles: { list(): Promise<Record<ReplyProfile, ProfileView>> };
  settings: { get(): Promise<SettingsView>; set(change: Partial<SettingsView>): Promise<SettingsView> };
}

/** Returns the typed methods over the control calls. */
export function control(call: Call): SandboxControl {
  const get = <T>(...path: string[]) => call("GET", join(path)) as Promise<T>;
  const post = <T>(path: string[], body: object = {}) => call("POST", join(path), body) as Promise<T>;
  const forget = async (path: string) => void (await call("DELETE", path, {}));
  return {
    reset: async () => void (await post(["reset"])),
    clock: {
      get: () => get("clock"),
      freeze: (now) => post(["clock"], { frozen: true, now }),
      resume: () => post(["clock"], { frozen: false }),
      advance: (by) => post(["clock", "advance"], by),
    },
    requests: { list: () => get("requests"), clear: () => forget("requests") },
    ledger: { get: () => get("ledger") },
    balances: { credit: async (credit) => void (await post(["balances"], credit)) },
    deposits: {
      list: () => get("deposits"),
      get: (id) => get("deposits", id),
      create: (order) => post(["deposits"], order),
      addConfirmations: (id, options) => post(["deposits", id, "confirmations"], options),
      confirm: (id, options) => post(["deposits", id, "confirm"], options),
      cancel: (id, options) => post(["deposits", id, "cancel"], options),
    },
    withdrawals: {
      list: () => get("withdrawals"),
      get: (id) => get("withdrawals", id),
      confirm: (id, options) => post(["withdrawals", id, "confirm"], options),
      hold: (id, options) => post(["withdrawals", id, "hold"], options),
      decline: (id, options) => post(["withdrawals", id, "decline"], options),
      cancel: (id, options) => post(["withdrawals", id, "cancel"], options),
    },
    payments: {
      list: () => get("payments"),
      get: (id) => get("payments", id),
      pay: (id, payment) => post(["payments", id, "pay"], payment),
      expire: (id) => post(["payments", id, "expire"]),
      cancel: (id) => post(["payments", id, "cancel"]),
    },
    callbacks: {
      list: () => get("callbacks"),
      get: (id) => get("callbacks", id),
      resend: (id, options) => post(["callbacks", id, "resend"], options),
    },
    faults: {
      list: () => get("faults"),
      add: (fault) => post(["faults"], fault),
      clear: () => forget("faults"),
    },
    scenarios: {
      list: () => get("scenarios"),
      run: async (name, options) => {
        const { id } = await post<{ id: string }>(["scenarios", name], options);
        return get("scenarios", name, "runs", id);
      },
    },
    rates: { get: () => get("rates"), set: (rates) => post(["rates"], rates) },
    currencies: {
      list: () => get("currencies"),
      get: (code) => get("currencies", code),
      set: (code, change) => post(["currencies", code], change),
    },
    networks: {
      list: () => get("networks"),
      set: (name, state) => post(["networks", name], state),
    },
    profiles: { list: () => get("profiles") },
    settings: { get: () => get("settings"), set: (change) => post(["settings"], change) },
  };
}

function join(path: string[]): string {
  return path.map(encodeURIComponent).join("/");
}
