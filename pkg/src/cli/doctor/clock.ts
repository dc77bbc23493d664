// The check `clock`: whether the Worker's clock agrees with this machine's.
import { failed, type Finding, notChecked, passed } from "./finding.js";
import type { Answer } from "./request.js";

/** The largest difference that passes. Deliveries are refused from 5 minutes on. */
const MAX_DIFFERENCE_MS = 60_000;

/** Compares the clocks, by the answer of `/healthz`. */
export function checkClock({ json, sentAt, answeredAt }: Answer): Finding {
  const time = typeof json?.time === "string" ? Date.parse(json.time) : Number.NaN;
  if (Number.isNaN(time)) return notChecked("clock", "This version of the Worker does not show its time: update it.");
  // The Worker read its clock at some moment between the two.
  const difference = time > answeredAt ? time - answeredAt : Math.min(time - sentAt, 0);
  const size = Math.abs(difference);
  if (size <= MAX_DIFFERENCE_MS)
    return passed("clock", "The Worker's clock and this machine's differ by less than a minute.");
  const detail = `The Worker's clock is ${span(size)} ${difference > 0 ? "ahead of" : "behind"} this machine's.`;
  const remedy =
    "Set the wrong one by a time server: shops refuse deliveries that are 5 minutes off, and links expire too early.";
  return failed("clock", { detail, remedy });
}

function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}
