// The secrets that are stored at Cloudflare, which returns only their names.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const TIMEOUT_MS = 30_000;

/** Well-formed values in the place of those that only Cloudflare has. They protect nothing. */
const LONG = Buffer.alloc(32).toString("base64");
/** @type {Record<string, string>} */
export const STAND_INS = {
  CITRN_API_KEY: "stand-in",
  CITRN_SECRET: "stand-in",
  CITRN_SECRET_PREVIOUS: "stand-in-too",
  WORKER_TOKENS: JSON.stringify([{ name: "stand-in", token: LONG }]),
  MERCHANT_WEBHOOK_SECRET: `whsec_${LONG}`,
  CHECKOUT_SECRETS: `a:${LONG}`,
};

/** The error of Cloudflare's API for a Worker that was never deployed. */
const NO_SUCH_WORKER = "[code: 10007]";

/**
 * Returns the names of the stored secrets, or undefined if they cannot be listed.
 * @param {import("./project.mjs").Wrangler} wrangler
 * @param {string} env
 * @returns {Promise<string[] | undefined>}
 */
export async function listStoredSecrets(wrangler, env) {
  const args = [wrangler.program, "secret", "list", "--env", env, "--format", "json"];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: wrangler.directory,
      timeout: TIMEOUT_MS,
    });
    const list = JSON.parse(stdout.slice(stdout.indexOf("[")));
    return list.map((/** @type {{ name: string }} */ { name }) => name);
  } catch (error) {
    const { stdout = "", stderr = "" } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    return `${stdout}${stderr}`.includes(NO_SUCH_WORKER) ? [] : undefined;
  }
}
