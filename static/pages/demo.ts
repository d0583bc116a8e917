// What the demo's pages do besides embedding the widget: they use its public
// methods and events, as any site could.

interface Dialler extends HTMLElement {
  open(number?: string): Promise<void>;
}

const widget = document.querySelector<Dialler>("webtrunk-call");

const insecure = document.getElementById("insecure");
if (insecure) insecure.hidden = isSecureContext;

const numbers = document.querySelectorAll<HTMLButtonElement>("[data-dial]");
for (const button of numbers) {
  button.addEventListener("click", () => void widget?.open(button.dataset.dial));
}
// During a call there is no field that a number could be written into.
widget?.addEventListener("webtrunk-state", (event) => {
  const { state } = (event as CustomEvent<{ state: string }>).detail;
  for (const button of numbers) button.disabled = state !== "ended";
});

const log = document.getElementById("log");
const words = JSON.parse(log?.dataset.states ?? "{}") as Record<string, string>;
if (log && widget) {
  widget.addEventListener("webtrunk-state", (event) => {
    const { state, message } = (event as CustomEvent<{ state: string; message: string }>).detail;
    const time = document.createElement("time");
    time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" }).format(new Date());
    const line = document.createElement("li");
    line.append(time, message || (words[state] ?? state));
    log.querySelector(".none")?.remove();
    log.prepend(line);
  });
}
