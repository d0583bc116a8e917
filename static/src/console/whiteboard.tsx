import { useEffect, useRef } from "preact/hooks";
import { type Board, start } from "../boardpane.ts";
import type { Operation } from "../wire.ts";
import type { Whiteboarding } from "./whiteboarding.ts";

export interface WhiteboardProps {
  language: string;
  drawn: Operation[];
  /** Where what is drawn goes; none for a board on which nobody draws any more. */
  through?: Whiteboarding | undefined;
}

/** The board in the page: one that is drawn on, or one that was. */
export default function Whiteboard({ language, drawn, through }: WhiteboardProps) {
  const slot = useRef<HTMLDivElement>(null);
  const board = useRef<Board | undefined>(undefined);
  useEffect(() => {
    if (!slot.current) return;
    const made = start({ root: document, slot: slot.current, language, ask: (wish) => through?.ask(wish) });
    board.current = made;
    made.show(drawn);
    if (!through) made.end();
    const unseen = through?.sees(made);
    return () => {
      unseen?.();
      made.leave();
    };
  }, [language, through]);
  useEffect(() => board.current?.show(drawn), [drawn]);
  return <div ref={slot} />;
}
