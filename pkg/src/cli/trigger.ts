import { randomBytes } from "node:crypto";
import { Citrn, type CitrnError } from "../index.js";
import { webhooks } from "../worker/index.js";
import { listOption, textOption, urlOption } from "./arguments.js";
import type { Arguments, Command } from "./command.js";
import { type Environment, requireSecret } from "./environment.js";
import { Exit, Problem } from "./exit.js";
import { coloured } from "./output.js";
import { describeAnswer, post } from "./post.js";
import { ask, isInteractive } from "./terminal.js";
import { PROFILES, readProfile } from "../sandbox/profile.js";
import { readAssignments } from "./trigger/assignments.js";
import { Deliveries, type Delivery } from "./trigger/delivery.js";
import { EVENTS, readEvents } from "./trigger/events.js";

const SENDERS = ["callback", "delivery"] as const;
const ESCAPES = ["php", "all", "none"] as const;
const MAX_COPIES = 100;

/** `citrn trigger` */
export const TRIGGER: Command = {
  name: "trigger",
  summary: "post a callback about a transaction that never happened to a handler of a shop",
  arguments: "EVENT...",
  positionals: Number.POSITIVE_INFINITY,
  choices: EVENTS,
  about: [
    "Posts a callback of the gateway, or the Worker's delivery of one, in the bytes that they send, to test a handler. " +
      "A handler credits deposit.confirmed like a real deposit: use a test shop, never one with real balances.",
    "EVENT is TYPE.STATUS, such as deposit.confirmed, withdrawal.declined or payment_request.paid. Several events are " +
      "of one transaction, and are sent in the given order: so deposit.confirmed deposit.not_confirmed is out of order, " +
      "and deposit.confirmed deposit.confirmed is sent twice. A later command continues with the same --seed.",
  ],
  options: {
    to: { type: "string", value: "URL", about: "the shop's handler; for callbacks also the Worker's /callbacks" },
    as: {
      type: "string",
      value: "SENDER",
      choices: SENDERS,
      about: "callback of the gateway (the default), or delivery of the Worker",
    },
    "foreign-id": { type: "string", value: "ID", about: "the shop's id of the customer, or of the withdrawal" },
    currency: { type: "string", value: "CODE", about: "the currency; USDTT by default" },
    amount: { type: "string", value: "AMOUNT", about: "the amount before fees; 50 by default" },
    "convert-to": { type: "string", value: "CODE", about: "the other currency of an exchange; EUR by default" },
    set: {
      type: "string",
      value: "PATH=TEXT",
      multiple: true,
      about:
        "set a field of the callback, such as transactions.0.txid=abc; PATH:=JSON sets any JSON, such as fees:=null",
    },
    profile: {
      type: "string",
      value: "PROFILE",
      choices: PROFILES,
      about: `the form of the body: ${PROFILES.join(", ")}; documented-new by default`,
    },
    escapes: {
      type: "string",
      value: "ESCAPES",
      choices: ESCAPES,
      about: "the escapes in its JSON: php (the default) as the gateway, all in every text, none",
    },
    copies: { type: "string", value: "N", about: "post each event N times concurrently; once by default" },
    seed: { type: "string", value: "TEXT", about: "the same seed is the same transaction; random by default" },
    print: { type: "boolean", about: "print the bodies, one in each line, and post nothing" },
    yes: { type: "boolean", about: "post without a question to another machine than this one" },
  },
  environment: {
    CITRN_SECRET: "signs callbacks",
    CITRN_API_KEY: "X-Process-Key of callbacks; by default a random key",
    MERCHANT_WEBHOOK_SECRET: "signs deliveries",
  },
  exits: "0 every answer was a success; 1 another answer; the others as in citrn --help",
  example: "citrn trigger deposit.confirmed --to http://127.0.0.1:3000/callbacks --foreign-id user-17",
  run: trigger,
};

/** A signed request. */
interface Signed {
  readonly body: string;
  readonly headers: Record<string, string>;
}

async function trigger({ options, positionals, environment }: Arguments): Promise<number> {
  const seed = textOption(options, "seed") ?? randomBytes(4).toString("hex");
  const sender = oneOf(options, "as", SENDERS);
  const callbacks = await callbacksOf(options, positionals, seed);
  const isDelivery = sender === "delivery";
  if (options.print) {
    const bodies = isDelivery ? (await deliveriesOf(callbacks)).map(({ body }) => body) : callbacks;
    for (const body of bodies) console.log(body);
    return Exit.ok;
  }
  const to = await targetOf(options);
  const copies = copiesOf(options);
  const requests = isDelivery
    ? await signedByWorker(callbacks, environment)
    : await signedByGateway(callbacks, environment);
  let succeeded = true;
  for (const [index, { body, headers }] of requests.entries()) {
    const answers = await Promise.all(Array.from({ length: copies }, () => post(to, headers, body)));
    for (const answer of answers) {
      // The gateway repeats a callback unless the answer is 200; the Worker takes any success.
      const isSuccess = isDelivery ? answer.status >= 200 && answer.status < 300 : answer.status === 200;
      succeeded &&= isSuccess;
      const text = describeAnswer(answer, isSuccess, secretsIn(headers, environment));
      console.log(`${positionals[index]} ${sender}: ${coloured(isSuccess ? "green" : "red", text)}`);
    }
  }
  if (!textOption(options, "seed")) console.log(`To continue with this transaction, give --seed ${seed}.`);
  return succeeded ? Exit.ok : Exit.no;
}

