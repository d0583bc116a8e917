import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../monitor/notice.tsx";
import type { BillProps } from "./bill.tsx";
import { useSpeech } from "./words.ts";

/** What the call costs; what tells of it is loaded with the first call that costs anything. */
export function LaterBill(props: Omit<BillProps, "language">) {
  const { words, language } = useSpeech();
  const [Bill, setBill] = useState<ComponentType<BillProps>>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    import("./bill.tsx").then(
      (loaded) => setBill(() => loaded.default),
      () => setProblem(words.billFailed),
    );
  }, []);
  return Bill ? <Bill {...props} language={language} /> : <Notice problem={problem} />;
}
