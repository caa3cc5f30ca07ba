import type { ReactNode } from "react";

/** Things to do, in order. One alone carries no number. */
export const Steps = ({ steps }: { steps: readonly string[] }): ReactNode => (
  <ol className="to-do">
    {steps.map((step, i) => (
      <li key={step}>
        {steps.length > 1 && <b aria-hidden="true">{i + 1}</b>}
        {step}
      </li>
    ))}
  </ol>
);
