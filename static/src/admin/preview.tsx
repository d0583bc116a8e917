import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { attributesOf, type Button } from "./snippet.ts";
import { useWords } from "./words.ts";

interface Told {
  state: string;
  reason: string;
  message: string;
}

interface PreviewProps {
  button: Button;
  /** Whether the widget lists the gateway's own origin, so that its own key can be tried here. */
  served: boolean;
}

/**
 * The button as visitors see it; it calls in earnest, and what it tells its page is
 * shown. A key counts only on the sites that it lists: where this page is none of
 * them, the button calls by the key of the reference's link, which is for the
 * gateway's own pages.
 */
export function Preview({ button, served }: PreviewProps) {
  const words = useWords();
  const [on, setOn] = useState(false);
  const [told, setTold] = useState<Told>();
  const place = useRef<HTMLDivElement>(null);
  const w = words.widgets;
  const shown = served ? button : { ...button, key: button.to ? `pk_link_${button.to}` : button.key, tells: [], fields: "" };

  useEffect(() => {
    const hear = (event: Event) => setTold((event as CustomEvent<Told>).detail);
    const within = place.current;
    within?.addEventListener("webtrunk-state", hear);
    return () => within?.removeEventListener("webtrunk-state", hear);
  }, [on]);

  const attributes = attributesOf(shown);
  return (
    <section class="part" aria-labelledby="preview-title">
      <h3 id="preview-title">{w.preview}</h3>
      <p class="hint">{w.previewHint}</p>
      {!on && (
        <button type="button" onClick={() => setOn(true)}>
          {w.previewOn}
        </button>
      )}
      {on && (
        <div class={`stage ${button.theme}`} ref={place}>
          <Live key={shown.key + JSON.stringify(attributes)} button={shown} />
        </div>
      )}
      {on && !served && <p class="hint">{w.previewKey}</p>}
      {told && (
        <p class="note" role="status">
          {w.reported(told.reason ? `${told.state}, ${told.reason}` : told.state)} <bdi>{told.message}</bdi>
        </p>
      )}
    </section>
  );
}

/** The element itself: of its attributes one is called key, which Preact would keep for itself. */
function Live({ button }: { button: Button }) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = document.createElement("webtrunk-call");
    for (const [name, value] of attributesOf(button)) element.setAttribute(name, value);
    element.toggleAttribute("video", button.video);
    place.current?.replaceChildren(element);
  }, []);
  return <span ref={place} />;
}
