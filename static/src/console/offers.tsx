import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { OfferProps } from "./offer.tsx";

/** Where the other side is asked for a price; loaded with the first call whose caller can be asked. */
export function LaterOffer(props: OfferProps) {
  const [Offer, setOffer] = useState<ComponentType<OfferProps>>();
  useEffect(() => {
    import("./offer.tsx").then(
      (loaded) => setOffer(() => loaded.default),
      () => undefined, // the next call tries again
    );
  }, []);
  return Offer ? <Offer {...props} /> : null;
}
