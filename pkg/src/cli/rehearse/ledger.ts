// The shop's endpoint that returns the credited amounts: `{"credits":[{"customer_id","currency","amount"}]}`.
import { reason, TIMED_OUT } from "../../sandbox/delivery.js";
import { Exit, Problem } from "../exit.js";
import { parseDecimal } from "../decimal.js";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 16 * 2 ** 20;

/** An amount that is not plain decimal text. */
export interface UnreadableAmount {
  readonly customer: string;
  readonly amount: string;
}

/** The sums of the credits by customer and currency. */
export interface Sums {
  readonly of: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  readonly unreadable: readonly UnreadableAmount[];
}

/** Reads a ledger. */
export type ReadLedger = () => Promise<Sums>;

/**
 * Returns the function that reads a ledger.
 *
 * @param prefix the beginning of the rehearsal's customer ids, which the shop may filter by
 * @param token sent as a bearer token, if there is one
 */
export function ledgerAt(url: URL, prefix: string, token: string | undefined): ReadLedger {
  const target = new URL(url);
  target.searchParams.set("customer_prefix", prefix);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  return async () => sumsOf(await fetchText(target, headers));
}

async function fetchText(url: URL, headers: Record<string, string>): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const why = isLate ? `${TIMED_OUT} ${TIMEOUT_MS / 1000} s` : reason(error);
    throw new Problem(Exit.unreachable, `--ledger: ${url.origin} did not answer: ${why}.`);
  }
  if (response.status !== 200) throw invalid(`answered ${response.status} instead of 200`);
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_BYTES) throw invalid("returned more than 16 MB: return only customers with customer_prefix");
  }
  return text;
}

/** Adds up the credits of a reply. @throws {Problem} if it is malformed */
export function sumsOf(text: string): Sums {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    throw invalid("did not return JSON");
  }
  const credits = (reply as { credits?: unknown } | null)?.credits;
  if (!Array.isArray(credits)) throw invalid('must return {"credits":[…]}');
  const sums = new Map<string, Map<string, bigint>>();
  const unreadable: UnreadableAmount[] = [];
  for (const [index, credit] of credits.entries()) {
    const field = (name: string) => textIn(credit, name, index);
    const [customer, currency, amount] = [field("customer_id"), field("currency"), field("amount")];
    const units = parseDecimal(amount);
    if (units === undefined) {
      unreadable.push({ customer, amount });
      continue;
    }
    const balances = sums.get(customer) ?? new Map<string, bigint>();
    sums.set(customer, balances.set(currency, (balances.get(currency) ?? 0n) + units));
  }
  return { of: sums, unreadable };
}

function textIn(credit: unknown, name: string, index: number): string {
  const value = (credit as Record<string, unknown> | null)?.[name];
  if (typeof value === "string") return value;
  const given = value === null ? "null" : typeof value;
  const remedy =
    name === "amount" && given === "number"
      ? 'must be decimal text such as "49.5", not a number, which would lose digits'
      : `must be text, not ${given}`;
  throw invalid(`returned a malformed credit: credits[${index}].${name} ${remedy}`);
}

function invalid(problem: string): Problem {
  return new Problem(Exit.gateway, `--ledger: the endpoint ${problem}.`);
}
