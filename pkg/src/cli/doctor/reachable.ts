// The checks `reachable` and `tls`: whether the Worker answers at the URL, over a connection that can be trusted.
import { explain, problemIn } from "./answerer.js";
import { type Fault, failed, type Finding, notChecked, passed } from "./finding.js";
import { type Answer, send } from "./request.js";

/** The answer of the Worker's `/healthz`, if it came, and the findings. */
export interface Contact {
  readonly health: Answer | undefined;
  readonly findings: readonly Finding[];
}

/** Requests `/healthz`. `url` has no slash at its end. */
export async function checkReachable(url: URL, base: string): Promise<Contact> {
  if (url.protocol === "http:" && !isLoopback(url)) {
    const detail = "The URL is http: anyone on the way could read tokens and payers' data, and change answers.";
    return { health: undefined, findings: [failed("tls", { detail, remedy: "Give the https URL." })] };
  }
  const answer = await send(`${base}/healthz`);
  if ("fault" in answer)
    return { health: undefined, findings: [failed(answer.isTls ? "tls" : "reachable", answer.fault)] };
  const tls =
    url.protocol === "https:"
      ? passed("tls", "The certificate is valid.")
      : notChecked("tls", "The URL is this machine's.");
  if (!isAlive(answer))
    return { health: undefined, findings: [failed("reachable", await wrongPlace(url, answer)), tls] };
  const took = answer.answeredAt - answer.sentAt;
  return { health: answer, findings: [passed("reachable", `The Worker answered in ${took} ms.`), tls] };
}

/** Whether a URL is this machine's. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function isAlive({ status, json }: Answer): boolean {
  return status === 200 && json?.status === "alive";
}

/** Explains an answer that is not that of `/healthz`. A frequent reason is a path in the URL, such as `/callbacks`. */
async function wrongPlace(url: URL, answer: Answer): Promise<Fault> {
  const { origin, pathname } = url;
  if (pathname.length <= 1) return explain(answer);
  const isWorkers = problemIn(answer)?.code === "not_found";
  const atRoot = isWorkers ? undefined : await send(`${origin}/healthz`);
  if (!isWorkers && !(atRoot && "status" in atRoot && isAlive(atRoot))) return explain(answer);
  return { detail: `The Worker is not at ${pathname}, but at the root of this host.`, remedy: `Give ${origin}.` };
}
