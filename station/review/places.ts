interface Place {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
}

/** Mean radius of the Earth, m (IUGG). */
const earthM = 6_371_008.8;
const rad = Math.PI / 180;

/** East and north of `origin` in metres, on a plane that touches there: to a metre within some kilometres, which a traverse is. */
export function localM(origin: Place, { latitudeDeg, longitudeDeg }: Place): { eastM: number; northM: number } {
  return {
    eastM: earthM * rad * (longitudeDeg - origin.longitudeDeg) * Math.cos(origin.latitudeDeg * rad),
    northM: earthM * rad * (latitudeDeg - origin.latitudeDeg),
  };
}

/** Length of the way through the places, m. */
export function pathM(places: readonly Place[]): number {
  let length = 0;
  for (const [index, place] of places.slice(1).entries()) {
    const before = places[index] ?? place;
    const { eastM, northM } = localM(before, place);
    length += Math.hypot(eastM, northM);
  }
  return length;
}
