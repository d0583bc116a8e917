// How somebody came to the page: what the link says behind its #, which no server is sent and
// no history keeps, and whose customer its address says they are.

export interface Link {
  /** A client token of the site's, which signs in once. */
  token: string;
  /** A ticket with which a password is chosen, once. */
  ticket: string;
  /** The publishable key of one of the account's widgets. */
  key: string;
  /** Whom the site's button calls, if the link is of one. */
  to: string;
}

/** Reads a link's two halves. */
export function linkOf(search: string, hash: string): Link {
  const behind = new URLSearchParams(hash.replace(/^#/, ""));
  const open = new URLSearchParams(search);
  return { token: behind.get("token") ?? "", ticket: behind.get("ticket") ?? "", key: open.get("key") ?? "", to: open.get("call") ?? "" };
}

/** Reads the address of this page, and takes out of it what counts once. */
export function takeLink(): Link {
  const link = linkOf(location.search, location.hash);
  if (link.token || link.ticket) history.replaceState(null, "", location.pathname + location.search);
  return link;
}
