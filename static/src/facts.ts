// What a page tells of its call: what its attributes say, and what the site has
// the element gather. The gateway takes only what the key allows.

/** Where the person is, as far as it can be told. */
export interface Whereabouts {
  href: string;
  referrer: string;
  title: string;
}

/** A form's field, as far as it is read. */
export type Field = Pick<HTMLInputElement, "name" | "type" | "value" | "checked"> & { autocomplete: string };

export type Facts = Record<string, string>;

export function factsOf(element: HTMLElement): Facts {
  const from = { href: location.href, referrer: document.referrer, title: document.title };
  return {
    ...gathered(element.getAttribute("tells") ?? "", from),
    ...filledIn(fieldsOf(element)),
    ...attributesOf(element),
  };
}

/** data-order-id="7" is told as order_id: "7". Attributes without a value are the page's own business. */
function attributesOf(element: HTMLElement): Facts {
  const told: Facts = {};
  for (const { name, value } of element.attributes) {
    if (name.startsWith("data-") && value !== "") told[called(name.slice(5))] = value;
  }
  return told;
}

/** The fields that the site has named by a selector. One that is none is the site's to mend. */
function fieldsOf(element: HTMLElement): Field[] {
  const selector = element.getAttribute("fields");
  if (!selector) return [];
  try {
    return [...document.querySelectorAll<HTMLInputElement>(selector)];
  } catch (error) {
    console.warn(`webtrunk-call: fields="${selector}" is no selector`, error);
    return [];
  }
}

/** tells="page referrer title" */
export function gathered(wanted: string, from: Whereabouts): Facts {
  const known: Facts = { page: placeOf(from.href), referrer: placeOf(from.referrer), title: from.title };
  const told: Facts = {};
  for (const name of wanted.split(/\s+/)) {
    const value = clipped(known[name] ?? "");
    if (value !== "") told[name] = value;
  }
  return told;
}

/** What a person has written into a form, but nothing secret. */
export function filledIn(fields: Field[]): Facts {
  const told: Facts = {};
  for (const field of fields) {
    const { name, type, value = "", checked } = field;
    const off = (type === "checkbox" || type === "radio") && !checked;
    const text = clipped(value);
    if (name && text !== "" && !off && !kept(field)) told[called(name)] = text;
  }
  return told;
}

/** Types of fields that nobody has written into, or for no one else to read: a hidden one often holds a token of the site's. */
const keptTypes = ["password", "file", "hidden"];

/** What a browser fills in as a card (HTML, autofill detail tokens: cc-number, billing cc-csc), a password or a code is secret in a field of any type. */
const secret = /(^|\s)(cc-\S+|(current|new)-password|one-time-code)(\s|$)/i;

const kept = ({ type, autocomplete = "" }: Field) => keptTypes.includes(type) || secret.test(autocomplete);

const called = (name: string) => name.replaceAll("-", "_");

/** An address without what may be secret in it: query, fragment, and login. */
function placeOf(address: string): string {
  if (!URL.canParse(address)) return "";
  const { protocol, origin, pathname } = new URL(address);
  return protocol === "http:" || protocol === "https:" ? origin + pathname : "";
}

/** The gateway takes at most so many bytes of a fact. */
const most = 256;

/** One line, as far as it fits. */
function clipped(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  const bytes = new TextEncoder().encode(line);
  if (bytes.length <= most) return line;
  return new TextDecoder().decode(bytes.slice(0, most)).replace(/\ufffd+$/, "").trim();
}
