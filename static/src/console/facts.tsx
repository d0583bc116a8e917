import { type Fact, rulePage, safePage, who } from "./who.ts";
import { useSpeech, useWords } from "./words.ts";

/** What is known of a caller before anybody answers. A stranger's page may have written it: it is text, never a link. The one link is to the page that a rule of the account's own names. */
export function Facts({ from, metadata }: { from: string; metadata: Record<string, string> }) {
  const words = useWords();
  const { address, checked, ruled, handed, unchecked, claimed } = who(from, metadata);
  const page = safePage(metadata[rulePage]);
  if (!address && [checked, ruled, handed, unchecked, claimed].every(({ length }) => length === 0)) return null;
  return (
    <section class="facts" aria-label={words.facts}>
      {page && (
        <p>
          <a href={page} target="_blank" rel="noopener noreferrer">
            {words.openPage(new URL(page).host)}
          </a>
        </p>
      )}
      {address && <p dir="ltr">{address}</p>}
      <Group heading={words.handed} facts={handed} />
      <Group heading={words.checked} facts={checked} />
      <Group heading={words.ruled} facts={page ? ruled.filter(({ name }) => name !== rulePage) : ruled} />
      <Group heading={words.claimed} facts={claimed} />
      <Group heading={words.unchecked} facts={unchecked} />
    </section>
  );
}

function Group({ heading, facts }: { heading: string; facts: Fact[] }) {
  const { words, language } = useSpeech();
  if (facts.length === 0) return null;
  return (
    <>
      <h2>{heading}</h2>
      <dl>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{words.factNames[name] ?? name.replaceAll("_", " ")}</dt>
            <dd dir="auto">{name === "language" ? languageName(value, language) : value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What a language is called in the one that the agent reads; what is no language stays as it was said. */
function languageName(said: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(said) ?? said;
  } catch {
    return said;
  }
}
