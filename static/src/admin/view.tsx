import type { Place } from "./address.ts";
import { agentShelf } from "./agents.tsx";
import { hoursShelf } from "./hours.tsx";
import { useStock } from "./lists.ts";
import { numberShelf } from "./numbers.tsx";
import { personShelf } from "./people.tsx";
import { inTurn, priceShelf } from "./prices.tsx";
import { queueShelf } from "./queues.tsx";
import { RecordingPolicy } from "./recordingpolicy.tsx";
import { referenceShelf } from "./references.tsx";
import { byPrefix, routeShelf } from "./routes.tsx";
import { inOrder, ruleShelf, TryRules } from "./rules.tsx";
import { ShelfView } from "./shelfview.tsx";
import { sharedPageShelf } from "./sharedpages.tsx";
import { Start } from "./start.tsx";
import { trunkShelf } from "./trunks.tsx";
import { TryNumber } from "./trynumber.tsx";
import { LaterWallets } from "./laterwallets.tsx";
import { widgetShelf } from "./widgets.tsx";
import { byPosition, wordShelf } from "./wordshelf.tsx";

const reasonShelf = wordShelf("reasons");
const dispositionShelf = wordShelf("dispositions");

/** The view that the page's address names. */
export function ViewOf({ place: { view, one } }: { place: Place }) {
  const { reader } = useStock();
  switch (view) {
    case "start":
      return <Start />;
    case "hours":
      return <ShelfView key={view} shelf={hoursShelf} one={one} />;
    case "queues":
      return (
        <>
          <ShelfView key={view} shelf={queueShelf} one={one} />
          {one === "" && reader.rights.includes("policy:read") && <RecordingPolicy />}
        </>
      );
    case "people":
      return <ShelfView key={view} shelf={personShelf} one={one} />;
    case "agents":
      return <ShelfView key={view} shelf={agentShelf} one={one} />;
    case "rules":
      return (
        <>
          <ShelfView key={view} shelf={ruleShelf} one={one} order={inOrder} />
          <TryRules />
        </>
      );
    case "reasons":
      return <ShelfView key={view} shelf={reasonShelf} one={one} order={byPosition} />;
    case "dispositions":
      return <ShelfView key={view} shelf={dispositionShelf} one={one} order={byPosition} />;
    case "pages":
      return <ShelfView key={view} shelf={sharedPageShelf} one={one} order={byPosition} />;
    case "references":
      return <ShelfView key={view} shelf={referenceShelf} one={one} />;
    case "numbers":
      return <ShelfView key={view} shelf={numberShelf} one={one} creatable={reader.operator} />;
    case "widgets":
      return <ShelfView key={view} shelf={widgetShelf} one={one} />;
    case "prices":
      return (
        <>
          <ShelfView key={view} shelf={priceShelf} one={one} order={inTurn} />
          {one === "" && <LaterWallets />}
        </>
      );
    case "trunks":
      return <ShelfView key={view} shelf={trunkShelf} one={one} />;
    case "routes":
      return (
        <>
          <ShelfView key={view} shelf={routeShelf} one={one} order={byPrefix} />
          <TryNumber />
        </>
      );
  }
}
