import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../monitor/notice.tsx";
import { useWords } from "./words.ts";

/** Wallets, a file of its own that is loaded with the prices. */
export function LaterWallets() {
  const words = useWords();
  const [Wallets, setWallets] = useState<ComponentType>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    import("./wallets.tsx").then(
      (loaded) => setWallets(() => loaded.default),
      () => setProblem(words.problems.unreadable ?? ""),
    );
  }, []);
  return Wallets ? <Wallets /> : <Notice problem={problem} />;
}
