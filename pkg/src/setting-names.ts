// The core's names of settings, such as `api_key`, in failures.
import { type CitrnErrorFacts, CitrnConfigurationError, CitrnParameterError } from "./error.js";
import { SETTINGS } from "./settings.js";

/** The settings by the core's names for them, such as `api_key`. */
const SETTING_NAMES = new Map(
  Object.keys(SETTINGS).map((name) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name]),
);

/** Any of the core's names in a message. */
const SETTING_NAME = new RegExp(`\\b(${[...SETTING_NAMES.keys()].join("|")})\\b`, "g");

/** Replaces the core's names of settings. What the gateway says, and a parameter of such a name, stay as they are. */
export function withSettingNames(
  { code, field, message }: Pick<CitrnErrorFacts, "code" | "field" | "message">,
  Type: CallableFunction | NewableFunction,
): Pick<CitrnErrorFacts, "field" | "message"> {
  const isConfiguration = Type === CitrnConfigurationError;
  const isReply = code === "unreadable_reply";
  if (!isConfiguration && !isReply && Type !== CitrnParameterError) return { field, message };
  const translate = (name: string) => {
    const setting = SETTING_NAMES.get(name);
    if (setting === undefined || (name === field && !isConfiguration)) return name;
    return name.startsWith("allow_") && !isReply ? `${setting}: true` : setting;
  };
  const shown = isConfiguration && field !== undefined ? (SETTING_NAMES.get(field) ?? field) : field;
  return { field: shown, message: message.replace(SETTING_NAME, translate) };
}
