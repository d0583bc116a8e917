// The lines that put a widget's button on a page.

export interface Button {
  key: string;
  to: string;
  label: string;
  lang: string;
  theme: string;
  tells: string[];
  fields: string;
  fallback: string;
  video: boolean;
}

/** The button's attributes, without those that say nothing. */
export function attributesOf(button: Button): [name: string, value: string][] {
  const all: [string, string][] = [
    ["key", button.key],
    ["to", button.to],
    ["label", button.label.trim()],
    ["lang", button.lang],
    ["theme", button.theme],
    ["tells", button.tells.join(" ")],
    ["fields", button.fields.trim()],
    ["fallback", button.fallback.trim()],
  ];
  return all.filter(([, value]) => value !== "");
}

/** The two lines, as they are copied into a page of HTML. */
export function snippet(gateway: string, button: Button): string {
  const attributes = attributesOf(button).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<script type="module" src="${escaped(gateway)}/v1/widget.js"></script>\n<webtrunk-call${attributes.join("")}${button.video ? " video" : ""}></webtrunk-call>`;
}

/** What stands between quotes in HTML. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** The policies that a page with a strict one of its own must have. */
export function policyLines(gateway: string): string {
  const socket = gateway.replace(/^http/, "ws");
  return `Content-Security-Policy: script-src 'self' ${gateway}; connect-src 'self' ${gateway} ${socket}\nPermissions-Policy: microphone=(self)`;
}
