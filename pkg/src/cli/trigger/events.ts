import { Exit, Problem } from "../exit.js";

const DEPOSIT = ["not_confirmed", "confirmed", "cancelled"];
const WITHDRAWAL = ["processing", "pending", "confirmed", "cancelled", "declined"];

/** The statuses of each type. */
const STATUSES: Readonly<Record<string, readonly string[]>> = {
  deposit: DEPOSIT,
  deposit_exchange: DEPOSIT,
  withdrawal: WITHDRAWAL,
  withdrawal_exchange: WITHDRAWAL,
  payment_request: ["created", "processing", "paid", "failed", "expired"],
};

/** The names of all events, such as `deposit.confirmed`. */
export const EVENTS: readonly string[] = Object.entries(STATUSES).flatMap(([type, statuses]) =>
  statuses.map((status) => `${type}.${status}`),
);

/** A transaction, and its statuses in the order in which they are reported. */
export interface Course {
  readonly type: "deposit" | "withdrawal" | "payment_request";
  readonly hasExchange: boolean;
  readonly statuses: readonly string[];
}

/**
 * Reads the names of events.
 *
 * @throws {Problem} if one is unknown, or they are not of one transaction
 */
export function readEvents(names: readonly string[]): Course {
  const unknown = names.length === 0 ? "" : names.find((name) => !EVENTS.includes(name));
  if (unknown !== undefined) {
    const problem = unknown === "" ? "EVENT is missing" : `EVENT "${unknown}" is unknown`;
    throw new Problem(Exit.usage, `${problem}; choose from ${EVENTS.join(", ")}.`);
  }
  const events = names.map((name) => name.split(".") as [type: string, status: string]);
  const types = [...new Set(events.map(([type]) => type))];
  if (types.length > 1) {
    throw new Problem(Exit.usage, `All events are of one transaction, so of one type, not of ${types.join(" and ")}.`);
  }
  const [type = ""] = types;
  return {
    type: type.replace("_exchange", "") as Course["type"],
    hasExchange: type.endsWith("_exchange"),
    statuses: events.map(([, status]) => status),
  };
}
