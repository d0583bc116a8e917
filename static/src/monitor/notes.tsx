/** A call's metadata. Strangers may have written it: it is shown as text, never as a link. */
export function Notes({ notes }: { notes: Record<string, string> | undefined }) {
  const all = Object.entries(notes ?? {});
  if (all.length === 0) return null;
  return (
    <dl class="notes">
      {all.map(([name, value]) => (
        <div key={name}>
          <dt dir="auto">{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
