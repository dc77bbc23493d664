// Exact arithmetic of amounts: decimal text as whole numbers of 10^-SCALE.

const SCALE = 40;
const DECIMAL = /^(-?)(\d{1,60})(?:\.(\d{1,40}))?$/;

/** Reads decimal text, such as `49.50`. `undefined` if it is anything else, such as `1e-7`. */
export function parseDecimal(text: string): bigint | undefined {
  const [, sign, whole, fraction = ""] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return BigInt(`${sign}${whole}${fraction.padEnd(SCALE, "0")}`);
}

/** Returns decimal text without surplus zeros. */
export function formatDecimal(units: bigint): string {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(SCALE + 1, "0");
  const fraction = digits.slice(-SCALE).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -SCALE)}${fraction && `.${fraction}`}`;
}
