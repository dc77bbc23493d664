/**
 * Names an error class, and lets `instanceof` recognise errors of other copies of this package in the process: an
 * application may import one and require another, and test runners reload modules. A subclass matches only its own
 * instances.
 */
export function brand(type: { prototype: Error }, name: string): void {
  const mark = Symbol.for(`citrn.${name}`);
  // Names of classes do not survive minification.
  Object.defineProperty(type, "name", { value: name, configurable: true });
  // On the prototype, so that stack traces show it and it is not printed as a field.
  Object.defineProperty(type.prototype, "name", { value: name, configurable: true, writable: true });
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, given: unknown) {
      // A Proxy can throw on any access. A value that cannot be examined is not an error of this package.
      try {
        const isInstance = Function.prototype[Symbol.hasInstance].call(this as () => void, given);
        return isInstance || (this === type && isError(given) && Reflect.get(given, mark) === true);
      } catch {
        return false;
      }
    },
  });
}

/** Whether this is an error, of any realm. */
function isError(given: unknown): given is Error {
  return Object.prototype.toString.call(given) === "[object Error]";
}
