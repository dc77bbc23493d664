/** Control and format characters, which move the cursor, hide or reverse text, and Unicode's two line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Returns foreign text as one line that a terminal shows literally: `\u{1b}` for an escape. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Returns a value as indented JSON that a terminal shows literally. */
export function printableJson(value: unknown): string {
  const escaped = (character: string) =>
    character === "\n"
      ? character
      : [...units(character)].map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  return JSON.stringify(value, null, 2).replace(UNPRINTABLE, escaped);
}

/** Yields the UTF-16 units of a text, which JSON escapes one by one. */
function* units(text: string): Generator<number> {
  for (let at = 0; at < text.length; at++) yield text.charCodeAt(at);
}

/** The colours' numbers in the escape sequence "Select Graphic Rendition". */
const COLOURS = { red: 31, green: 32, yellow: 33, grey: 90 } as const;

export type Colour = keyof typeof COLOURS;

/** Colours text on a terminal that shows colours, unless `NO_COLOR` is set. Otherwise returns it unchanged. */
export function coloured(colour: Colour, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  // Node reads NO_COLOR and TERM here.
  if (!stream.isTTY || !stream.hasColors()) return text;
  return `\u001b[${COLOURS[colour]}m${text}\u001b[39m`;
}

/**
 * Replaces secrets in text that a server may have repeated, as they are and as JSON writes them, also PHP's.
 *
 * @param secrets missing and empty ones are skipped
 */
export function redacted(text: string, secrets: readonly (string | undefined)[]): string {
  const formsOf = (secret: string) => {
    const json = JSON.stringify(secret).slice(1, -1);
    return [secret, json, json.replaceAll("/", "\\/")];
  };
  const forms = secrets.flatMap((secret) => (secret ? formsOf(secret) : []));
  // The longest first: one secret may contain another.
  forms.sort((a, b) => b.length - a.length);
  return forms.reduce((rest, form) => rest.replaceAll(form, "[redacted]"), text);
}
