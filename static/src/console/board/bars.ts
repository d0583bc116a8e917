// Bars of a chart, decided in pure code: where each part of each bar stands.

export interface Bar {
  x: number;
  width: number;
  parts: { y: number; height: number }[];
}

export interface Chart {
  bars: Bar[];
  /** The values at which lines are drawn, and where. */
  lines: { value: number; y: number }[];
}

/** Stacks each row's values in a field so wide and high, the first at the bottom. */
export function stack(rows: number[][], width: number, height: number): Chart {
  const top = ceiling(Math.max(0, ...rows.map((row) => row.reduce((sum, n) => sum + n, 0))));
  const room = width / Math.max(1, rows.length);
  const bars = rows.map((row, i) => {
    let y = height;
    const parts = row.map((n) => {
      const tall = (n / top) * height;
      y -= tall;
      return { y, height: tall };
    });
    return { x: i * room + room * 0.1, width: room * 0.8, parts };
  });
  const lines = [0, top / 2, top].filter(Number.isInteger).map((value) => ({ value, y: height - (value / top) * height }));
  return { bars, lines };
}

/** The next number of 1, 2 or 5 and noughts, which people read easily; never under two. */
export function ceiling(n: number): number {
  if (n <= 2) return 2;
  const ten = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 5, 10].map((step) => step * ten).find((step) => step >= n) ?? n;
}

/** Every how many bars a label fits, if there is room for so many. */
export function every(bars: number, room: number): number {
  return Math.max(1, Math.ceil(bars / room));
}
