import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../monitor/notice.tsx";
import type { BoardProps } from "./board/board.tsx";
import { useWords } from "./words.ts";

/** Roles with the right to hear others' calls; the gateway asks for the right itself. */
const roles = ["owner", "admin", "supervisor"];

export const supervises = (role: string): boolean => roles.includes(role);

/** The board, which is loaded when it is first opened. */
export function Supervision(props: BoardProps) {
  const words = useWords();
  const [Board, setBoard] = useState<ComponentType<BoardProps>>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    import("./board/board.tsx").then(
      (loaded) => setBoard(() => loaded.default),
      () => setProblem(words.superviseFailed),
    );
  }, []);
  return Board ? <Board {...props} /> : <Notice problem={problem} />;
}
