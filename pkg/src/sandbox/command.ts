import { once } from "node:events";
import { parseArgs } from "node:util";
import { printable } from "../cli/output.js";
import { startSandbox } from "./index.js";
import { readProfile } from "./profile.js";
import { scenarioReport } from "./scenario-report.js";

const USAGE = `Usage: npx citrn sandbox [options]

Runs a gateway that behaves like Citron on this machine, until Ctrl-C.

  --port N            port to listen on (default 8788); 0 chooses a free one
  --host ADDRESS      address to listen on (default 127.0.0.1, which only this machine can reach)
  --seed S            seed for ids and addresses: the same seed and requests give the same ones
  --callback-url URL  where to send callbacks; by default they are only logged
  --profile NAME      form of replies, refusals and callbacks: documented-new (default), documented-old, family-2020,
                      family-2026, or random, a mixture that the seed decides
  --scenario NAME     run this scenario after the start; repeat it to run several. A wrong name lists them all
  --public-url URL    where payers reach the sandbox, if not at the address that it listens on
  --help              show this text

The merchant's key and secret are read from CITRN_API_KEY and CITRN_SECRET, or generated and printed.`;

/** Runs `citrn sandbox` with its arguments until SIGINT or SIGTERM. Returns the exit code. */
export async function runSandboxCommand(argv: string[], env: Record<string, string | undefined>): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(argv);
  } catch (error) {
    console.error(`${printable((error as Error).message)}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  try {
    const sandbox = await startSandbox({
      port: options.port,
      host: options.host,
      seed: options.seed,
      callbackUrl: options["callback-url"],
      publicUrl: options["public-url"],
      profile: options.profile,
      apiKey: env.CITRN_API_KEY || undefined,
      secret: env.CITRN_SECRET || undefined,
      log: (line) => console.log(printable(line)),
    });
    const scenarios = new Map((await sandbox.scenarios.list()).map(({ name, description }) => [name, description]));
    const unknown = options.scenario.find((name) => !scenarios.has(name));
    if (unknown !== undefined) {
      await sandbox.close();
      const names = [...scenarios.keys()].join(", ");
      console.error(printable(`--scenario: there is no ${JSON.stringify(unknown)}; choose one of ${names}.`));
      return 2;
    }
    const example = `--public-url http://NAME:${new URL(sandbox.url).port || "PORT"}`;
    for (const line of [
      `citrn sandbox   ${sandbox.url}`,
      `  base URL      ${sandbox.baseUrl}`,
      `  API key       ${sandbox.apiKey}`,
      `  secret        ${env.CITRN_SECRET ? "from CITRN_SECRET" : sandbox.secret}`,
      `  seed          ${sandbox.seed}`,
      `  profile       ${options.profile}`,
      `  callbacks to  ${options["callback-url"] ?? "the log only; to send them, give --callback-url"}`,
      `  control       ${sandbox.url}/_sandbox/`,
      `  redirect_url  begins with ${sandbox.url}: for another host name, as in a container, give ${example}`,
    ]) {
      console.log(printable(line));
    }
    console.log(`For another terminal${env.CITRN_SECRET ? " in which CITRN_SECRET is set" : ""}:`);
    const variables: Record<string, string> = { CITRN_API_KEY: sandbox.apiKey };
    if (!env.CITRN_SECRET) variables.CITRN_SECRET = sandbox.secret;
    variables.CITRN_BASE_URL = sandbox.baseUrl;
    // Clients refuse plain http to other machines by default.
    if (options["public-url"]?.startsWith("http:")) variables.CITRN_ALLOW_INSECURE_BASE_URL = "true";
    console.log(exportLine(variables));
    for (const name of options.scenario) {
      console.log(`scenario ${name}: ${scenarios.get(name)}`);
      for (const line of scenarioReport(await sandbox.scenarios.run(name))) console.log(printable(line));
    }
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await sandbox.close();
    return 0;
  } catch (error) {
    console.error(printable(problem(error, options.port)));
    return 1;
  }
}

/** Returns a line that sets variables in a POSIX shell. */
function exportLine(variables: Record<string, string>): string {
  const quoted = (value: string) => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
  return `export ${Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(" ")}`;
}

function readOptions(argv: string[]) {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: "string", default: "8788" },
      host: { type: "string" },
      seed: { type: "string" },
      "callback-url": { type: "string" },
      "public-url": { type: "string" },
      profile: { type: "string" },
      scenario: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65535) {
    throw new Error("--port must be a whole number from 0 to 65535.");
  }
  if (values.scenario.length > 0 && values["callback-url"] === undefined) {
    throw new Error("--scenario sends callbacks: give --callback-url too.");
  }
  return { ...values, port: Number(values.port), profile: readProfile("--profile", values.profile) };
}

function problem(error: unknown, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `--port: ${port} is in use; stop that server, or choose another port.`;
  if (code === "EACCES") return `--port: ${port} needs more rights than this user has; choose one above 1023.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return "--host must be an address of this machine.";
  return message;
}
