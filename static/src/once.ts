// Names for what is to be done once, however often it is asked for.

/** A new one. Pages without HTTPS have no randomUUID. */
export const fresh = (): string => `once-${[...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("")}`;
