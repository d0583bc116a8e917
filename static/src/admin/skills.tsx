import { Count, Steps, Text } from "./fields.tsx";
import { useStock } from "./lists.ts";
import { useWords } from "./words.ts";

export interface Skill {
  skill: string;
  level: number;
}

export const skillsOf = (levels: Record<string, number> | undefined): Skill[] => Object.entries(levels ?? {}).map(([skill, level]) => ({ skill, level }));

export const levelsOf = (skills: Skill[]): Record<string, number> =>
  Object.fromEntries(skills.filter(({ skill }) => skill.trim() !== "").map(({ skill, level }) => [skill.trim(), level]));

interface SkillsProps {
  name: string;
  label: string;
  hint: string;
  skills: Skill[];
  onChange(skills: Skill[]): void;
}

/** Skills with a level each; those that somebody has already are offered. */
export function Skills({ name, label, hint, skills, onChange }: SkillsProps) {
  const words = useWords();
  const { lists } = useStock();
  const known = new Set([...lists.agents.flatMap((agent) => Object.keys(agent.skills)), ...lists.rules.flatMap((rule) => Object.keys(rule.then.needs ?? {}))]);
  return (
    <Steps label={label} hint={hint} add={words.agents.addSkill} remove={words.removeRow} rows={skills} blank={() => ({ skill: "", level: 5 })} onChange={onChange}>
      {(row, change) => (
        <>
          <Text name={name} label={words.agents.skill} value={row.skill} onInput={(skill) => change({ skill })} required maxLength={64} list={[...known].sort()} />
          <Count name={`${name}.level`} label={words.agents.level} value={row.level} min={1} max={10} onInput={(level) => change({ level })} />
        </>
      )}
    </Steps>
  );
}
