import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ChargeProps } from "./charge.tsx";
import { useSpeech } from "./words.ts";

/** What the agent charges for in the call; it is loaded with the first call that somebody is talked with in. */
export function LaterCharge(props: Omit<ChargeProps, "language">) {
  const { language } = useSpeech();
  const [Charge, setCharge] = useState<ComponentType<ChargeProps>>();
  useEffect(() => {
    import("./charge.tsx").then(
      (loaded) => setCharge(() => loaded.default),
      () => undefined, // the call goes on without it
    );
  }, []);
  return Charge ? <Charge key={props.call} {...props} language={language} /> : null;
}
