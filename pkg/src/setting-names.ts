// The core's names of settings, such as `api_key`, in failures.
import { type CitrnErrorDetails, CitrnConfigurationError, CitrnParameterError } from "./error.js";
import { SETTINGS } from "./settings.js";

/** The settings by their names in the core, such as `api_key`. */
const SETTING_NAMES = new Map(
  Object.keys(SETTINGS).map((name) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name]),
);

/** Matches such a name in a message. */
const SETTING_NAME = new RegExp(`\\b(${[...SETTING_NAMES.keys()].join("|")})\\b`, "g");

/** Translates the core's names of settings, but not in the gateway's text, nor a parameter of such a name. */
export function withSettingNames(
  { code, field, message }: Pick<CitrnErrorDetails, "code" | "field" | "message">,
  Type: CallableFunction | NewableFunction,
): Pick<CitrnErrorDetails, "field" | "message"> {
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
