/** A sentence about what went wrong, read aloud when it appears. */
export function Notice({ problem }: { problem: string }) {
  return (
    <p role="alert" class="problem">
      {problem}
    </p>
  );
}
