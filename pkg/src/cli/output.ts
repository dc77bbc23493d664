/** Control and format characters, which move the cursor, hide or reverse text, and Unicode's two line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Returns foreign text as one line that a terminal shows literally: `\u{1b}` for an escape. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
