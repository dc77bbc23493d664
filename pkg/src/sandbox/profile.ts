import type { ReplyProfile } from "./types.js";

const DEFAULT = "documented-new";

/** The forms of replies, refusals and callbacks. */
export const PROFILES: readonly ReplyProfile[] = ["documented-old", DEFAULT, "family-2020", "family-2026", "random"];

/** Returns the profile with a name; the name comes from an option of a call or the command line. */
export function readProfile(option: string, name: string = DEFAULT): ReplyProfile {
  const profile = PROFILES.find((profile) => profile === name);
  if (!profile) throw new TypeError(`${option} must be one of ${PROFILES.join(", ")}.`);
  return profile;
}
