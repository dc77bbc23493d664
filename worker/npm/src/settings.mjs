// Checks the settings of an environment with the Worker itself, which names every fault in GET /readyz.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.mjs";
import { freePort, interrupted, waitFor, WranglerDev } from "./servers.mjs";
import { listStoredSecrets, STAND_INS } from "./stored-secrets.mjs";
import { readVariables } from "./variables.mjs";

/** Carries the settings to the entry below. They are never written to a file. */
const HEADER = "x-settings";

/** An entry module that runs the Worker with the settings of a header, and without network. */
const entry = () => `
import worker from ${JSON.stringify(fileURLToPath(new URL("../dist/index.js", import.meta.url)))};

// The gateway is not called before the deployment.
globalThis.fetch = async () => new Response(null, { status: 503 });

export default {
  fetch(request, _, context) {
    const settings = JSON.parse(decodeURIComponent(request.headers.get("${HEADER}") ?? "{}"));
    return worker.fetch(request, settings, context);
  },
};
`;

/**
 * Returns the Worker's sentences, each of which begins with the name of a setting, with the file and the environment
 * of this check.
 * @param {string} detail @param {string} env
 */
const sentencesOf = (detail, env) =>
  detail
    .replaceAll("into .dev.vars,", `into .dev.vars.${env},`)
    .replaceAll("--env production`", `--env ${env}\``)
    .split(/(?<=\.) (?=[A-Z]+_[A-Z_]+ )/);

/**
 * Runs the Worker, and calls a function with one that returns its check of given settings.
 * @template T
 * @param {import("./project.mjs").Wrangler} wrangler
 * @param {string} compatibilityDate
 * @param {(ask: (settings: object) => Promise<{ ok: boolean, detail?: string }>) => Promise<T>} use
 */
async function withWorker(wrangler, compatibilityDate, use) {
  mkdirSync(".wrangler", { recursive: true });
  const directory = path.resolve(mkdtempSync(path.join(".wrangler", "check-")));
  const config = path.join(directory, "wrangler.json");
  writeFileSync(path.join(directory, "entry.js"), entry());
  writeFileSync(
    config,
    JSON.stringify({ name: "check", main: "entry.js", compatibility_date: compatibilityDate, send_metrics: false }),
  );
  const port = await freePort(0, "--port");
  const worker = new WranglerDev(wrangler, ["--config", config, "--port", String(port)]);
  const url = `http://127.0.0.1:${port}`;
  const ask = async (/** @type {object} */ settings) => {
    const headers = { [HEADER]: encodeURIComponent(JSON.stringify(settings)) };
    const response = await fetch(`${url}/readyz`, { headers });
    const { checks, detail } = /** @type {any} */ (await response.json());
    const check = checks?.find((/** @type {any} */ { name }) => name === "settings");
    if (!check) throw new Failure(`The Worker did not check the settings: ${detail}`);
    return check;
  };
  const isAlive = waitFor(`${url}/healthz`, worker, async ({ ok, status }) => (ok ? undefined : `status ${status}`));
  const stopped = interrupted().then(() => {
    throw new Failure("Interrupted.", { exitCode: 130 });
  });
  try {
    return await Promise.race([worker.ended, stopped, isAlive.then(() => use(ask))]);
  } finally {
    await worker.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Returns the faults of an environment's settings, and remarks. The values of secrets come from `.dev.vars.ENV`; of the
 * secrets that are not there, Cloudflare knows the names.
 * @param {import("./project.mjs").Wrangler} wrangler
 * @param {string} env
 * @param {import("./project.mjs").Config} config
 * @param {{ compatibility_date: string }} requirements
 */
export function checkSettings(wrangler, env, config, requirements) {
  const given = { ...config.vars, ...readVariables(`.dev.vars.${env}`) };
  return withWorker(wrangler, requirements.compatibility_date, async (ask) => {
    /** @type {string[]} */
    const notes = [];
    let answer = await ask(given);
    // Cloudflare may have the secrets that the Worker reports as missing.
    const absent = answer.ok ? [] : Object.keys(STAND_INS).filter((name) => !given[name]);
    if (absent.some((name) => answer.detail?.includes(`${name} is `))) {
      const names = await listStoredSecrets(wrangler, env);
      const stored = absent.filter((name) => names?.includes(name));
      if (!names) notes.push(`Secrets at Cloudflare are unknown: \`npx wrangler secret list --env ${env}\` says why.`);
      if (stored.length > 0) {
        notes.push(`Stored at Cloudflare, where their values cannot be read: ${stored.join(", ")}.`);
        answer = await ask({ ...given, ...Object.fromEntries(stored.map((name) => [name, STAND_INS[name]])) });
      }
    }
    const found = answer.detail ? sentencesOf(answer.detail, env) : [];
    return answer.ok ? { faults: [], notes: [...notes, ...found] } : { faults: found, notes };
  });
}
