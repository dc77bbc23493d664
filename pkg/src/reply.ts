/** What a call gives: the reply's fields, and how it came. */
export type Reply<T> = T & {
  /** The HTTP status: any 2xx is a success. `status` is only ever the gateway's own field. */
  readonly httpStatus: number;
  /** The exact text of the body. Not enumerable, so that it is not logged or stored by accident. */
  readonly raw: string;
};
