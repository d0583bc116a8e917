// Tells an agent who looks at something else that somebody calls: a notification
// of the system's, if they have allowed it, and the page's title.

let title = "";
let shown: Notification | undefined;

export function mayNotify(): NotificationPermission | "unsupported" {
  return typeof Notification === "function" ? Notification.permission : "unsupported";
}

/** Asks whether notifications may be shown; browsers answer a click alone. */
export async function askToNotify(): Promise<void> {
  if (mayNotify() === "default") await Notification.requestPermission();
}

export function announce(sentence: string, details: string): void {
  title ||= document.title;
  document.title = sentence;
  if (!document.hidden || mayNotify() !== "granted") return;
  shown?.close();
  shown = new Notification(sentence, { body: details, tag: "webtrunk-call", requireInteraction: true });
  shown.onclick = () => {
    window.focus();
    shown?.close();
  };
}

export function silence(): void {
  if (title) document.title = title;
  title = "";
  shown?.close();
  shown = undefined;
}
