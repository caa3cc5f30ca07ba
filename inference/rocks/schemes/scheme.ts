import type { GrainSize, Place, Texture } from "../../../contract/rock.ts";
import type { Group } from "../../../contract/rocks/groups.ts";
import type { Groups } from "../../../contract/rocks/terms.ts";
import type { RockFacts } from "../facts.ts";

/**
 * Constituents that share a range of vol%. The numbers tell how the part divides among its groups: concentrations of a
 * Dirichlet distribution, so 1 each is any division alike, and well below 1 each is one or the other.
 */
export interface Part {
  readonly groups: Groups;
  /** vol% of the rock. */
  readonly low: number;
  readonly high: number;
}

/** `of` makes up `low` to `high` per cent of `among`, which includes it. */
export interface Ratio {
  readonly of: readonly Group[];
  readonly among: readonly Group[];
  readonly low: number;
  readonly high: number;
}

/** Where the composition of a rock lies: the ranges that a mode must meet, all at once, and adding up to 100. */
export interface Composition {
  readonly parts: readonly Part[];
  readonly ratios: readonly Ratio[];
}

/** What a person with a hand lens sees of such a rock. */
export interface Looks {
  readonly grains: readonly GrainSize[];
  readonly textures: readonly Texture[];
}

export interface RockScheme {
  readonly facts: RockFacts;
  readonly places: readonly Place[];
  readonly looks: Looks;
  /** The composition of such a rock found at this place; limits can differ from body to body. */
  composition(place: Place | undefined): Composition;
}
