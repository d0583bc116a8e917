import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../monitor/notice.tsx";
import type { StoryProps } from "./story/story.tsx";
import { useWords } from "./words.ts";

interface PastStoryProps extends StoryProps {
  who: string;
}

/** A call's timeline, behind a button; it is loaded when one is first opened. */
export function PastStory({ who, ...story }: PastStoryProps) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [Story, setStory] = useState<ComponentType<StoryProps>>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    if (!open || Story) return;
    import("./story/story.tsx").then(
      (loaded) => setStory(() => loaded.default),
      () => setProblem(words.history.storyFailed),
    );
  }, [open]);
  return (
    <div class="past-story">
      <button type="button" aria-expanded={open} aria-label={words.history.storyOf(who)} onClick={() => setOpen(!open)}>
        {words.history.story}
      </button>
      {open && (Story ? <Story {...story} /> : <Notice problem={problem} />)}
    </div>
  );
}
