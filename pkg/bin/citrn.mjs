#!/usr/bin/env node
// The command `citrn`. It is a file of its own because npm links it in a clone before there is a build.
import { existsSync } from "node:fs";

const cli = new URL("../dist/cli.mjs", import.meta.url);
if (existsSync(cli)) {
  await import(cli.href);
} else {
  console.error("citrn is not built yet: `npm run build` at the root of the repository builds it.");
  process.exitCode = 1;
}
