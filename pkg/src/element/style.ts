// Constructable style sheets: a page's Content-Security-Policy applies to style elements and attributes, not to these.

const ELEMENT = `
:host{display:inline-block}
:host([hidden]){display:none}
p{margin:0}
dialog{
color-scheme:var(--citrn-color-scheme,light dark);
box-sizing:border-box;
width:min(var(--citrn-width,30rem),100%);
height:min(var(--citrn-height,46rem),100%);
max-width:none;
max-height:none;
padding:0;
border:1px solid #0000;
border-radius:var(--citrn-radius,.75rem);
overflow:hidden;
visibility:visible;
background:var(--citrn-background,Canvas);
color:var(--citrn-color,CanvasText)
}
dialog[open]{display:flex;flex-direction:column}
dialog::backdrop{background:var(--citrn-backdrop,#0009)}
button{
align-self:flex-end;
min-width:2.75rem;
min-height:2.75rem;
padding:0 .75rem;
border:0;
background:none;
color:inherit;
font:inherit;
cursor:pointer
}
button:focus-visible{outline:2px solid;outline-offset:-4px}
iframe{flex:1;width:100%;border:0}
@media(max-width:32rem){dialog{width:100%;height:100%;border-radius:0}}`;

/** Keeps the page behind a dialog from scrolling, and its layout from moving if it had a scrollbar. */
const LOCK = ":root{overflow:hidden!important;scrollbar-gutter:";

function sheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

let shared: CSSStyleSheet | undefined;

/** Returns the style sheet of all elements. Made on first use, because servers have none. */
export const elementStyle = (): CSSStyleSheet => (shared ??= sheet(ELEMENT));

/** Stops the page from scrolling. Returns a function that lets it scroll again. */
export function lockScrolling(): () => void {
  const hasScrollbar = innerWidth > document.documentElement.clientWidth;
  const lock = sheet(`${LOCK}${hasScrollbar ? "stable" : "auto"}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, lock];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((adopted) => adopted !== lock);
  };
}
