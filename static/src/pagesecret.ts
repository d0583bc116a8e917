// What a page shows may count for the one page alone that shows it first. The gateway
// knows that page again by a secret of its own making, which its tab keeps: so it is
// the same after a reload, and another one in whoever's hands a copy falls.

const place = "webtrunk.page";
let made = "";

export function pageSecret(): string {
  made ||= kept() || fresh();
  try {
    sessionStorage.setItem(place, made);
  } catch {
    // Storage may be closed to this page; then the secret lasts as long as it does.
  }
  return made;
}

function kept(): string {
  try {
    return sessionStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}

function fresh(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** This page counts as another one, which has handed its secret over. */
export function adoptSecret(secret: string): void {
  sessionStorage.setItem(place, secret);
}
