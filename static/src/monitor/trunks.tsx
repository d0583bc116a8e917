import { words } from "./format.ts";
import { Notice } from "./notice.tsx";
import { usePolled } from "./polled.ts";
import type { List, Trunk } from "./wire.ts";

/** The ways to the telephone network. They are the operator's. */
export function Trunks() {
  const trunks = usePolled<List<Trunk>>("/v1/live/trunks", 5000);
  return (
    <section aria-labelledby="trunks-title">
      <h2 id="trunks-title">Trunks</h2>
      <Notice problem={trunks.problem} />
      <ul class="cards">
        {trunks.value?.data.map((trunk) => (
          <li class="card" key={trunk.name}>
            <h3>{trunk.name}</h3>
            <p>
              <span class={`state ${trunk.state}`}>{words(trunk.state)}</span> {trunk.legs} legs
            </p>
            <p>{trunk.detail}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
