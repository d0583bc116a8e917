// The look of pictures in the panel.

export const filmCSS = `
.stage { position: relative; aspect-ratio: 4 / 3; border-radius: var(--webtrunk-radius, 12px); overflow: hidden;
  background: #101615; color: #eaf1ef; display: grid; place-items: center; flex: none; }
.stage video { display: block; inline-size: 100%; block-size: 100%; object-fit: cover; grid-area: 1 / 1; min-block-size: 0; }
.stage .note { padding: 0 16px; text-align: center; grid-area: 1 / 1; }
.stage .note:empty { display: none; }
.stage video[part=self] { position: absolute; inset-block-end: 8px; inset-inline-end: 8px; inline-size: 28%; block-size: auto;
  aspect-ratio: 4 / 3; border-radius: 8px; border: 1px solid #fff8; transform: scaleX(-1); }
`;
