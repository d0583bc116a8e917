import { every, stack } from "./bars.ts";
import { other } from "./figures.ts";
import type { Figures } from "./wire.ts";
import { useBoardWords } from "./words.ts";
import { useSpeech } from "../words.ts";

const width = 640;
const height = 200;

/** What the parts of a bar are, from the bottom. */
const parts = ["answered", "abandoned", "voicemails", "other"] as const;

/** A bar for each span, of which the table says the same. Time goes as the language is read. */
export function Bars({ rows, name }: { rows: Figures[]; name(from: string): string }) {
  const words = useBoardWords();
  const { language } = useSpeech();
  const mirrored = document.documentElement.dir === "rtl";
  const { bars, lines } = stack(rows.map((row) => [row.answered, row.abandoned, row.voicemails, other(row)]), width, height);
  const number = new Intl.NumberFormat(language);
  const step = every(rows.length, 8);
  const at = (x: number, wide: number) => (mirrored ? width - x - wide : x);
  return (
    <figure>
      <figcaption>
        {words.past.chart}
        <ul class="legend">
          {parts.map((part) => (
            <li key={part}>
              <svg viewBox="0 0 12 12" aria-hidden="true">
                <rect class={part} width="12" height="12" />
              </svg>
              {words.past.columns[part]}
            </li>
          ))}
        </ul>
      </figcaption>
      <svg class="chart" viewBox={`-36 -10 ${width + 72} ${height + 40}`} role="img" aria-label={words.past.chart} direction="ltr">
        {lines.map(({ value, y }) => (
          <g key={value}>
            <line x1="0" x2={width} y1={y} y2={y} />
            <text x={mirrored ? width + 6 : -6} y={y + 5} text-anchor={mirrored ? "start" : "end"}>
              {number.format(value)}
            </text>
          </g>
        ))}
        {bars.map((bar, i) => (
          <g key={rows[i]?.from}>
            {bar.parts.map((part, of) => part.height > 0 && <rect key={of} class={parts[of]} x={at(bar.x, bar.width)} y={part.y} width={bar.width} height={part.height} />)}
            {i % step === 0 && (
              <text x={at(bar.x, bar.width) + bar.width / 2} y={height + 22} text-anchor="middle">
                {name(rows[i]?.from ?? "")}
              </text>
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}
