/** The bytes of a wasm file: esbuild's `binary` loader puts them into the bundle. */
declare module "*/sandbox_bg.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
