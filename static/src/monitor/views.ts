/** What the monitor shows, one at a time; trunks are for the operator. */
export const views = ["calls", "events", "deliveries", "records", "trunks"] as const;

export type View = (typeof views)[number];

/** Whose calls and events are shown. */
export type Scope = "account" | "gateway";
