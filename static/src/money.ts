// Money as people read it and write it: the API counts it in the currency's smallest unit,
// and what a minute costs in decimals.

// Browsers follow what is usual in shops, which for some currencies is another number of
// digits than ISO 4217 has. The gateway counts by ISO 4217, and a test compares these lists
// with its own.
const whole = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
const thousandths = " BHD IQD JOD KWD LYD OMR TND ";

export interface Amount {
  /** In the currency's smallest unit. */
  amount: number;
  currency: string;
}

/** How many digits a currency has behind the point. */
export function digits(currency: string): number {
  const listed = ` ${currency} `;
  return whole.includes(listed) ? 0 : thousandths.includes(listed) ? 3 : 2;
}

/** An amount as money is written in a language. */
export function money(language: string, { amount, currency }: Amount): string {
  const n = digits(currency);
  return written(language, currency, amount / 10 ** n, n);
}

/** What a minute costs, to the last digit that it has. */
export function rate(language: string, currency: string, perMinute: string): string {
  return written(language, currency, Number(perMinute), 6);
}

function written(language: string, currency: string, value: number, most: number): string {
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency, minimumFractionDigits: digits(currency), maximumFractionDigits: most }).format(value);
  } catch {
    return `${value} ${currency}`; // while three letters are still being written
  }
}

/** The name of a currency in a language; its letters where that has none. */
export function currencyName(language: string, currency: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "currency" }).of(currency) ?? currency;
  } catch {
    return currency;
  }
}

/** An amount as it is written into a field: 12.50. */
export function decimal({ amount, currency }: Amount): string {
  const n = digits(currency);
  const all = String(Math.abs(amount)).padStart(n + 1, "0");
  return `${amount < 0 ? "-" : ""}${n === 0 ? all : `${all.slice(0, -n)}.${all.slice(-n)}`}`;
}

/** Reads what was written into a field, with a point or a comma; undefined for what is no amount of the currency. */
export function minor(text: string, currency: string): number | undefined {
  const n = digits(currency);
  const [, ahead, behind = ""] = /^\s*(\d{1,12})(?:[.,](\d*))?\s*$/.exec(text) ?? [];
  if (ahead === undefined || behind.length > n) return undefined;
  return Number(ahead + behind.padEnd(n, "0"));
}

/** A time as people say it: 7 min 30 sec. */
export function lasting(language: string, seconds: number): string {
  const parts = [
    ["hour", Math.floor(seconds / 3600)],
    ["minute", Math.floor(seconds / 60) % 60],
    ["second", Math.floor(seconds % 60)],
  ] as const;
  const said = parts.filter(([unit, n], i) => n > 0 || (i === 2 && seconds < 1 && unit === "second"));
  const one = ([unit, n]: readonly [string, number]) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(n);
  return new Intl.ListFormat(language, { type: "unit", style: "narrow" }).format(said.map(one));
}
