// What wrangler runs before `wrangler dev` and `wrangler deploy` (see [build] in wrangler.toml).
import { main } from "./processes.mjs";
import { buildWorker } from "./worker.mjs";

await main(buildWorker);
