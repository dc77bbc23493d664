/** The result of a call: the fields of the gateway's reply, the HTTP status and the exact text. */
export type Reply<T> = T & {
  /** The HTTP status, which is a 2xx. A field `status` is always the gateway's. */
  readonly httpStatus: number;
  /** The exact text of the body. Not enumerable, so that it is not logged or stored by mistake. */
  readonly raw: string;
};
