import { rmSync, writeFileSync } from "node:fs";
import { measureGrowth, SERIES } from "../bench/growth/measure.mjs";
import { plot } from "../bench/growth/plot.mjs";
import { digits, table, writeReadme } from "../bench/report.mjs";
import { buildAll } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { main } from "./processes.mjs";
import { step } from "./progress.mjs";
import { inRoot, targetDir } from "./root.mjs";

/** What a hundred times as much may cost, where the cost should hardly know the size. */
const MOST_GROWTH = 1.5;

async function command() {
  await buildAll();
  const directory = `${targetDir}/bench-growth`;
  const results = await step("growth", (say) => measureGrowth({ requests: 150, rounds: 4, directory, say }));
  rmSync(directory, { recursive: true });
  const grew = [];
  const rows = Object.entries(results).map(([name, points]) => {
    const { title, flat } = SERIES[name];
    const growth = points[points.length - 1].milliseconds / points[0].milliseconds;
    if (flat && growth > MOST_GROWTH) grew.push(title);
    const costs = points.map(({ size, milliseconds }) => `${size.toLocaleString("en")}: ${digits(milliseconds)}`);
    return [title, costs.join(", "), `${digits(growth)}×`, flat ? `at most ${MOST_GROWTH}×` : "linear in the bytes"];
  });
  const report = table(["ms for a", "at each size", "largest over smallest", "bound"], rows);
  console.log(report);
  writeFileSync(inRoot("bench", "growth.svg"), plot(results));
  writeReadme({ growth: `${report}\n\n![What requests cost as things grow](growth.svg)` });
  if (grew.length > 0) throw new Failure(`The cost grows with the size: ${grew.join("; ")}.`);
}

await main(command);
