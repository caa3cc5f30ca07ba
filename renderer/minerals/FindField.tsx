import type { ReactNode } from "react";
import { Icon } from "../parts/icons.tsx";

interface FindFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Where one types what is looked for. */
export const FindField = ({ label, hint, value, onChange }: FindFieldProps): ReactNode => (
  <label className="find">
    <Icon name="search" size={28} />
    <input
      type="search"
      aria-label={label}
      placeholder={hint}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  </label>
);
