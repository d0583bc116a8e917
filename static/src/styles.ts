// The launcher's look and the colours of the whole widget. Every colour is a
// custom property that a site may set on the element; see doc/widget.md.

const light = `
  --accent: var(--webtrunk-accent, #0b6b5d);
  --on-accent: var(--webtrunk-on-accent, #fff);
  --surface: var(--webtrunk-surface, #fff);
  --text: var(--webtrunk-text, #17211f);
  --soft: var(--webtrunk-soft-text, #55635f);
  --line: var(--webtrunk-line, #7b8985);
  --tint: var(--webtrunk-tint, #eef4f2);
  --danger: var(--webtrunk-danger, #b3261e);
  --on-danger: var(--webtrunk-on-danger, #fff);
  --shade: 0 1px 2px rgb(0 0 0 / .08), 0 12px 36px rgb(10 40 35 / .18);
  color-scheme: light;`;

const dark = `
  --accent: var(--webtrunk-accent, #5fd4bf);
  --on-accent: var(--webtrunk-on-accent, #06231e);
  --surface: var(--webtrunk-surface, #18201f);
  --text: var(--webtrunk-text, #eaf1ef);
  --soft: var(--webtrunk-soft-text, #a9b8b4);
  --line: var(--webtrunk-line, #71807c);
  --tint: var(--webtrunk-tint, #243130);
  --danger: var(--webtrunk-danger, #ff9b90);
  --on-danger: var(--webtrunk-on-danger, #3a0905);
  --shade: 0 1px 2px rgb(0 0 0 / .5), 0 12px 36px rgb(0 0 0 / .55);
  color-scheme: dark;`;

const font = `font: var(--webtrunk-font, 400 16px/1.45 system-ui, "Segoe UI", Roboto, sans-serif);`;

// A page's style of everything, as of *, is stronger than :host: what is inherited of
// it ends at the first elements inside.
export const launcherCSS = `
:host { all: initial; display: inline-block; ${light} ${font} }
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) { ${dark} } }
:host([theme=dark]) { ${dark} }
*, ::before, ::after { box-sizing: border-box; }
:where(:host) > * { all: initial; display: block; color-scheme: inherit; color: var(--text); ${font} }
button { font: inherit; font-weight: 600; color: inherit; margin: 0; border: 0; cursor: pointer;
  min-block-size: 44px; min-inline-size: 44px; border-radius: var(--webtrunk-radius, 12px);
  display: inline-flex; align-items: center; justify-content: center; gap: 8px;
  padding: 10px 18px; background: var(--tint); color: var(--text); transition: filter .12s; }
:where(:host) > button { ${font} font-weight: 600; }
button:hover { filter: brightness(.95); }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button.go { background: var(--accent); color: var(--on-accent); }
button.stop { background: var(--danger); color: var(--on-danger); }
[hidden] { display: none !important; }
svg { inline-size: 20px; block-size: 20px; fill: currentColor; flex: none; }
.problem { color: var(--danger); margin-block: 8px 0; max-inline-size: 40ch; }
@media (prefers-reduced-motion: reduce) { *, ::before { transition: none !important; animation: none !important; } }
@media (forced-colors: active) { button { border: 1px solid ButtonText; } }
`;
