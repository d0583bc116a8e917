import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../monitor/notice.tsx";
import type { Talked } from "../talk.ts";
import type { WhiteboardProps } from "./whiteboard.tsx";
import type { Whiteboarding } from "./whiteboarding.ts";
import { useSpeech, useWords } from "./words.ts";

interface BesideProps {
  through: Whiteboarding;
  now: Talked;
  /** The call runs. */
  running: boolean;
}

/** The whiteboard beside the call, from when somebody else can see it. */
export function BesideWhiteboard({ through, now, running }: BesideProps) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const { others, drawn } = now;
  const there = drawn.length > 0 || (others > 0 && running);
  useEffect(() => {
    if (!there) setOpen(false);
  }, [there]);
  if (!there) return null;
  return (
    <section class="card" aria-labelledby="whiteboard-title">
      <h2 id="whiteboard-title">{words.whiteboard.heading}</h2>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? words.whiteboard.close : words.whiteboard.open}
      </button>
      {open && <LaterWhiteboard drawn={drawn} through={running ? through : undefined} />}
    </section>
  );
}

/** The board, which is loaded when it is first opened. */
export function LaterWhiteboard(props: Omit<WhiteboardProps, "language">) {
  const { words, language } = useSpeech();
  const [Whiteboard, setWhiteboard] = useState<ComponentType<WhiteboardProps>>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    import("./whiteboard.tsx").then(
      (loaded) => setWhiteboard(() => loaded.default),
      () => setProblem(words.whiteboard.failed),
    );
  }, []);
  return Whiteboard ? <Whiteboard {...props} language={language} /> : <Notice problem={problem} />;
}
