// Keeps the text of numbers and escapes from the Worker's JSON to the delivery's. `JSON.parse` would round the gateway's
// amounts, and a delivery would have other bytes than the Worker's.
import { randomBytes } from "node:crypto";

/** Begins the text of a marked token. Random, so that no text in an event begins with it. */
const MARK = `#${randomBytes(16).toString("hex")}#`;
/** A longer line is refused by the client: its limit is 360 KiB for an event. */
const MAX_LINE = 100 * 360 * 1024;

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const MARKED = new RegExp(`"${MARK}(?:[^"\\\\]|\\\\.)*"`, "g");

/** Replaces the tokens of a JSON text that would be written differently by text with their own text. */
function marked(json: string): string {
  const isPlain = (token: string) => token.startsWith('"') && !token.includes("\\");
  return json.replace(TOKENS, (token) => (isPlain(token) ? token : JSON.stringify(MARK + token)));
}

/** Returns the JSON text of a value, with its marked tokens as they were. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value).replace(MARKED, (token) => (JSON.parse(token) as string).slice(MARK.length));
}

/** Returns the text of a value, which may be marked. */
export function plainText(text: string): string {
  return text.startsWith(MARK) ? String(JSON.parse(text.slice(MARK.length))) : text;
}

/** A `fetch` whose JSON bodies have marked tokens. */
export async function markingFetch(url: string, init: object): Promise<Response> {
  const response = await fetch(url, init);
  const body = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(markingStream());
  return new Response(body?.pipeThrough(new TextEncoderStream()) ?? null, response);
}

/** Marks the tokens of whole lines, so that none is cut. */
function markingStream(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      rest += chunk;
      const end = rest.length > MAX_LINE ? rest.length : rest.lastIndexOf("\n") + 1;
      if (end > 0) controller.enqueue(marked(rest.slice(0, end)));
      rest = rest.slice(end);
    },
    flush: (controller) => controller.enqueue(marked(rest)),
  });
}
