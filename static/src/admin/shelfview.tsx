import { useState } from "preact/hooks";
import { Notice } from "../monitor/notice.tsx";
import { unmade } from "./address.ts";
import { Editor, type Shelf } from "./editor.tsx";
import { mode } from "../monitor/mode.ts";
import { mayEdit, operators, useStock } from "./lists.ts";
import type { Row } from "./wire.ts";
import { useWords } from "./words.ts";

interface ShelfViewProps<T extends Row, D> {
  shelf: Shelf<T, D>;
  one: string;
  /** In the order in which they are shown; else as the gateway lists them. */
  order?(a: T, b: T): number;
  creatable?: boolean;
}

/** All rows of a kind, and the one that is edited. */
export function ShelfView<T extends Row, D extends object>({ shelf, one, order, creatable = true }: ShelfViewProps<T, D>) {
  const words = useWords();
  const stock = useStock();
  const [made, setMade] = useState<T>();
  const kind = words.kinds[shelf.kind];
  const all = stock.lists[shelf.kind] as unknown as T[];
  const rows = order ? [...all].sort(order) : all;
  const row = rows.find(({ id }) => id === one);
  const fresh = one === unmade && creatable && mayEdit(stock.reader, shelf.kind);
  return (
    <div class={`shelf ${row || fresh ? "chosen" : ""}`}>
      <section class="card list" aria-labelledby="list-title">
        <h1 id="list-title">{kind.many}</h1>
        <p class="hint">{kind.explain}</p>
        {operators(shelf.kind) && stock.reader.rights.includes("trunks:write") && mode() === "test" && <p class="note">{words.trunks.liveOnly}</p>}
        {creatable && mayEdit(stock.reader, shelf.kind) && (
          <p>
            <a class="button" href={`#${shelf.kind}/${unmade}`}>
              {kind.create}
            </a>
          </p>
        )}
        {rows.length === 0 && <p class="quiet">{words.none}</p>}
        <ul>
          {rows.map((listed) => (
            <li key={listed.id}>
              <a href={`#${shelf.kind}/${listed.id}`} {...(listed.id === one ? { "aria-current": "true" as const } : {})}>
                <bdi>{shelf.title(listed, stock, words)}</bdi>
                {shelf.About && <shelf.About row={listed} />}
              </a>
            </li>
          ))}
        </ul>
      </section>
      {one && !row && !fresh && <Notice problem={words.gone} />}
      {(row || fresh) && <Editor key={row?.id ?? unmade} shelf={shelf} row={row} made={made} onMade={(row) => setMade(() => row as T)} />}
    </div>
  );
}
