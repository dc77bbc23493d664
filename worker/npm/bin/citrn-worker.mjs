#!/usr/bin/env node
import { main } from "../src/command.mjs";

await main(process.argv.slice(2));
