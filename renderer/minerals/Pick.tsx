import type { ReactNode } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";

interface Choice {
  /** What stands for it everywhere: its name. */
  readonly id: string;
  /** The name as the list shows it. */
  readonly title: string;
  readonly second: ReactNode;
  /** Why it was found, if not by its name. */
  readonly third?: string | undefined;
}

interface PickProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly shown: string | undefined;
  readonly onPick: (id: string) => void;
  readonly nothing: string;
}

/** A list of names to choose one from. */
export const Pick = ({ label, choices, shown, onPick, nothing }: PickProps): ReactNode => (
  <ListBox
    className="entries"
    aria-label={label}
    items={choices}
    selectionMode="single"
    selectedKeys={shown === undefined ? [] : [shown]}
    onSelectionChange={(keys) => {
      const [key] = keys === "all" ? [] : keys;
      if (key !== undefined) onPick(String(key));
    }}
    renderEmptyState={() => <p className="nothing">{nothing}</p>}
  >
    {({ id, title, second, third }) => (
      <ListBoxItem id={id} textValue={title} className="entry-row">
        <b>{title}</b>
        <span>{second}</span>
        {third && <span>{third}</span>}
      </ListBoxItem>
    )}
  </ListBox>
);
