#!/usr/bin/env node
// The command `citrn`. It is not part of the build because npm links it in a clone before the first build.
import { existsSync } from "node:fs";

const cli = new URL("../dist/cli.mjs", import.meta.url);
if (existsSync(cli)) {
  await import(cli.href);
} else {
  console.error("citrn is not built yet: run `npm run build` at the root of the repository.");
  process.exitCode = 1;
}
