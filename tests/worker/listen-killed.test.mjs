// The short version of tests/soak/listen.soak.mjs.
import { it } from "node:test";
import { killListener } from "./listen-killed.mjs";

it("citrn listen forwards each event in order, killed 6 times while 80 arrive", async (t) => {
  const { deliveries, repeats } = await killListener({ events: 80, kills: 6, seed: 1 });
  t.diagnostic(`${deliveries} deliveries, ${repeats} of them repeats`);
});
