// The currency that an agent last asked for stands there again.

const place = "webtrunk-currency";

export function keptCurrency(): string {
  try {
    return localStorage.getItem(place) ?? "EUR";
  } catch {
    return "EUR"; // a browser that keeps nothing
  }
}

export function keepCurrency(currency: string): void {
  try {
    localStorage.setItem(place, currency);
  } catch {
    // as before, next time
  }
}
