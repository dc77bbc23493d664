import { CitrnError } from "../index.js";

/** Exit codes, by what the person at the terminal has to do. */
export const Exit = {
  ok: 0,
  /** The answer is no: a signature that does not match, a refusal by the gateway. */
  no: 1,
  /** The command line is wrong. */
  usage: 2,
  /** A setting is missing or cannot be right. */
  settings: 3,
  /** The gateway was not reached. */
  unreachable: 4,
  /** The gateway was reached and failed, or answered with something else than what was asked for. */
  gateway: 5,
  /** The gateway refused the key or the signature. */
  authentication: 6,
} as const;

/** Something that ends the command with one sentence. */
export class Problem extends Error {
  constructor(
    readonly exit: number,
    message: string,
  ) {
    super(message);
  }
}

const BY_NAME: Readonly<Record<string, number>> = {
  CitrnConfigurationError: Exit.settings,
  CitrnConnectionError: Exit.unreachable,
  CitrnTimeoutError: Exit.unreachable,
  CitrnGatewayError: Exit.gateway,
  CitrnAuthenticationError: Exit.authentication,
};

/** The exit code and the sentence for whatever ended a command. */
export function ending(error: unknown): { exit: number; message: string } {
  if (error instanceof Problem) return error;
  if (error instanceof CitrnError) return { exit: BY_NAME[error.name] ?? Exit.no, message: error.message };
  throw error;
}
