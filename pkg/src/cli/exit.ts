import { CitrnError } from "../index.js";

/** Exit codes, one for each kind of reaction that a script or a person needs. */
export const Exit = {
  ok: 0,
  /** The result is negative: the signature does not match, or the gateway refused the call. */
  no: 1,
  /** The command line is invalid. */
  usage: 2,
  /** A setting is missing or invalid. */
  settings: 3,
  /** The gateway could not be reached. */
  unreachable: 4,
  /** The gateway failed, or its reply is invalid. */
  gateway: 5,
  /** The gateway refused the key or the signature, or the Worker the token. */
  authentication: 6,
  /** The gateway may have executed the call: its outcome is unknown. */
  unknown: 7,
} as const;

/** An error that ends the command with one sentence. */
export class Problem extends Error {
  constructor(
    readonly exit: number,
    message: string,
  ) {
    super(message);
  }
}

const BY_NAME: Readonly<Record<string, number>> = {
  CitrnParameterError: Exit.usage,
  CitrnConfigurationError: Exit.settings,
  CitrnConnectionError: Exit.unreachable,
  CitrnTimeoutError: Exit.unreachable,
  CitrnGatewayError: Exit.gateway,
  CitrnAuthenticationError: Exit.authentication,
};

/** Returns the exit code and the message for an error. Throws other errors, which are bugs. */
export function exitOf(error: unknown): { exit: number; message: string } {
  if (error instanceof Problem) return error;
  if (error instanceof CitrnError) return { exit: BY_NAME[error.name] ?? Exit.no, message: error.message };
  throw error;
}
