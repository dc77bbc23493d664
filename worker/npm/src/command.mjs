// The command `citrn-worker`, which a project's `npm run dev` and `npm run check` run.
import { parseArgs } from "node:util";
import { check } from "./check.mjs";
import { dev } from "./dev.mjs";
import { Failure } from "./failure.mjs";

const HELP = `citrn-worker dev|check [options]

  dev    starts the sandbox and the Worker on this machine, and creates a payment; both run until Ctrl-C
           --port N          port of the Worker (default: that of wrangler.jsonc); 0 chooses a free one
           --sandbox-port N  port of the sandbox (default 8788); 0 chooses a free one
  check  reports missing or malformed settings for production, and lines that wrangler.jsonc lacks
           --env NAME        environment of wrangler.jsonc (default production)
  --help                     show this text

Exit codes: 0 success; 1 a problem was found; 2 invalid command line.`;

/** @type {Record<string, { options: Record<string, { type: "string" }>, run: (values: any) => Promise<number> }>} */
const COMMANDS = {
  dev: { options: { port: { type: "string" }, "sandbox-port": { type: "string" } }, run: dev },
  check: { options: { env: { type: "string" } }, run: check },
};

/** @param {string[]} argv */
async function run([name = "", ...args]) {
  if (["--help", "-h", "help"].includes(name) || args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, name)) throw new Failure(`"${name}" is neither dev nor check.`, { exitCode: 2 });
  const command = COMMANDS[name];
  /** @type {Record<string, unknown>} */
  let values;
  try {
    ({ values } = parseArgs({ args, options: command.options }));
  } catch (error) {
    const [sentence] = /** @type {Error} */ (error).message.split(". ");
    throw new Failure(`${sentence}. \`npx citrn-worker --help\` lists the options.`, { exitCode: 2 });
  }
  return command.run(values);
}

/** Runs a command and exits with its code. @param {string[]} argv */
export async function main(argv) {
  // wrangler would take an environment from it, but each command names its own.
  delete process.env.CLOUDFLARE_ENV;
  let code = 1;
  try {
    code = await run(argv);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    code = error.exitCode;
  }
  // workerd's pipes would keep this process alive.
  process.exit(code);
}
