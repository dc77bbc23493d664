// Kills `citrn listen` with SIGKILL at random moments while events arrive: the handler must get each at least once, and
// those of a transaction in order.
import { it } from "node:test";
import { killListener } from "../worker/listen-killed.mjs";

const KILLS = Number(process.env.SOAK_KILLS ?? 50);
const EVENTS = 1000;

it(`${KILLS} kills of citrn listen lose none of ${EVENTS} events`, { timeout: 600_000 }, async (t) => {
  const { deliveries, repeats } = await killListener({ events: EVENTS, kills: KILLS, seed: 20261126 });
  t.diagnostic(`${deliveries} deliveries, ${repeats} of them repeats`);
});
