import { useState } from "preact/hooks";
import { usePolled } from "../monitor/polled.ts";
import type { List } from "../monitor/wire.ts";
import { pageOf, shortly } from "../pushed.ts";
import type { Talked } from "../talk.ts";
import type { PagePush, Pushing } from "./pagepush.ts";
import type { SharedPage } from "./wire.ts";
import { useSpeech, useWords } from "./words.ts";

interface ShowPageProps {
  push: PagePush;
  pushing: Pushing | undefined;
  now: Talked;
  /** The call runs, and the agent is in it. */
  talking: boolean;
}

/** Shows the visitor a page that the account has listed, from when somebody can see it; and what was shown. */
export function ShowPage({ push, pushing, now, talking }: ShowPageProps) {
  const { words, language } = useSpeech();
  const can = talking && now.others > 0;
  const listed = usePolled<List<SharedPage>>(can ? "/v1/shared_pages?limit=100" : "", 30_000).value?.data ?? [];
  const offered = can && listed.length > 0;
  if (!offered && now.pages.length === 0) return null;
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  return (
    <section class="card pages" aria-labelledby="pages-title">
      <h2 id="pages-title">{words.pages.heading}</h2>
      {offered && <Form push={push} pushing={pushing} listed={[...listed].sort((a, b) => a.position - b.position || a.name.localeCompare(b.name))} />}
      {now.pages.length > 0 && (
        <div role="log" aria-label={words.pages.shown}>
          <ol class="said">
            {now.pages.map(({ seq, by, name, url, title, at }) => (
              <li key={seq} class={by === "you" ? "you" : ""}>
                <small>
                  <bdi>{by === "you" ? words.chat.you : by === "site" ? words.pages.rule : name || words.chat.agent}</bdi> <time dateTime={at}>{time.format(new Date(at))}</time>
                </small>
                <a href={url.href} target="_blank" rel="noopener noreferrer" dir="auto">
                  {title}
                </a>
                <small dir="ltr">{shortly(url)}</small>
              </li>
            ))}
          </ol>
        </div>
      )}
    </section>
  );
}

/** The value of the choice to write an address. */
const another = "another";

function Form({ push, pushing, listed }: { push: PagePush; pushing: Pushing | undefined; listed: SharedPage[] }) {
  const { pages } = useWords();
  const [chosen, setChosen] = useState(listed[0]?.id ?? another);
  const [written, setWritten] = useState("");
  const [problem, setProblem] = useState("");
  const page = listed.find(({ id }) => id === chosen);
  const writes = !page && listed.some(({ whole_site }) => whole_site);

  function show() {
    const url = pageOf(page ? page.url : written.trim());
    setProblem(url ? "" : pages.badAddress);
    if (!url) return;
    push.show(url, page?.name ?? "");
    setWritten("");
  }

  const refused = pushing?.refused && (pages.refused[pushing.refused] ?? pages.refusedElse);
  const wrong = problem || refused;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        show();
      }}
    >
      <label for="page-choice">{pages.choice}</label>
      <select id="page-choice" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
        {listed.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {listed.some(({ whole_site }) => whole_site) && <option value={another}>{pages.another}</option>}
      </select>
      {writes && (
        <>
          <label for="page-address">{pages.address}</label>
          <input
            id="page-address"
            type="url"
            dir="ltr"
            maxLength={2000}
            value={written}
            aria-invalid={problem !== ""}
            placeholder={new URL(listed.find(({ whole_site }) => whole_site)!.url).origin}
            onInput={(event) => setWritten(event.currentTarget.value)}
          />
        </>
      )}
      <div role="alert" class="problem">
        {wrong && <p>{wrong}</p>}
      </div>
      <div class="buttons">
        <button type="submit">{pages.show}</button>
      </div>
    </form>
  );
}
