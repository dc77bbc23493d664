// The budgets of a run. All are ratios within one run, so that the machine matters little.

/** @typedef {import("./statistics.mjs").Figure} Figure */
/** @typedef {{ what: string, atLeast?: number, atMost?: number, stretch: number, measured: Figure, met: boolean }} Budget */

/** @param {any} results the results of each part @returns {Budget[]} */
export function budgets({ sign, client, worker }) {
  const faster = (operation, bytes, peer) => sign.Node[operation][bytes][peer].citrnIsFasterBy;
  /** @type {Omit<Budget, "met">[]} */
  const all = [
    {
      what: "sign 116 bytes on Node: times as fast as node:crypto",
      atLeast: 1.7,
      stretch: 2,
      measured: faster("sign", 116, "node:crypto"),
    },
    {
      what: "check the signature of a callback of 1 KiB on Node: times as fast as node:crypto",
      atLeast: 1.1,
      stretch: 1.5,
      measured: faster("check", 1024, "node:crypto"),
    },
    {
      what: "the same: times as fast as @noble/hashes",
      atLeast: 3,
      stretch: 5,
      measured: faster("check", 1024, "@noble/hashes"),
    },
    {
      what: "`callbacks.verify` of 1 KiB on Node: times as fast as node:crypto and `JSON.parse`",
      atLeast: 0.35,
      stretch: 0.6,
      measured: faster("read", 1024, "node:crypto"),
    },
    {
      what: "`POST /v1/payments`: requests per second, relative to the hand-written Worker's",
      atLeast: 0.9,
      stretch: 1,
      measured: worker.requestsPerSecondRatio,
    },
    ...[1, 64].map((concurrency) => ({
      what: `a client call, ${concurrency} concurrent: CPU over a bare fetch, relative to the stripe package's`,
      atMost: 0.75,
      stretch: 0.5,
      measured: client.overBareOfStripes[concurrency],
    })),
  ];
  return all.map((budget) => ({ ...budget, met: isMet(budget, budget.measured.median) }));
}

/** @param {Pick<Budget, "atLeast" | "atMost">} budget @param {number} measured */
export const isMet = ({ atLeast = -Infinity, atMost = Infinity }, measured) =>
  measured >= atLeast && measured <= atMost;
