/** Corners of a strip that follows a closed ring. */

/** For each corner of a closed ring the direction across it, as long as a strip of half width 1 needs there. */
export function mitres(ring: readonly number[]): Float32Array {
  const count = ring.length / 2;
  const result = new Float32Array(count * 2);
  for (let corner = 0; corner < count; corner += 1) {
    const before = (corner + count - 1) % count;
    const after = (corner + 1) % count;
    const [inX, inY] = unit(ring[corner * 2]! - ring[before * 2]!, ring[corner * 2 + 1]! - ring[before * 2 + 1]!);
    const [outX, outY] = unit(ring[after * 2]! - ring[corner * 2]!, ring[after * 2 + 1]! - ring[corner * 2 + 1]!);
    // The normals' sum, stretched so that its part along either normal is 1; a hairpin keeps the plain normal.
    const sumX = -inY - outY;
    const sumY = inX + outX;
    const along = (sumX * -inY + sumY * inX) || 0;
    const stretch = along > 0.2 ? 1 / along : 0;
    result[corner * 2] = stretch === 0 ? -inY : sumX * stretch;
    result[corner * 2 + 1] = stretch === 0 ? inX : sumY * stretch;
  }
  return result;
}

function unit(x: number, y: number): readonly [number, number] {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}
