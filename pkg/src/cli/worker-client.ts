import { CitrnError } from "../index.js";
import { CitrnWorker, type CitrnWorkerOptions } from "../worker/index.js";
import { Exit, Problem } from "./exit.js";

/** Returns a client of the Worker at a URL from `workerUrl`. */
export function workerClient(options: CitrnWorkerOptions): CitrnWorker {
  try {
    return new CitrnWorker(options);
  } catch (error) {
    if (!(error instanceof CitrnError) || error.field !== "url") throw error;
    throw new Problem(Exit.usage, "The URL of the Worker must be https. It may be http only on this machine.");
  }
}
