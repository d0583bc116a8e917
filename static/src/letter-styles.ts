// The look of the form for a message. Sides are logical, and fingers have 44 px.

export const letterCSS = `
.letter { display: flex; flex-direction: column; gap: 12px; border: 1px solid var(--line); border-radius: var(--webtrunk-radius, 12px); padding: 14px; }
.letter h3 { font: inherit; font-weight: 650; margin: 0; }
.letter input { direction: inherit; }
.letter input:focus-visible, .letter textarea:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.letter textarea { font: inherit; color: var(--text); background: var(--surface); border: 1px solid var(--line); box-sizing: border-box;
  border-radius: var(--webtrunk-radius, 12px); padding: 8px 12px; inline-size: 100%; min-block-size: 88px; resize: vertical; }
.letter textarea[aria-invalid=true] { border-color: var(--danger); border-width: 2px; }
.letter .problem:empty, .letter .told:empty { display: none; }
`;
