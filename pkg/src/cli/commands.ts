import { CALL } from "./call.js";
import type { Command } from "./command.js";
import { COMPLETION } from "./completion.js";
import { DOCTOR } from "./doctor.js";
import { LISTEN } from "./listen.js";
import { PING } from "./ping.js";
import { RECONCILE } from "./reconcile.js";
import { REHEARSE } from "./rehearse.js";
import { SANDBOX } from "./sandbox.js";
import { SIGN } from "./sign.js";
import { TRIGGER } from "./trigger.js";
import { VERIFY } from "./verify.js";

/** The commands of `citrn`, in the order of its usage. */
export const COMMANDS: readonly Command[] = [
  SANDBOX,
  SIGN,
  VERIFY,
  PING,
  CALL,
  LISTEN,
  TRIGGER,
  REHEARSE,
  DOCTOR,
  RECONCILE,
  COMPLETION,
];
