// The window that a site's call moves to. It asks its person before it takes anything:
// any page can open it, and the microphone was allowed to this origin, not to that one.
// What it is handed is worth something to the gateway only where the session is that
// site's, as the browser says who it is.

import { adoptSecret } from "../src/pagesecret.ts";
import { carried, hear, type Handed, openedBy, type Told } from "../src/popoutwire.ts";
import { save } from "../src/saved.ts";

const place = "webtrunk-pop-out";
const shown = (id: string, visible: boolean) => {
  const element = document.getElementById(id);
  if (element) element.hidden = !visible;
};
const site = siteOf(location.hash);
const page = opener as Window | null;

/** The origin that the address names; empty for none. */
function siteOf(hash: string): string {
  try {
    const { origin, protocol } = new URL(decodeURIComponent(hash.slice(1)));
    return /^https?:$/.test(protocol) ? origin : "";
  } catch {
    return "";
  }
}

function say(told: Told): void {
  page?.postMessage(told, site);
}

/** A call that this window has had already, as after a reload. */
function before(): Handed["attributes"] | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(place) ?? "null") as Handed["attributes"] | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Puts the site's button here; it takes the call up by what is kept in this window. */
function put(attributes: Handed["attributes"]): void {
  const button = document.createElement("webtrunk-call");
  for (const [name, value] of Object.entries(carried((name) => attributes[name]))) button.setAttribute(name, value);
  button.setAttribute(openedBy, site);
  button.addEventListener("webtrunk-state", (event) => shown("over", (event as CustomEvent<{ state: string }>).detail.state === "ended"));
  for (const id of ["ask", "go", "refused"]) shown(id, false);
  document.getElementById("main")?.append(button);
}

/** The person has pressed: before that nothing is taken. */
let wanted = false;

async function go(): Promise<void> {
  shown("refused", false);
  try {
    for (const track of (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks()) track.stop();
  } catch {
    return shown("refused", true); // the call stays where it is
  }
  wanted = true;
  say({ webtrunk: "ready" });
}

function heard(told: Told): void {
  if (told.webtrunk === "none") {
    for (const id of ["ask", "go"]) shown(id, false);
    shown("over", true);
  }
  if (told.webtrunk !== "call" || !wanted || document.querySelector("webtrunk-call")) return;
  const { saved, secret, attributes } = told;
  adoptSecret(secret);
  sessionStorage.setItem(place, JSON.stringify(attributes));
  save(attributes.key ?? "", { ...saved, leftAt: Date.now() });
  put(attributes);
}

const kept = site ? before() : undefined;
if (kept) {
  put(kept);
} else if (!page || !site) {
  shown("lost", true);
} else {
  const name = document.getElementById("site");
  if (name) name.textContent = new URL(site).host;
  shown("ask", true);
  shown("go", true);
  document.getElementById("go")?.addEventListener("click", () => void go());
  hear(() => page, site, heard);
  say({ webtrunk: "open" });
}
