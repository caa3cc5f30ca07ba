import type { Place } from "../../../contract/rock.ts";
import { terms } from "../../../contract/rocks/terms.ts";
import { type RockFacts, rockFacts } from "../facts.ts";
import { compositionsByHand } from "./byHand.ts";
import { looksOf } from "./looks.ts";
import type { Composition, Part, RockScheme } from "./scheme.ts";

let made: readonly RockScheme[] | undefined;

/** The 122 rocks with all that naming needs, in the order of the list. Throws if a rock of the list is not covered. */
export function rockSchemes(): readonly RockScheme[] {
  made ??= rockFacts().map(schemeOf);
  return made;
}

function schemeOf(facts: RockFacts): RockScheme {
  const looks = looksOf[facts.name];
  if (looks === undefined) throw new Error(`No one has said what ${facts.name} looks like (schemes/looks.ts).`);
  const fromRanges = compositionsByHand[facts.name] === undefined ? withRest(partsOf(facts)) : undefined;
  const cache = new Map<Place | undefined, Composition>();
  return {
    facts,
    looks,
    places: placesOf(facts),
    composition(place) {
      const known = fromRanges ?? cache.get(place);
      if (known !== undefined) return known;
      const byHand = compositionsByHand[facts.name]?.(place);
      if (byHand === undefined) throw new Error(`${facts.name} has no composition.`);
      const composition = { ...withRest(byHand.parts), ratios: byHand.ratios };
      cache.set(place, composition);
      return composition;
    },
  };
}

/** The PANGAEA sites are on Earth; a piece of an asteroid or planet that was found on Earth is a meteorite. */
function placesOf({ bodies }: RockFacts): Place[] {
  const place = {
    earth: "earth",
    pangaea_analogue: "earth",
    moon: "moon",
    mars: "mars",
    asteroids: "asteroid",
    meteorites: "meteorite",
  } as const;
  return [...new Set(bodies.map((body) => place[body]))];
}

function partsOf({ name, constituents }: RockFacts): Part[] {
  return constituents.map(({ term, range }) => {
    const groups = terms[term];
    if (groups === undefined || range === undefined)
      throw new Error(`${name}: nobody has said what "${term}" is (contract/rocks/terms.ts).`);
    return { groups, low: range[0], high: range[1] };
  });
}

/** What lists of main minerals leave out, vol%: a few per cent always, more where the ranges need it to reach 100. */
const accessories: Part["groups"] = {
  magnetite: 0.3,
  ilmenite: 0.3,
  phosphate: 0.3,
  sulfide: 0.3,
  "other mineral": 0.5,
};
const leastAccessories = 3;

function withRest(parts: readonly Part[]): Composition {
  const most = parts.reduce((sum, part) => sum + part.high, 0);
  return {
    parts: [...parts, { groups: accessories, low: 0, high: Math.max(0, 100 - most) + leastAccessories }],
    ratios: [],
  };
}
