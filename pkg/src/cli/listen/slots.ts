/** Limits how much work runs concurrently. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param count the maximum */
  constructor(count: number) {
    this.#free = count;
  }

  /** Runs work as soon as there is a free slot, in the order of the calls. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
