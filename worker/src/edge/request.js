/** What every request is asked for, in one text: a crossing into wasm for each would cost more than the asking. */
export const head = ({ method, url, headers }, names) => [method, url, ...names.map((name) => headers.get(name) ?? "\0")].join("\n");
