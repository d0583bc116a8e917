// Whether live or test calls are shown. The choice is a cookie, so that streams
// and downloads follow it too; a demo has test calls only and begins with them.

export type Mode = "live" | "test";

const cookie = "webtrunk_mode";

export function mode(): Mode {
  const chosen = new RegExp(`(?:^|; )${cookie}=(live|test)`).exec(document.cookie)?.[1];
  return (chosen ?? document.documentElement.dataset.mode ?? "live") as Mode;
}

export function chooseMode(chosen: Mode): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${cookie}=${chosen}; path=/; max-age=31536000; samesite=lax${secure}`;
}
