// Follows the status of a link: server-sent events while the page is visible, otherwise polling.
import { type CitrnPayStatus, isFinal, readStatus } from "./status.js";

/** Milliseconds between two polls while the page is visible. */
const POLL = 5_000;
/** The same while the page is hidden, and after a failure. */
const SLOW_POLL = 30_000;
/** How long a stream may stay without a status before polling replaces it: some proxies hold streams back. */
const PATIENCE = 10_000;
/** A click may leave the page, and then needs no connection. */
const CLICK = 1_000;
/** No payment is final so soon after a click: a status that is belongs to an earlier one. */
const QUICKEST_PAYMENT = 4_000;
/** The checkout's status page, too, stops refreshing after a day. */
const DAY = 86_400_000;

/**
 * Reports each status that arrives, until it is final, the link has expired, or a day has passed.
 * @param clicked whether the payer has just opened the link, so that another deposit may follow a final one
 * @returns a function that stops it
 */
export function follow(url: string, clicked: boolean, report: (status: CitrnPayStatus) => void): () => void {
  const since = Date.now();
  let known = false;
  let streams = true;
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let polls = new AbortController();

  const pause = () => {
    stream?.close();
    clearTimeout(timer);
    polls.abort();
    polls = new AbortController();
  };
  const stop = () => {
    pause();
    document.removeEventListener("visibilitychange", resume);
  };
  const take = (text: string) => {
    const status = readStatus(text);
    const earlier = clicked && !known && Date.now() - since < QUICKEST_PAYMENT;
    known = true;
    if (isFinal(status) && !earlier) stop();
    report(status);
  };
  const pollAfter = (milliseconds: number) => {
    const { signal } = polls;
    timer = setTimeout(async () => {
      let wait = SLOW_POLL;
      try {
        const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "omit", signal });
        if ([404, 410].includes(response.status) || Date.now() - since > DAY) return stop();
        const text = await response.text();
        if (response.ok && !signal.aborted) {
          if (!document.hidden) wait = POLL;
          take(text);
        }
      } catch {
        // The connection failed, or the answer is not a status: the next poll may work.
      }
      if (!signal.aborted) pollAfter(wait);
    }, milliseconds);
  };
  const poll = () => {
    streams = false;
    pause();
    pollAfter(0);
  };
  const listen = () => {
    stream = new EventSource(url);
    timer = setTimeout(poll, PATIENCE);
    stream.addEventListener("status", ({ data }) => {
      clearTimeout(timer);
      try {
        take(data);
      } catch {
        poll();
      }
    });
    stream.onerror = () => {
      // The Worker ends a stream after ten minutes, and the browser opens the next one.
      clearTimeout(timer);
      if (stream?.readyState === EventSource.CLOSED || Date.now() - since > DAY) poll();
      else timer = setTimeout(poll, PATIENCE);
    };
  };
  const resume = () => {
    pause();
    if (document.hidden) pollAfter(SLOW_POLL);
    else if (streams) listen();
    else pollAfter(0);
  };
  document.addEventListener("visibilitychange", resume);
  timer = setTimeout(resume, clicked ? CLICK : 0);
  return stop;
}
