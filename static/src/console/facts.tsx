import { type Fact, rulePage, safePage, who } from "./who.ts";
import { useWords } from "./words.ts";

/** What is known of a caller before anybody answers. A stranger's page may have written it: it is text, never a link. The one link is to the page that a rule of the account's own names. */
export function Facts({ from, metadata }: { from: string; metadata: Record<string, string> }) {
  const words = useWords();
  const { address, checked, unchecked, claimed } = who(from, metadata);
  const page = safePage(metadata[rulePage]);
  if (!address && checked.length + unchecked.length + claimed.length === 0) return null;
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
      <Group heading={words.checked} facts={page ? checked.filter(({ name }) => name !== rulePage) : checked} />
      <Group heading={words.claimed} facts={claimed} />
      <Group heading={words.unchecked} facts={unchecked} />
    </section>
  );
}

function Group({ heading, facts }: { heading: string; facts: Fact[] }) {
  const words = useWords();
  if (facts.length === 0) return null;
  return (
    <>
      <h2>{heading}</h2>
      <dl>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{words.factNames[name] ?? name.replaceAll("_", " ")}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
