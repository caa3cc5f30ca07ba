import { useCallback, useEffect, useState } from "react";
import { type Problem, toProblem } from "../../contract/errors.ts";
import type { ReviewCampaign } from "../../contract/review.ts";
import type { ReviewStatement } from "../../contract/truth.ts";
import { useLive, useStation } from "../parts/hooks.ts";

export interface Review {
  /** Undefined until the station has answered. */
  readonly campaign: ReviewCampaign | undefined;
  readonly problem: Problem | undefined;
  readonly busy: boolean;
  /** Runs one task with the station, then asks for the campaign again; what fails is shown. Answers whether it was done. */
  act(task: () => Promise<unknown>): Promise<boolean>;
  /** What the trainer says; saved when this answers with true. */
  say(event: ReviewStatement): Promise<boolean>;
}

/** The review as the station has it, asked for again after everything that changes it. */
export function useReview(): Review {
  const station = useStation();
  const { link } = useLive();
  const [campaign, setCampaign] = useState<ReviewCampaign>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const act = useCallback(
    async (task: () => Promise<unknown>): Promise<boolean> => {
      setBusy(true);
      setProblem(undefined);
      try {
        await task();
        setCampaign(await station.ask("review", {}));
        return true;
      } catch (error) {
        setProblem(toProblem(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [station],
  );
  useEffect(() => {
    if (link === "up") void act(async () => undefined);
  }, [link, act]);
  const say = (event: ReviewStatement): Promise<boolean> => act(() => station.ask("reviewSay", { event }));
  return { campaign, problem, busy, act, say };
}
