// How far `citrn listen` has come, in a file, so that a restart misses nothing.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Exit, Problem } from "../exit.js";

/** Ids of forwarded events that are stored, to recognise repeats. */
const RECENT = 500;

/** An event that was read, and that the handler has not accepted yet. */
export interface OpenEvent {
  readonly id: string;
  /** The cursor before it. */
  readonly after: string;
  /** Whether it was sent, so that the handler may have it. */
  attempted: boolean;
}

/** The content of the file. */
interface Stored {
  readonly version: 1;
  readonly after: string;
  readonly open: readonly OpenEvent[];
  readonly recent: readonly string[];
}

/**
 * The cursor after the events that were read, and the open events before it. Each change of them is written before
 * the next event is sent, so a process that is killed at any moment repeats at most the events that it was sending.
 */
export class Position {
  readonly #file: string | undefined;
  readonly #open: Set<OpenEvent>;
  readonly #recent: Set<string>;
  #after: string;

  private constructor(file: string | undefined, { after, open, recent }: Omit<Stored, "version">) {
    this.#file = file;
    this.#after = after;
    this.#open = new Set(open);
    this.#recent = new Set(recent);
  }

  /** Begins at a cursor. @param file where the position is stored, if anywhere */
  static begin(file: string | undefined, after: string): Position {
    const position = new Position(file, { after, open: [], recent: [] });
    position.#save();
    return position;
  }

  /** Returns the position in a file, or `undefined` if there is no such file. */
  static restore(file: string): Position | undefined {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new Problem(Exit.usage, `Cannot read ${file}: ${(error as NodeJS.ErrnoException).code}.`);
    }
    const stored = parse(text);
    if (stored) return new Position(file, stored);
    throw new Problem(
      Exit.usage,
      `${file} is not a position of citrn listen. Delete it, and give --since with a time before the last run.`,
    );
  }

  /** The cursor after the events that were read. */
  get after(): string {
    return this.#after;
  }

  /** The events that the handler has not accepted yet. */
  get open(): readonly OpenEvent[] {
    return [...this.#open];
  }

  /** Adds an event that was read. */
  add({ id, next }: { readonly id: string; readonly next: string }): OpenEvent {
    const event = { id, after: this.#after, attempted: false };
    this.#open.add(event);
    this.#after = next;
    return event;
  }

  /** Whether the handler has, or may have, this event already. */
  isRepeat({ id, attempted }: OpenEvent): boolean {
    return attempted || this.#recent.has(id);
  }

  /** Notes that an event is about to be sent. */
  attempt(event: OpenEvent): void {
    if (event.attempted) return;
    event.attempted = true;
    this.#save();
  }

  /** Notes that an event needs no other attempt. */
  settle(event: OpenEvent): void {
    this.#open.delete(event);
    this.#recent.delete(event.id);
    this.#recent.add(event.id);
    for (const oldest of this.#recent) {
      if (this.#recent.size <= RECENT) break;
      this.#recent.delete(oldest);
    }
    this.#save();
  }

  #save(): void {
    const file = this.#file;
    if (file === undefined) return;
    const stored: Stored = { version: 1, after: this.#after, open: this.open, recent: [...this.#recent] };
    try {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      // Renamed, so that the file is always a whole one, also if two processes write it.
      const draft = `${file}.${process.pid}.new`;
      writeFileSync(draft, JSON.stringify(stored), { mode: 0o600 });
      renameSync(draft, file);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code;
      throw new Problem(Exit.usage, `Cannot write ${file}: ${why}. Give another file with --cursor-file.`);
    }
  }
}

function parse(text: string): Stored | undefined {
  try {
    const stored = JSON.parse(text) as Stored;
    const isText = (value: unknown) => typeof value === "string";
    const isOpen = (event: OpenEvent) => isText(event.id) && isText(event.after);
    const isValid =
      stored.version === 1 && isText(stored.after) && stored.open.every(isOpen) && stored.recent.every(isText);
    return isValid ? stored : undefined;
  } catch {
    return undefined;
  }
}
