import type { ScenarioRunView } from "./scenario-types.js";

/** Describes what a correct shop has in its books after a run, and what this shop answered. */
export function scenarioReport({ customer_id, payout_id, expected, callbacks }: ScenarioRunView): string[] {
  const { ledger, payout } = expected;
  const credited = ledger.map(({ amount, currency }) => `${amount} ${currency}`).join(", ") || "nothing";
  const lines = [`  a correct shop has credited to ${customer_id}: ${credited}`];
  if (payout) {
    const state = payout.state === "paid" ? "paid" : "not paid";
    lines.push(`  and its payout ${payout_id} of ${payout.amount} ${payout.currency} is ${state}`);
  }
  const refused = callbacks.filter(({ state }) => state !== "delivered").length;
  if (refused > 0) lines.push(`  not yet answered with 200: ${refused} of ${callbacks.length} callbacks`);
  return lines;
}
