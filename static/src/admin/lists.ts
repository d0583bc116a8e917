// All that an account has set up, as far as its reader may see it: what names
// something else is shown by that one's name.

import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import { askPages, Refusal } from "../monitor/client.ts";
import { mode } from "../monitor/mode.ts";
import type { Session } from "../monitor/wire.ts";
import type { Agent, Hours, Person, PhoneNumber, Price, Queue, Reference, Row, Rule, SharedPage, Trunk, TrunkRoute, Widget, Word } from "./wire.ts";

export interface Lists {
  hours: Hours[];
  queues: Queue[];
  people: Person[];
  agents: Agent[];
  rules: Rule[];
  reasons: Word[];
  dispositions: Word[];
  pages: SharedPage[];
  references: Reference[];
  numbers: PhoneNumber[];
  widgets: Widget[];
  prices: Price[];
  trunks: Trunk[];
  routes: TrunkRoute[];
}

export type Kind = keyof Lists;

/** Where each kind is, and which right begins those to read and to write it. */
export const places: Record<Kind, { path: string; right: string }> = {
  hours: { path: "/v1/hours", right: "queues" },
  queues: { path: "/v1/queues", right: "queues" },
  people: { path: "/v1/people", right: "people" },
  agents: { path: "/v1/agents", right: "agents" },
  rules: { path: "/v1/context_rules", right: "queues" },
  reasons: { path: "/v1/presence_reasons", right: "queues" },
  dispositions: { path: "/v1/dispositions", right: "queues" },
  pages: { path: "/v1/shared_pages", right: "queues" },
  references: { path: "/v1/references", right: "references" },
  numbers: { path: "/v1/numbers", right: "numbers" },
  widgets: { path: "/v1/widgets", right: "widgets" },
  prices: { path: "/v1/prices", right: "billing" },
  trunks: { path: "/v1/trunks", right: "trunks" },
  routes: { path: "/v1/routes", right: "trunks" },
};

export const kinds = Object.keys(places) as Kind[];

/** Who reads the page, with what they may do. */
export interface Reader extends Session {
  rights: string[];
}

export function maySee(reader: Reader, kind: Kind): boolean {
  if (operators(kind) && !reader.operator) return false;
  return reader.rights.includes(`${places[kind].right}:read`);
}

/** Trunks and routes carry live calls: who looks at test calls changes none. */
export function mayEdit(reader: Reader, kind: Kind): boolean {
  return reader.rights.includes(`${places[kind].right}:write`) && !(operators(kind) && mode() === "test");
}

/** Trunks and routes are the operator's, and known by their names. */
export const operators = (kind: Kind): boolean => kind === "trunks" || kind === "routes";

/** A row as the lists have it: each with what its address ends in. */
export function rowOf<T extends Row>(kind: Kind, shown: T): T {
  const { name = "" } = shown as Row & { name?: string };
  return operators(kind) ? { ...shown, id: name } : shown;
}

/** Where one row of a kind is. */
export const pathOf = (kind: Kind, id: string): string => `${places[kind].path}/${encodeURIComponent(id)}`;

export interface Stock {
  lists: Lists;
  reader: Reader;
  /** Whether everything has been read once. */
  ready: boolean;
  problem: unknown;
  reload(): Promise<void>;
}

const nothing: Lists = {
  hours: [], queues: [], people: [], agents: [], rules: [], reasons: [], dispositions: [], pages: [], references: [], numbers: [], widgets: [], prices: [], trunks: [], routes: [],
};

export const StockContext = createContext<Stock | undefined>(undefined);

export function useStock(): Stock {
  const stock = useContext(StockContext);
  if (!stock) throw new Error("a view stands outside the page");
  return stock;
}

/** More than an account has of anything. */
const mostPages = 50;

/** Reads all lists now, and again whenever it is asked to. */
export function useLists(reader: Reader): Stock {
  const [lists, setLists] = useState(nothing);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<unknown>();

  const reload = useCallback(async () => {
    try {
      setLists(await readAll(reader));
      setReady(true);
      setProblem(undefined);
    } catch (error) {
      setProblem(error);
    }
  }, [reader]);

  useEffect(() => void reload(), [reload]);
  // Until the gateway can be reached there is nothing to edit.
  useEffect(() => {
    if (!problem || (problem instanceof Refusal && problem.final)) return;
    const again = setTimeout(reload, 3000);
    return () => clearTimeout(again);
  }, [problem, reload]);
  return { lists, reader, ready, problem, reload };
}

async function readAll(reader: Reader): Promise<Lists> {
  const found = await Promise.all(
    kinds.map(async (kind) => {
      if (!maySee(reader, kind)) return [kind, []] as const;
      const { data } = await askPages<Row>(`${places[kind].path}?limit=100`, mostPages);
      return [kind, data.map((row) => rowOf(kind, row))] as const;
    }),
  );
  return Object.fromEntries(found) as unknown as Lists;
}
