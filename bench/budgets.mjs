// What a run is held against. Ratios within one run, so that the machine matters little.

/** @typedef {{ what: string, atLeast?: number, atMost?: number, stretch: number, measured: number, met: boolean }} Budget */

/** @param {any} results of the parts that were measured @returns {Budget[]} */
export function budgets({ sign, client, worker }) {
  const faster = (operation, bytes, peer) => sign.Node[operation][bytes][peer].citrnIsFasterBy.median;
  const over = (name, concurrency) => client.callers[name][concurrency].overBare.median;
  /** @type {Omit<Budget, "met">[]} */
  const all = [
    { what: "sign 116 bytes on Node: times as fast as node:crypto", atLeast: 1.5, stretch: 2, measured: faster("sign", 116, "node:crypto") },
    { what: "check the signature of a callback of 1 KiB on Node: times as fast as node:crypto", atLeast: 0.7, stretch: 1, measured: faster("check", 1024, "node:crypto") },
    { what: "the same: times as fast as @noble/hashes", atLeast: 3, stretch: 5, measured: faster("check", 1024, "@noble/hashes") },
    { what: "`POST /v1/payments`: requests a second, of the hand-written Worker's", atLeast: 0.8, stretch: 1, measured: worker.requestsPerSecondRatio.median },
    ...[1, 64].map((concurrency) => ({
      what: `a client call, ${concurrency} at once: CPU over a bare fetch, of the stripe package's`,
      atMost: 1,
      stretch: 0.5,
      measured: over("citrn", concurrency) / over("stripe, fetch", concurrency),
    })),
  ];
  return all.map((budget) => ({ ...budget, met: budget.atLeast === undefined ? budget.measured <= (budget.atMost ?? 0) : budget.measured >= budget.atLeast }));
}
