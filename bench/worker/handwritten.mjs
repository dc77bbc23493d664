// `POST /v1/payments` written by hand for Workers: the same checks in the same order, the same answers, headers and log
// line as citrn's Worker, in JavaScript over the platform's parsers and node:crypto.
import { createHash, createHmac, createSecretKey } from "node:crypto";

const PROBLEMS = "https://github.com/citrn/citrn/blob/main/worker/PROBLEMS.md#";
const LIMIT = 16 * 1024;
const NAMES = ["foreign_id", "coin_name", "return_url"];
const SECURITY_HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000",
  "X-Content-Type-Options": "nosniff",
};

class Problem extends Error {
  constructor(status, code, title, detail, { field, headers, executed = "no", retryable = false } = {}) {
    super(detail);
    Object.assign(this, { status, code, title, field, headers, executed, retryable });
  }
}

const malformed = (detail) => new Problem(400, "malformed_body", "Malformed body", detail);
const invalid = (field, detail) =>
  new Problem(422, "invalid_parameter", "Invalid parameter", `${field} ${detail}`, { field });
const notAllowed = (detail) =>
  new Problem(422, "return_url_not_allowed", "return_url not allowed", `return_url ${detail}`, {
    field: "return_url",
  });

/** The parsed settings. An isolate gets another `env` when they change. */
let cached;
function settingsOf(env) {
  if (cached?.env === env) return cached;
  const tokens = new Map(
    JSON.parse(env.WORKER_TOKENS).map(({ name, token }) => [createHash("sha256").update(token).digest("hex"), name]),
  );
  cached = {
    env,
    tokens,
    key: createSecretKey(env.CITRN_SECRET, "utf8"),
    apiKey: env.CITRN_API_KEY,
    url: `${env.CITRN_BASE_URL}/payments/create-payment`,
    origins: new Set(env.ALLOWED_RETURN_ORIGINS.split(",").map((origin) => origin.trim())),
    deadline: Number(env.UPSTREAM_DEADLINE_MS),
  };
  return cached;
}

function holderOf(request, { tokens }) {
  const [, token] = /^bearer +(.+)$/i.exec(request.headers.get("Authorization")?.trim() ?? "") ?? [];
  if (!token) {
    const detail = 'Send the header "Authorization: Bearer <token>" with a token from the setting WORKER_TOKENS.';
    throw new Problem(401, "token_required", "Bearer token required", detail, {
      headers: { "WWW-Authenticate": 'Bearer realm="citrn"' },
    });
  }
  const name = tokens.get(createHash("sha256").update(token).digest("hex"));
  if (name === undefined) {
    const headers = { "WWW-Authenticate": 'Bearer realm="citrn", error="invalid_token"' };
    throw new Problem(
      401,
      "token_unknown",
      "Unknown bearer token",
      "The bearer token is not listed in the setting WORKER_TOKENS.",
      { headers },
    );
  }
  return name;
}

/** Returns a duplicate name at the top level of a JSON text, which `JSON.parse` does not report. */
function twice(text, names) {
  const seen = new Set();
  let depth = 0;
  for (const [token, name, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (depth === 1 && colon) {
      const read = JSON.parse(name);
      if (names.includes(read) && seen.has(read)) return read;
      seen.add(read);
    }
  }
  return undefined;
}

async function bodyOf(request) {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > LIMIT)
    throw new Problem(413, "body_too_large", "Body too large", `The body has more than ${LIMIT} bytes.`);
  if (bytes.byteLength === 0) throw malformed("The body is empty: send a JSON object.");
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed("The body is not UTF-8.");
  }
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw malformed("The body is not JSON: send a JSON object.");
  }
  const kind = kindOf(body);
  if (kind !== "an object") throw malformed(`The body is ${kind}: send a JSON object.`);
  for (const name of Object.keys(body)) {
    if (!NAMES.includes(name)) {
      const detail = `${name} is not a parameter of this route, which takes ${NAMES.join(", ")}, extra`;
      throw new Problem(422, "unknown_parameter", "Unknown parameter", detail, { field: name });
    }
    const value = body[name];
    if (value === null) throw invalid(name, "must be text, not null; omit it if it is not needed");
    if (typeof value !== "string") throw invalid(name, `must be text, not ${kindOf(value)}`);
  }
  const repeated = twice(text, NAMES);
  if (repeated !== undefined) {
    throw new Problem(
      422,
      "duplicate_parameter",
      "Duplicate parameter",
      `${repeated} appears more than once: send it once`,
      { field: repeated },
    );
  }
  for (const name of NAMES) {
    if (body[name] === undefined) {
      throw new Problem(
        422,
        "missing_parameter",
        "Missing parameter",
        `${name} is missing: it is required and must be text`,
        { field: name },
      );
    }
  }
  return body;
}

function kindOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return { object: "an object", string: "text", number: "a number", boolean: "true or false" }[typeof value];
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function returnUrl(text, origins) {
  let url;
  try {
    url = new URL(text);
  } catch {
    throw invalid("return_url", "must be an absolute URL, such as https://shop.example/thanks");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw invalid("return_url", "must be an http or https URL");
  if (url.username !== "" || url.password !== "")
    throw invalid("return_url", "must not contain a user name or password");
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname))
    throw notAllowed("must be https; plain http is allowed only for this machine");
  if (!origins.has(url.origin))
    throw notAllowed(`has the origin ${url.origin}, which the setting ALLOWED_RETURN_ORIGINS does not list`);
  return url.href;
}

function validated({ foreign_id, coin_name, return_url }, origins) {
  const href = returnUrl(return_url, origins);
  const characters = [...foreign_id].length;
  if (characters < 1 || characters > 255) throw invalid("foreign_id", "must have 1 to 255 characters");
  if (coin_name === "") throw invalid("coin_name", "must not be empty");
  return { foreign_id, coin_name, return_url: href };
}

function secure(text) {
  try {
    const { protocol, hostname } = new URL(text);
    return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
  } catch {
    return false;
  }
}

const failed = (status, code, title, detail, executed = "unknown") =>
  new Problem(status, code, title, detail, { executed });

/** Signs and sends the request. The timeout includes reading the answer's body. */
async function create(payment, { key, apiKey, url, deadline }) {
  const body = JSON.stringify(payment);
  const signature = createHmac("sha512", key).update(body).digest("hex");
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), deadline);
  try {
    const headers = { "Content-Type": "application/json", "X-Process-Key": apiKey, "X-Process-Signature": signature };
    const answer = await fetch(url, { method: "POST", redirect: "manual", headers, body, signal: abort.signal });
    const text = await answer.text();
    if (!answer.ok)
      throw failed(502, "gateway_unavailable", "Gateway error", `The gateway answered with HTTP ${answer.status}.`);
    const parsed = JSON.parse(text);
    const reply = parsed.data ?? parsed;
    const redirect = reply.redirect_url ?? reply.payment_url ?? reply.url ?? reply.link;
    if (typeof redirect !== "string" || !secure(redirect))
      throw failed(
        502,
        "unreadable_reply",
        "Unreadable gateway reply",
        "The gateway's answer has no usable redirect URL.",
      );
    const session = reply.session_id ?? reply.session ?? reply.payment_id ?? reply.id ?? reply.uuid ?? null;
    return { session_id: session === null ? null : String(session), redirect_url: redirect };
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (abort.signal.aborted)
      throw failed(504, "timeout", "Gateway timeout", `The call timed out after ${deadline} ms.`);
    throw failed(502, "network_error", "Connection to the gateway failed", "The connection to the gateway failed.");
  } finally {
    clearTimeout(timer);
  }
}

async function payments(request, env, record) {
  const settings = settingsOf(env);
  record.token = holderOf(request, settings);
  const payment = validated(await bodyOf(request), settings.origins);
  const began = Date.now();
  try {
    return await create(payment, settings);
  } finally {
    record.upstream_ms = Date.now() - began;
  }
}

const USABLE = /^[\w.:/+=-]{1,128}$/;
const fresh = () =>
  Array.from({ length: 4 }, () =>
    Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");

export default {
  async fetch(request, env) {
    const began = Date.now();
    const given = request.headers.get("X-Request-Id");
    const id = given !== null && USABLE.test(given) ? given : fresh();
    const record = {
      event: "request",
      request_id: id,
      method: request.method,
      route: null,
      token: null,
      status: 201,
      ms: 0,
      upstream_ms: null,
    };
    const headers = { "Content-Type": "application/json", ...SECURITY_HEADERS };
    let body;
    try {
      const { pathname } = new URL(request.url);
      if (pathname !== "/v1/payments")
        throw new Problem(404, "not_found", "Route not found", "No route has this path.");
      record.route = pathname;
      if (request.method !== "POST")
        throw new Problem(405, "method_not_allowed", "Method not allowed", "/v1/payments supports only POST.", {
          headers: { Allow: "POST" },
        });
      body = await payments(request, env, record);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { status, code, title, message: detail, executed, retryable, field } = error;
      body = { type: `${PROBLEMS}${code}`, title, status, detail, code, executed, retryable, request_id: id, field };
      Object.assign(record, { status, code, executed });
      Object.assign(headers, { "Content-Type": "application/problem+json" }, error.headers);
    }
    headers["X-Request-Id"] = id;
    record.ms = Date.now() - began;
    headers["Server-Timing"] =
      `total;dur=${record.ms}${record.upstream_ms === null ? "" : `, upstream;dur=${record.upstream_ms}`}`;
    console.log(JSON.stringify(record));
    return new Response(JSON.stringify(body), { status: record.status, headers });
  },
};
