// What records are searched for, as the API takes it.

export interface Search {
  party: string;
  text: string;
  status: string;
  from: string; // a day, such as 2026-11-22, or empty
  to: string;
}

/** The search as more of a query: it begins with "&" or is empty. Days begin and end where the person is. */
export function recordQuery(search: Search): string {
  const query = new URLSearchParams();
  if (search.party) query.set("party", search.party);
  if (search.text) query.set("text", search.text);
  if (search.status) query.set("status", search.status);
  if (search.from) query.set("created_from", midnight(search.from, 0));
  if (search.to) query.set("created_to", midnight(search.to, 1));
  const written = query.toString();
  return written && `&${written}`;
}

function midnight(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