/** Returns the bodies of the callbacks that the command line describes. */
async function callbacksOf(options: Arguments["options"], names: readonly string[], seed: string): Promise<string[]> {
  const { type, statuses, hasExchange } = readEvents(names);
  const convertTo = textOption(options, "convert-to");
  if (convertTo !== undefined && !hasExchange) {
    throw new Problem(Exit.usage, "--convert-to is only for deposit_exchange and withdrawal_exchange.");
  }
  const order = {
    ...{ seed, type, statuses, profile: profileOf(options), escapes: oneOf(options, "escapes", ESCAPES) },
    foreign_id: textOption(options, "foreign-id") ?? `trigger-${seed}`,
    currency: textOption(options, "currency") ?? "USDTT",
    amount: textOption(options, "amount") ?? "50",
    convert_to: hasExchange ? (convertTo ?? "EUR") : null,
    set: readAssignments(listOption(options, "set")),
  };
  // Loaded only here: it is large.
  const { writeCallbacks } = await import("../sandbox/engine.js");
  try {
    return writeCallbacks(order);
  } catch (error) {
    // It begins with the name of a field.
    const [field = "", ...problem] = (error as Error).message.split(": ");
    throw new Problem(Exit.usage, `--${field.replaceAll("_", "-")}: ${problem.join(": ")}.`);
  }
}

/** Returns the deliveries of callbacks, which need a client with any secret to read them. */
async function deliveriesOf(callbacks: readonly string[]): Promise<Delivery[]> {
  const deliveries = new Deliveries(new Citrn({ secret: randomBytes(32).toString("hex") }));
  const all: Delivery[] = [];
  for (const callback of callbacks) all.push(await deliveries.of(callback));
  return all;
}

async function signedByWorker(callbacks: readonly string[], environment: Environment): Promise<Signed[]> {
  const advice =
    "give it the value that the Worker has, or for a test any one: whsec_ and the base64 of 32 random bytes, as from " +
    '`echo "whsec_$(openssl rand -base64 32)"`.';
  const secrets = await requireSecret(environment, "MERCHANT_WEBHOOK_SECRET", advice);
  const deliveries = await deliveriesOf(callbacks);
  const sign = async ({ id, body }: Delivery) => ({ body, headers: await webhooks.sign(body, { secrets, id }) });
  return Promise.all(deliveries.map(sign)).catch((error: CitrnError) => {
    // The package names its own option.
    throw new Problem(Exit.settings, error.message.replace(/^secrets\b/, "MERCHANT_WEBHOOK_SECRET"));
  });
}

async function signedByGateway(callbacks: readonly string[], environment: Environment): Promise<Signed[]> {
  const secret = await requireSecret(environment, "CITRN_SECRET");
  const apiKey = environment.CITRN_API_KEY || randomBytes(16).toString("hex");
  const citrn = new Citrn({ secret, apiKey });
  return callbacks.map((body) => ({ body, headers: citrn.callbacks.sign(body) }));
}

/** Returns what a handler may repeat, but the command does not print: with and without the prefixes of a delivery's. */
function secretsIn(headers: Record<string, string>, { CITRN_SECRET, MERCHANT_WEBHOOK_SECRET = "" }: Environment) {
  const { "X-Process-Key": key, "X-Process-Signature": signature, "webhook-signature": signatures = "" } = headers;
  const ofDelivery = [...signatures.split(" "), ...MERCHANT_WEBHOOK_SECRET.split(/[\s,]+/)];
  return [CITRN_SECRET, key, signature, ...ofDelivery, ...ofDelivery.map((text) => text.replace(/^(v1,|whsec_)/, ""))];
}

/** Returns the target. Another machine may be a shop with real balances. */
async function targetOf(options: Arguments["options"]): Promise<URL> {
  const to = urlOption(options, "to");
  if (!to) throw new Problem(Exit.usage, "--to is missing: give the URL of the handler, or --print.");
  const isThisMachine = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(to.hostname) || to.hostname.endsWith(".localhost");
  if (isThisMachine || options.yes) return to;
  const problem = `${to.hostname} is another machine, and would credit money that never came.`;
  if (!isInteractive()) throw new Problem(Exit.usage, `--to: ${problem} If it is a test shop, add --yes.`);
  const answer = await ask(`${problem} Is it a test shop? Type yes: `);
  if (answer?.trim() !== "yes") throw new Problem(Exit.no, "Nothing was posted.");
  return to;
}

function copiesOf(options: Arguments["options"]): number {
  const text = textOption(options, "copies") ?? "1";
  const copies = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (copies >= 1 && copies <= MAX_COPIES) return copies;
  throw new Problem(Exit.usage, `--copies must be a whole number from 1 to ${MAX_COPIES}.`);
}

function profileOf(options: Arguments["options"]) {
  try {
    return readProfile("--profile", textOption(options, "profile"));
  } catch (error) {
    throw new Problem(Exit.usage, (error as Error).message);
  }
}

/** Returns the value of an option with choices; the first one by default. */
function oneOf<T extends string>(options: Arguments["options"], name: string, choices: readonly [T, ...T[]]): T {
  const text = textOption(options, name) ?? choices[0];
  const choice = choices.find((choice) => choice === text);
  if (choice === undefined) throw new Problem(Exit.usage, `--${name} must be one of ${choices.join(", ")}.`);
  return choice;
}
