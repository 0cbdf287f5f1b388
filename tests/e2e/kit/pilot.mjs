// Flies a ship by script: looks at the picture like a player and steers, until something has happened.

/** Towards the nearest other ship, firing at it, sometimes sliding sideways so as not to hang on a corner. */
export async function huntUntil(player, what, hasHappened, withinMs) {
  let turns = 0;
  try {
    await player.until(what, async () => {
      const scene = await player.scene();
      if (hasHappened(scene)) return true;
      turns += 1;
      await player.setInput(hunt(scene, turns));
      return false;
    }, withinMs);
  } finally {
    await player.setInput(null);
  }
}

function hunt({ own, others }, turns) {
  const slide = Math.floor(turns / 25) % 4 === 3 ? 1.3 : 0.35 * Math.sin(turns / 8);
  if (own === null || others.length === 0) return { moveX: Math.cos(turns / 40), moveY: Math.sin(turns / 40) };
  const distance = (ship) => Math.hypot(ship.x - own.x, ship.y - own.y);
  const target = others.reduce((best, ship) => (distance(ship) < distance(best) ? ship : best));
  const aim = Math.atan2(target.y - own.y, target.x - own.x);
  return { moveX: Math.cos(aim + slide), moveY: Math.sin(aim + slide), aim, fire: true, rail: turns % 50 > 45, dash: turns % 60 === 0 };
}
