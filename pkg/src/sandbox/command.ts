import { once } from "node:events";
import { listOption, textOption } from "../cli/arguments.js";
import type { Arguments } from "../cli/command.js";
import { Exit, Problem } from "../cli/exit.js";
import { printable } from "../cli/output.js";
import { startSandbox } from "./index.js";
import { readProfile } from "./profile.js";
import { scenarioReport } from "./scenario-report.js";

/** Runs `citrn sandbox` until SIGINT or SIGTERM. Returns the exit code. */
export async function runSandboxCommand({ options: given, environment: env }: Arguments): Promise<number> {
  const options = readOptions(given);
  // Before anything is printed: whoever reads that may send a signal.
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  try {
    const sandbox = await startSandbox({
      port: options.port,
      host: options.host,
      seed: options.seed,
      callbackUrl: options.callbackUrl,
      publicUrl: options.publicUrl,
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
      `  callbacks to  ${options.callbackUrl ?? "the log only; to send them, give --callback-url"}`,
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
    if (options.publicUrl?.startsWith("http:")) variables.CITRN_ALLOW_INSECURE_BASE_URL = "true";
    console.log(exportLine(variables));
    for (const name of options.scenario) {
      console.log(`scenario ${name}: ${scenarios.get(name)}`);
      for (const line of scenarioReport(await sandbox.scenarios.run(name))) console.log(printable(line));
    }
    await stopped;
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

function readOptions(given: Arguments["options"]) {
  const port = textOption(given, "port") ?? "8788";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new Problem(Exit.usage, "--port must be a whole number from 0 to 65535.");
  }
  const scenario = listOption(given, "scenario");
  const callbackUrl = textOption(given, "callback-url");
  if (scenario.length > 0 && callbackUrl === undefined) {
    throw new Problem(Exit.usage, "--scenario sends callbacks: give --callback-url too.");
  }
  const [host, seed, publicUrl] = ["host", "seed", "public-url"].map((name) => textOption(given, name));
  return { port: Number(port), host, seed, publicUrl, callbackUrl, scenario, profile: profileIn(given) };
}

function profileIn(given: Arguments["options"]) {
  try {
    return readProfile("--profile", textOption(given, "profile"));
  } catch (error) {
    throw new Problem(Exit.usage, (error as Error).message);
  }
}

function problem(error: unknown, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `--port: ${port} is in use; stop that server, or choose another port.`;
  if (code === "EACCES") return `--port: ${port} needs more rights than this user has; choose one above 1023.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return "--host must be an address of this machine.";
  return message;
}
