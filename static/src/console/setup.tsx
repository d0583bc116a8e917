import { useEffect, useState } from "preact/hooks";
import { Ringer } from "../ringer.ts";
import { AudioCheck } from "./audiocheck.tsx";
import { type Chosen, choose, chosen, devices, type Part } from "./devices.ts";
import { KeyTable } from "./keytable.tsx";
import { askToNotify, mayNotify } from "./notify.ts";
import type { Keys } from "./shortcuts.ts";
import { useWords } from "./words.ts";
import type { Workplace } from "./workplace.ts";

interface SetupProps {
  place: Workplace;
  bound: Keys;
  onBound(bound: Keys): void;
  disabled: boolean;
}

/** What an agent looks at before the shift: devices, loudness, notifications, keys. */
export function Setup({ place, bound, onBound, disabled }: SetupProps) {
  const words = useWords();
  const [picked, setPicked] = useState(chosen);
  const [found, look] = useDevices();

  function pick(part: Part, device: string) {
    const now = choose(part, device);
    setPicked(now);
    place.devicesChanged(now);
  }

  const outputs = found.outputs.length > 0;
  return (
    <section class="card setup" aria-labelledby="setup-title">
      <h2 id="setup-title">{words.setup.heading}</h2>
      <Device part="microphone" label={words.setup.microphone} devices={found.inputs} picked={picked} onPick={pick} />
      <label class="choice">
        <input type="checkbox" checked={picked.raw !== ""} onChange={(event) => pick("raw", event.currentTarget.checked ? "on" : "")} />
        {words.setup.raw}
      </label>
      <AudioCheck microphone={picked.microphone} speaker={picked.speaker} onOpened={look} disabled={disabled} onEcho={(to) => place.call(to)} />
      {outputs && <Device part="speaker" label={words.setup.speaker} devices={found.outputs} picked={picked} onPick={pick} />}
      {outputs && <Device part="ringer" label={words.setup.ringer} devices={found.outputs} picked={picked} onPick={pick} />}
      <p>
        <button type="button" onClick={() => ringOnce(picked.ringer)}>
          {words.setup.ringTest}
        </button>
      </p>
      <Notifications />
      <KeyTable bound={bound} onBound={onBound} />
    </section>
  );
}

interface DeviceProps {
  part: Part;
  label: string;
  devices: MediaDeviceInfo[];
  picked: Chosen;
  onPick(part: Part, device: string): void;
}

function Device({ part, label, devices, picked, onPick }: DeviceProps) {
  const words = useWords();
  const there = devices.some(({ deviceId }) => deviceId === picked[part]);
  return (
    <label>
      {label}
      <select value={there ? picked[part] : ""} onChange={(event) => onPick(part, event.currentTarget.value)}>
        <option value="">{words.setup.usual}</option>
        {devices.map(({ deviceId, label: name }, i) => (
          <option key={deviceId} value={deviceId}>
            {name || `${label} ${i + 1}`}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The devices there are, looked up again whenever one is plugged in or out. */
function useDevices() {
  const [found, setFound] = useState<Awaited<ReturnType<typeof devices>>>({ inputs: [], outputs: [] });
  const look = () => void devices().then(setFound);
  useEffect(() => {
    look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, []);
  return [found, look] as const;
}

function Notifications() {
  const words = useWords();
  const [permission, setPermission] = useState(mayNotify);
  if (permission === "unsupported") return null;
  if (permission === "granted") return <p class="quiet">{words.setup.notifyOn}</p>;
  if (permission === "denied") return <p class="quiet">{words.setup.notifyOff}</p>;
  return (
    <p>
      <button type="button" onClick={() => void askToNotify().then(() => setPermission(mayNotify()))}>
        {words.setup.notify}
      </button>
    </p>
  );
}

/** One ring takes less than a second, and the next would begin after three. */
function ringOnce(speaker: string): void {
  const ringer = new Ringer();
  ringer.start(speaker);
  setTimeout(() => ringer.stop(), 1500);
}
