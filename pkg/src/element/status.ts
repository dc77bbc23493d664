/** The state of a payment: that of its latest deposit, or `waiting` before the first. */
export type CitrnPayState = "waiting" | "seen" | "confirmed" | "cancelled";

/** A deposit, as the checkout's status page shows it. */
export interface CitrnPayDeposit {
  /** The currency's code, such as `USDTT`, or null if it is unknown. */
  currency: string | null;
  /** Decimal text in units of the currency, or null if it is unknown. */
  amount: string | null;
  state: "seen" | "confirmed" | "cancelled";
  /** When the Worker first heard of the deposit (RFC 3339). */
  seenAt: string | null;
  /** When the Worker heard of the confirmation (RFC 3339), or null before it. */
  confirmedAt: string | null;
}

/** The `detail` of the event `citrn-status`. */
export interface CitrnPayStatus {
  state: CitrnPayState;
  /** The deposits of the payer's current session, latest first. */
  deposits: CitrnPayDeposit[];
}

/** Returns the URL of a checkout link's status. @internal */
export function statusUrl(link: string): string {
  const { origin, pathname } = new URL(link);
  return origin + pathname.replace(/(\/status)?\/?$/, "/status");
}

const STATES = ["waiting", "seen", "confirmed", "cancelled"];

/** Reads the Worker's JSON. Throws if it is not a status. @internal */
export function readStatus(text: string): CitrnPayStatus {
  const { state, deposits } = JSON.parse(text);
  if (!STATES.includes(state)) throw new TypeError("state: unknown");
  return {
    state,
    deposits: deposits.map(({ currency, amount, state, seen_at, confirmed_at }: Record<string, string | null>) => ({
      currency,
      amount,
      state,
      seenAt: seen_at,
      confirmedAt: confirmed_at,
    })),
  };
}

/** Whether no deposit is on its way any more. @internal */
export const isFinal = ({ state, deposits }: CitrnPayStatus): boolean =>
  state !== "waiting" && deposits.every((deposit) => deposit.state !== "seen");
