/** The bytes of a wasm file, which esbuild's `binary` loader embeds in the bundle. */
declare module "*/sandbox_bg.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
