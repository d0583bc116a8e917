import { useEffect, useState } from "preact/hooks";
import { ask } from "../monitor/client.ts";
import { Notice } from "../monitor/notice.tsx";
import { lasting, money } from "../money.ts";
import { Check, Count } from "./fields.tsx";
import { pathOf } from "./lists.ts";
import { usePriceWords } from "./pricewords.ts";
import type { Price, PriceExample } from "./wire.ts";
import { plain, useSpeech } from "./words.ts";

/** What a call of some length would cost by a price that is kept, as the gateway charges it. */
export function WhatItCosts({ price }: { price: Price }) {
  const { words } = useSpeech();
  const w = usePriceWords();
  const [minutes, setMinutes] = useState(7);
  const [seconds, setSeconds] = useState(30);
  const [pictures, setPictures] = useState(false);
  const [found, setFound] = useState<{ length: number; example: PriceExample }>();
  const [problem, setProblem] = useState("");

  async function work() {
    const length = minutes * 60 + seconds;
    setProblem("");
    try {
      const example = await ask<PriceExample>(`${pathOf("prices", price.id)}/example?seconds=${length}&video_seconds=${pictures ? length : 0}`);
      setFound({ length, example });
    } catch (error) {
      setFound(undefined);
      setProblem(plain(words, error));
    }
  }
  useEffect(() => void work(), []);

  return (
    <section aria-labelledby="price-example">
      <h3 id="price-example">{w.example}</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void work();
        }}
      >
        <Count name="minutes" label={w.minutes} value={minutes} max={10_000} onInput={setMinutes} />
        <Count name="seconds" label={w.seconds} value={seconds} max={59} onInput={setSeconds} />
        {price.video_per_minute && <Check label={w.pictures} checked={pictures} onCheck={setPictures} />}
        <button>{w.work}</button>
        <Notice problem={problem} />
        <p role="status" class={found ? "note" : ""}>
          {found && <Said {...found} />}
        </p>
      </form>
    </section>
  );
}

function Said({ length, example: { charged, counted_seconds, balance_needed } }: { length: number; example: PriceExample }) {
  const { language } = useSpeech();
  const w = usePriceWords();
  const long = lasting(language, length);
  return (
    <>
      {charged.amount > 0 ? w.costs(long, money(language, charged)) : w.freeOf(long)} {charged.amount > 0 && counted_seconds > 0 && w.chargedFor(lasting(language, counted_seconds))}{" "}
      {w.needs(money(language, balance_needed))}
    </>
  );
}
