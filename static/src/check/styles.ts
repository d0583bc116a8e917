// The look of the check in the panel. Sides are logical, and fingers have 44 px.

export const checkCSS = `
.check-slot, .check { display: flex; flex-direction: column; gap: 12px; }
.check { border: 1px solid var(--line); border-radius: var(--webtrunk-radius, 12px); padding: 14px; }
.check h3 { font: inherit; font-weight: 650; margin: 0; }
.check select { font: inherit; inline-size: 100%; min-block-size: 44px; color: var(--text); background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--webtrunk-radius, 12px); padding: 8px 10px; }
.check select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.check meter { display: block; inline-size: 100%; block-size: 18px; }
.check ul { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 8px; }
.check li { border-inline-start: 4px solid var(--accent); background: var(--tint); border-radius: 8px; padding: 8px 12px; overflow-wrap: anywhere; }
.check li.bad { border-inline-start-color: var(--danger); }
.check small { display: block; color: var(--soft); font-size: 13px; }
.check .step { font-weight: 600; margin-block-end: 8px; }
`;
