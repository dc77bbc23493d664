/** The template's .gitignore, which npm renames or leaves out when it packs a package. */
export const GITIGNORE = `node_modules/
.wrangler/
.dev.vars
.dev.vars.*
!.dev.vars.example
`;
