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
/** The Worker ends a stream after ten minutes. One that is still open has lost its connection. */
const LONGEST_STREAM = 660_000;
/** A browser opens at most six HTTP/1.1 connections to a host, and the checkout needs some of them. */
const MOST_STREAMS = 2;
/** The checkout's status page, too, stops refreshing after a day. */
const DAY = 86_400_000;

/** The number of open streams of all elements. */
let openStreams = 0;

/**
 * Reports each status that arrives, until it is final, the link has expired, or a day has passed.
 * @param clicked whether the payer has just opened the link, so that another deposit may follow those before the click
 * @param report gets a status, and whether it is the last one
 * @returns a function that stops it
 */
export function follow(
  url: string,
  clicked: boolean,
  report: (status: CitrnPayStatus, isLast: boolean) => void,
): () => void {
  const since = Date.now();
  let isPending = !clicked;
  /** When streams may be tried again after one has failed. */
  let streamsFrom = 0;
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let polls = new AbortController();

  const canStream = () => !document.hidden && openStreams < MOST_STREAMS && Date.now() >= streamsFrom;
  const pause = () => {
    if (stream) {
      stream.close();
      stream = undefined;
      openStreams--;
    }
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
    isPending ||= !isFinal(status);
    const isLast =
      isFinal(status) && (isPending || status.deposits.some(({ seenAt }) => Date.parse(seenAt ?? "") > since));
    if (isLast) stop();
    report(status, isLast);
  };
  const pollAfter = (milliseconds: number) => {
    const { signal } = polls;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (Date.now() - since > DAY) return stop();
      // A poll may never be answered.
      timer = setTimeout(resume, SLOW_POLL);
      let wait = SLOW_POLL;
      try {
        const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "omit", signal });
        if ([404, 410].includes(response.status)) return stop();
        const text = await response.text();
        if (response.ok && !signal.aborted) {
          if (!document.hidden) wait = POLL;
          take(text);
        }
      } catch {
        // The connection failed, or the answer is not a status: the next poll may work.
      }
      if (signal.aborted) return;
      if (canStream()) resume();
      else pollAfter(wait);
    }, milliseconds);
  };
  const poll = () => {
    streamsFrom = Date.now() + LONGEST_STREAM;
    pause();
    pollAfter(0);
  };
  const listen = () => {
    openStreams++;
    stream = new EventSource(url);
    timer = setTimeout(poll, PATIENCE);
    stream.addEventListener("status", ({ data }) => {
      clearTimeout(timer);
      timer = setTimeout(resume, LONGEST_STREAM);
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
    if (canStream()) listen();
    else pollAfter(document.hidden ? SLOW_POLL : 0);
  };
  document.addEventListener("visibilitychange", resume);
  timer = setTimeout(resume, clicked ? CLICK : 0);
  return stop;
}
