// Reads CSV (RFC 4180) with a header. Messages never repeat the file's text: a file given by mistake may hold secrets.
import { Exit, Problem } from "../exit.js";

/** A row: the values of the wanted columns, and where it is. */
export interface Row<Column extends string> {
  /** The number of its first line, from 1. */
  readonly line: number;
  readonly values: Readonly<Record<Column, string>>;
}

interface Fields {
  readonly line: number;
  readonly fields: string[];
}

/** One field and what ends it. Unrolled, so that a long quoted field needs no backtracking. */
const FIELD = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

/**
 * Reads the rows of a file with these columns, in any order. Other columns and empty lines are ignored.
 *
 * @param file its name, for messages
 * @throws {Problem} naming the file and the line, if it is not such a file
 */
export function readCsv<Column extends string>(
  file: string,
  bytes: Uint8Array,
  columns: readonly Column[],
): Row<Column>[] {
  const [header, ...rows] = split(file, decode(file, bytes));
  if (!header) throw malformed(file, 1, `is empty: the header must have ${listOf(columns)}`);
  const names = header.fields.map((name) => name.trim().toLowerCase());
  const places = columns.map((column) => {
    const place = names.indexOf(column);
    const expected = `the header must have ${listOf(columns)}, separated by commas`;
    if (place < 0) throw malformed(file, header.line, `column ${column} is missing: ${expected}`);
    if (place !== names.lastIndexOf(column)) throw malformed(file, header.line, `duplicate column ${column}`);
    return [column, place] as const;
  });
  return rows.map(({ line, fields }) => {
    if (fields.length !== names.length) {
      throw malformed(file, line, `has ${fields.length} instead of ${names.length} fields, which the header has`);
    }
    const values = Object.fromEntries(places.map(([column, place]) => [column, fields[place] ?? ""]));
    return { line, values: values as Record<Column, string> };
  });
}

/** Returns the error of a line. */
export function malformed(file: string, line: number, problem: string): Problem {
  return new Problem(Exit.usage, `${file}, line ${line}: ${problem}.`);
}

/** Decodes UTF-8, with or without a byte-order mark. */
function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(Exit.usage, `${file}: is not UTF-8: save it as CSV in UTF-8.`);
  }
}

function split(file: string, text: string): Fields[] {
  const rows: Fields[] = [];
  let [line, first, fields] = [1, 1, [] as string[]];
  for (let at = 0; at < text.length || fields.length > 0; ) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    if (!match) throw malformed(file, line, faultAt(text, at));
    const [whole, quoted, plain = "", end] = match;
    at += whole.length;
    line += quoted === undefined ? 0 : linesIn(quoted);
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    const isEmpty = fields.length === 1 && fields[0] === "" && quoted === undefined;
    if (!isEmpty) rows.push({ line: first, fields });
    line += 1;
    [first, fields] = [line, []];
  }
  return rows;
}

/** Returns what is wrong with the field at a place. */
function faultAt(text: string, at: number): string {
  if (text[at] !== '"') return 'has a " inside a field: put the field in quotes, and double the " in it';
  const isClosed = /^"[^"]*(?:""[^"]*)*"/.test(text.slice(at));
  return isClosed ? 'has text after the closing " of a field' : 'has a field without its closing "';
}

const linesIn = (text: string) => text.match(/\r\n|\n|\r/g)?.length ?? 0;

function listOf(columns: readonly string[]): string {
  return `the columns ${columns.join(", ")}`;
}
