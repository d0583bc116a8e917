import { useEffect, useRef } from "preact/hooks";
import { type BillTeller, start } from "../billpane.ts";
import type { Bill as Told } from "../wire.ts";
import type { Workplace } from "./workplace.ts";

export interface BillProps {
  language: string;
  place: Workplace;
  bill: Told;
  /** The call runs. */
  running: boolean;
}

/** What the call costs now, or has cost. */
export default function Bill({ language, place, bill, running }: BillProps) {
  const slot = useRef<HTMLDivElement>(null);
  const teller = useRef<BillTeller | undefined>(undefined);
  useEffect(() => {
    if (!slot.current) return;
    const made = start({ root: document, slot: slot.current, language, answer: (accept, quote) => place.pay(accept, quote) });
    teller.current = made;
    return () => made.leave();
  }, [language]);
  useEffect(() => {
    teller.current?.show(bill);
    if (!running) teller.current?.over();
  }, [language, bill, running]);
  return <div ref={slot} />;
}
