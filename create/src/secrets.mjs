// The secrets of the local Worker.
import { randomBytes } from "node:crypto";

const hex = (/** @type {number} */ bytes) => randomBytes(bytes).toString("hex");
const base64 = () => randomBytes(32).toString("base64");

/** Returns the text of a new `.dev.vars`. */
export const devVars =
  () => `# The secrets of the Worker on this machine. Git ignores this file. Production has its own: see README.md.

# The sandbox that \`npm run dev\` starts accepts this key and secret.
CITRN_API_KEY='${hex(16)}'
CITRN_SECRET='${hex(32)}'

# The callers of the Worker. Your shop sends the token as "Authorization: Bearer ...".
WORKER_TOKENS='[{"name":"local","token":"${hex(32)}"}]'

# Your shop's endpoint for callbacks on this machine, and the secret with which it verifies them.
MERCHANT_WEBHOOK_URL='http://127.0.0.1:3000/webhooks'
MERCHANT_WEBHOOK_SECRET='whsec_${base64()}'

# Signs checkout links.
CHECKOUT_SECRETS='local:${base64()}'
`;
