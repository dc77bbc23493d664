import { listOption, textOption, urlOption } from "./arguments.js";
import { readPairs } from "./call/parameters.js";
import { type Arguments, BASE_URL, type Command } from "./command.js";
import { requireSecret } from "./environment.js";
import { Exit, Problem } from "./exit.js";
import { gatewayOf } from "./gateway.js";
import type { Source } from "./listen/event.js";
import type { Attempt } from "./listen/forwarder.js";
import { type Filters, FILTERS } from "./listen/worker.js";
import { coloured, printable } from "./output.js";
import { WORKER_URL, workerUrl } from "./worker-url.js";

const SANDBOX = "http://127.0.0.1:8788";
const INTERVAL_SECONDS = "2";

const SECRET_ADVICE =
  "it signs the deliveries, and the handler verifies them with it. Make one for development with " +
  '`echo "whsec_$(openssl rand -base64 32)"`, and give it to both, for example in a file with --env-file.';

/** `citrn listen` */
export const LISTEN: Command = {
  name: "listen",
  summary: "forward the events of a deployed Worker, or of a sandbox, to a handler on this machine",
  about: [
    "Reads the Worker's inbox, and posts each event to a handler as the Worker would deliver it, signed with " +
      "MERCHANT_WEBHOOK_SECRET. Redelivered events come again. Needs no tunnel, and changes nothing in the Worker.",
    "Events of one transaction come in order: one that the handler does not accept (2xx) is sent again after 1, 2, 4, up " +
      "to 30 seconds, and holds back only those of its transaction. Ctrl-C stops, and leaves attempts that are running " +
      "one second; a second Ctrl-C aborts them.",
    "The position is stored in a file, so a restart with the same options continues where the last run ended. It marks " +
      "events that the handler may have had with (repeat).",
  ],
  options: {
    worker: { type: "string", value: "URL", about: "the Worker" },
    sandbox: { type: "boolean", about: `listen to a sandbox instead, at ${SANDBOX} by default, from now on` },
    "forward-to": { type: "string", value: "URL", about: "the handler" },
    filter: {
      type: "string",
      value: "NAME=VALUE",
      multiple: true,
      about: `only events with this ${FILTERS.join(" or ")}, such as type=deposit`,
    },
    since: {
      type: "string",
      value: "TIME",
      about:
        "begin with events queued at this time, such as 2026-11-26T09:30:00Z; by default at the stored position, or now",
    },
    "cursor-file": {
      type: "string",
      value: "FILE",
      about:
        "where the position is stored; by default a file for this Worker, handler and filters below ~/.local/state",
    },
    interval: {
      type: "string",
      value: "SECONDS",
      about: `the wait between two reads, ${INTERVAL_SECONDS} by default; each read queries the Worker's 8 objects`,
    },
    "base-url": { ...BASE_URL["base-url"], about: "the sandbox, if not at CITRN_BASE_URL" },
  },
  environment: {
    ...WORKER_URL,
    CITRN_WORKER_TOKEN: "a token of the Worker that may use GET /v1/callbacks",
    MERCHANT_WEBHOOK_SECRET: "signs the deliveries; of your own, or the Worker's",
    XDG_STATE_HOME: "replaces ~/.local/state",
  },
  exits: "0 stopped by Ctrl-C; the others as in citrn --help",
  example: "citrn listen --worker https://pay.shop.example --forward-to http://localhost:3000/webhooks",
  run: listen,
};

