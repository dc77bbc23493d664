import { configuration } from "../failure.js";

/**
 * Reads the URL of a Worker; returns it without a slash at its end.
 *
 * @throws {CitrnConfigurationError} naming the setting `url`
 */
export function readUrl(text: string, allowInsecure: boolean): string {
  const url = parsed(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw wrong("must be an http or https URL");
  if (url.username !== "" || url.password !== "") throw wrong("must not carry a user name or a password");
  if (/[?#]/.test(text)) throw wrong("must not have a query or a fragment");
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !allowInsecure) {
    throw wrong("must be https, since every request carries the token; allowInsecureUrl: true lets it be http");
  }
  return url.href.replace(/\/+$/, "");
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The parser's message would show the text, which may be a token in the wrong place.
    throw wrong("must be an absolute URL, such as https://pay.example.com");
  }
}

function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/\.$/, "");
  return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+)$/.test(name) || hostname === "[::1]";
}

function wrong(problem: string): Error {
  return configuration("url", problem);
}
