// The look of the panel. Sizes are at least 44 px where a finger goes, sides are
// logical, and the panel fits a screen 320 px wide.

export const panelCSS = `
.panel { position: fixed; inset: auto; inset-block-end: var(--webtrunk-inset, 20px); inset-inline-end: var(--webtrunk-inset, 20px);
  z-index: 2147483000; inline-size: min(340px, calc(100vw - 24px)); max-block-size: calc(100dvh - 24px); overflow: auto;
  margin: 0; padding: 20px; border: 1px solid color-mix(in srgb, var(--line) 35%, transparent);
  border-radius: calc(var(--webtrunk-radius, 12px) + 6px); background: var(--surface); color: var(--text); box-shadow: var(--shade);
  display: none; flex-direction: column; gap: 14px; }
.panel.open { display: flex; }
.panel:has(.board-place:not([hidden])) { inline-size: min(760px, calc(100vw - 24px)); }
@media (max-width: 480px) { .panel { inset-inline: 12px; inset-block-end: 12px; inline-size: auto; } }
header { display: flex; align-items: center; gap: 8px; margin-block: -6px -8px; }
h2 { font: inherit; font-weight: 650; font-size: 17px; margin: 0; flex: 1; overflow-wrap: anywhere; }
button.plain { background: none; padding: 10px; margin-inline-end: -10px; }
p { margin: 0; }
.status { min-block-size: 1.45em; }
.status:empty { display: none; }
.line { display: flex; gap: 12px; align-items: baseline; justify-content: space-between; }
.line:not(:has(:not(:empty))) { display: none; }
.timer { font-variant-numeric: tabular-nums; color: var(--soft); }
.alert:empty { display: none; }
.alert { border-inline-start: 4px solid var(--danger); background: var(--tint); border-radius: 8px; padding: 12px 14px; }
.alert p + p { margin-block-start: 8px; color: var(--soft); }
.row button { padding-inline: 8px; }
.facts { margin: 0; display: grid; gap: 4px; max-block-size: 30vh; overflow: auto; }
.facts:empty { display: none; }
.facts div { display: flex; gap: 10px; }
dt { color: var(--soft); flex: none; max-inline-size: 50%; overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; min-inline-size: 0; }
.explain, .hint { color: var(--soft); font-size: 14px; }
label { display: block; font-weight: 600; margin-block-end: 6px; }
input { font: inherit; font-size: 18px; inline-size: 100%; min-block-size: 48px; padding: 8px 14px; color: var(--text);
  background: var(--surface); border: 1px solid var(--line); border-radius: var(--webtrunk-radius, 12px); direction: ltr; }
input[aria-invalid=true] { border-color: var(--danger); border-width: 2px; }
.hint { margin-block-start: 6px; }
.waiting-room, .offers { display: flex; flex-direction: column; gap: 10px; }
.waiting-room > * { margin: 0; }
form > * + * { margin-block-start: 14px; }
.wide { inline-size: 100%; min-block-size: 48px; }
.row { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 10px; }
.row:not(:has(> :not([hidden]))) { display: none; }
.row:has(> :nth-child(2):not([hidden]) + :not([hidden])) button { flex-direction: column; gap: 2px; }
button[aria-pressed=true], button[aria-expanded=true].toggle { background: var(--text); color: var(--surface); }
.keys { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; direction: ltr; }
.keys button { flex-direction: column; gap: 0; min-block-size: 52px; font-size: 20px; line-height: 1.15; }
.keys small { font-size: 11px; font-weight: 500; letter-spacing: .08em; color: var(--soft); min-block-size: 13px; }
.sent { display: block; min-block-size: 1.45em; margin-block-end: 8px; text-align: center; letter-spacing: .12em; overflow-wrap: anywhere; direction: ltr; }
.sent:empty { display: none; }
.way-out { display: inline-flex; align-items: center; min-block-size: 44px; color: var(--accent); font-weight: 600; }
.ringing h2::before { content: ""; display: inline-block; inline-size: 10px; block-size: 10px; border-radius: 50%;
  background: var(--accent); margin-inline-end: 10px; animation: pulse 1.2s ease-in-out infinite; }
@keyframes pulse { 50% { opacity: .25; } }
`;
