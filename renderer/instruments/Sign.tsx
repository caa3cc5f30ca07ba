import { type ReactNode, useId } from "react";

export interface Signing {
  readonly operator: string;
  readonly comment: string;
}

/** Who decides and why: the operator's name and a comment. */
export function SignFields({
  value,
  onChange,
}: {
  readonly value: Signing;
  readonly onChange: (value: Signing) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className="sign">
      <label htmlFor={`${id}-operator`}>Operator</label>
      <input
        id={`${id}-operator`}
        autoComplete="off"
        maxLength={80}
        placeholder="your name"
        value={value.operator}
        onChange={(event) => onChange({ ...value, operator: event.target.value })}
      />
      <label htmlFor={`${id}-comment`}>Comment</label>
      <textarea
        id={`${id}-comment`}
        rows={2}
        maxLength={500}
        placeholder="stands in the record"
        value={value.comment}
        onChange={(event) => onChange({ ...value, comment: event.target.value })}
      />
    </div>
  );
}