async function listen(args: Arguments): Promise<number> {
  const { options, environment } = args;
  const handler = urlOption(options, "forward-to");
  if (!handler) throw new Problem(Exit.usage, "--forward-to is missing: give the URL of the handler.");
  const isSandbox = options.sandbox === true;
  const given = textOption(options, "worker");
  if (isSandbox ? given !== undefined : !given && !environment.CITRN_WORKER_URL) {
    throw new Problem(Exit.usage, "Give either --worker URL, or CITRN_WORKER_URL, or --sandbox.");
  }
  const worker = isSandbox ? undefined : workerUrl(given, "--worker", environment);
  const filters = filtersOf(options);
  const since = sinceOf(options);
  const intervalMs = intervalOf(options);
  if (isSandbox && (since !== undefined || Object.keys(filters).length > 0)) {
    throw new Problem(Exit.usage, "--since and --filter select from a Worker's inbox; the sandbox has none.");
  }
  const secrets = await requireSecret(environment, "MERCHANT_WEBHOOK_SECRET", SECRET_ADVICE);
  const token = worker && (await requireSecret(environment, "CITRN_WORKER_TOKEN"));

  // Loaded only here: other commands do not need them.
  const [{ Position }, { cursorFileOf }, { checkSecrets, deliverTo }, { forwardAll }, { stopOnSignals }] =
    await Promise.all([
      import("./listen/position.js"),
      import("./listen/cursor-file.js"),
      import("./listen/deliver.js"),
      import("./listen/run.js"),
      import("./listen/stop.js"),
    ]);
  await checkSecrets(secrets);
  const source = worker && token ? await workerSourceOf(worker, token, filters) : await sandboxSourceOf(args);
  const file = worker && (textOption(options, "cursor-file") ?? cursorFileOf(environment, worker, handler, filters));
  const { stop, attempts } = stopOnSignals();
  const { signal } = stop;

  const note = (line: string) => console.error(printable(line));
  const deliver = deliverTo(handler, secrets, token, attempts);
  const stored = since === undefined && file !== undefined ? Position.restore(file) : undefined;
  const after = stored ? stored.after : (since ?? (await endOf(source, signal)));
  if (after === undefined) {
    note("Stopped.");
    return Exit.ok;
  }
  const position = stored ?? Position.begin(file, after);
  const beginning = stored ? "where the last run ended" : since === undefined ? "from now on" : `since ${since}`;
  note(`Forwarding events of ${source.name} to ${handler.origin}${handler.pathname}, ${beginning}.`);
  if (file !== undefined) note(`The position is stored in ${file}.`);
  await forwardAll({ source, position, deliver, intervalMs, stop, report, note });
  const { length } = position.open;
  const next = file === undefined ? "not accepted by the handler" : "which the next run sends first";
  note(length === 0 ? "Stopped." : `Stopped. Open events, ${next}: ${length}.`);
  return Exit.ok;
}

/** Returns the cursor after the events that exist now, or `undefined` if it was stopped. */
async function endOf(source: Source, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await source.end(signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function workerSourceOf(worker: URL, token: string, filters: Filters): Promise<Source> {
  const { workerSource } = await import("./listen/worker.js");
  return workerSource(worker.href.replace(/\/$/, ""), token, filters);
}

async function sandboxSourceOf(args: Arguments): Promise<Source> {
  const { sandboxSource } = await import("./listen/sandbox.js");
  const { baseUrl = SANDBOX } = gatewayOf(args);
  return sandboxSource(new URL(baseUrl).origin);
}

function filtersOf(options: Arguments["options"]): Filters {
  const filters = readPairs(listOption(options, "filter"), "--filter");
  const unknown = Object.keys(filters).find((name) => !FILTERS.some((known) => known === name));
  if (unknown === undefined) return filters;
  throw new Problem(Exit.usage, `--filter ${unknown}: choose from ${FILTERS.join(", ")}.`);
}

function sinceOf(options: Arguments["options"]): string | undefined {
  const since = textOption(options, "since");
  if (since === undefined || /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{3})?Z)?$/.test(since)) return since;
  throw new Problem(Exit.usage, "--since must be a time in UTC such as 2026-11-26T09:30:00Z, or a date.");
}

function intervalOf(options: Arguments["options"]): number {
  const seconds = Number(textOption(options, "interval") ?? INTERVAL_SECONDS);
  if (seconds >= 0.05 && seconds <= 3600) return seconds * 1000;
  throw new Problem(Exit.usage, "--interval must be a number of seconds from 0.05 to 3600.");
}

/** Prints a line about an attempt. */
function report({ event, isAccepted, description, isRepeat, waitMs }: Attempt): void {
  const time = new Date().toTimeString().slice(0, 8);
  const about = printable(`${event.label}${isRepeat ? " (repeat)" : ""}  ${event.transaction}  ${event.id}`);
  const later = waitMs === undefined ? "" : `; sent again in ${waitMs / 1000} s`;
  console.log(`${time}  ${about}  ${coloured(isAccepted ? "green" : "red", printable(description + later))}`);
}
