// Makes elements without innerHTML: text is always a text node, so that what a
// stranger wrote is never parsed. Works under any Content-Security-Policy and
// under Trusted Types.

type Attributes = Record<string, string | boolean>;
type Child = Node | string;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

const svgSpace = "http://www.w3.org/2000/svg";

/** An icon of one path in a box of 24 by 24; it is decoration and has no name. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(svgSpace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(svgSpace, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** Sets a text only when it changed: a live region that is written again is read again. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function show(element: HTMLElement, visible: boolean): void {
  element.hidden = !visible;
}

/**
 * Does what a form is for when its button is pressed, as browsers also do for Enter in a
 * field. A sandboxed frame without allow-forms submits none and tells nobody.
 */
export function onSend(button: HTMLButtonElement, send: () => void): void {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    send();
  });
}

export function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
