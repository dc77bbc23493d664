/** What a check found. */
export interface Finding {
  /** The name of the check, for programs to compare. */
  readonly check: string;
  readonly result: "passed" | "warning" | "failed" | "not checked";
  /** One or more sentences for people. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** A finding, and what to do about it. */
export type Fault = Pick<Finding, "detail"> & Required<Pick<Finding, "remedy">>;

export function passed(check: string, detail: string): Finding {
  return { check, result: "passed", detail };
}

export function warning(check: string, detail: string): Finding {
  return { check, result: "warning", detail };
}

export function failed(check: string, { detail, remedy }: Fault): Finding {
  return { check, result: "failed", detail, remedy };
}

/** `reason` is why the check was left out, and what to do to include it. */
export function notChecked(check: string, reason: string | Fault): Finding {
  return { check, result: "not checked", ...(typeof reason === "string" ? { detail: reason } : reason) };
}
