/** Follows the own ship, looks a little ahead to where it aims, and steps back when it rides a wake. */

/** The picture never shows more than this, so that a wide window is no advantage; the host sends ships somewhat beyond. */
const VIEW_WIDTH_M_MAX = 84;
const VIEW_HEIGHT_M_MAX = 56;
/** What a usual window shows: square metres. */
const VIEW_AREA_M2 = 2900;
const LOOK_AHEAD_M = 4.5;
/** A camera that would have to travel further than this cuts. */
const CUT_M = 30;
/** How much of what lies beyond the level may be seen; above and below it is what the HUD covers, upright what thumbs cover. */
const BEYOND_M = 5;
const BEYOND_HUD_PX = 130;
const BEYOND_THUMBS_SHARE = 0.25;
const WAKE_ZOOM = 0.94;
const DASH_ZOOM = 0.97;
const SHAKE_M_MAX = 0.5;

export interface CameraTarget {
  readonly x: number;
  readonly y: number;
  readonly aim: number;
  readonly isAlive: boolean;
  readonly isInWake: boolean;
  readonly isDashing: boolean;
}

/** Pixels to a metre, for a window of this size. */
export function pixelsPerMetre(width: number, height: number): number {
  return Math.max(Math.sqrt((width * height) / VIEW_AREA_M2), width / VIEW_WIDTH_M_MAX, height / VIEW_HEIGHT_M_MAX);
}

/** The share of the way that an easing with this time constant goes in `dt_ms`. */
export function easeShare(dt_ms: number, constant_ms: number): number {
  return 1 - Math.exp(-dt_ms / constant_ms);
}

/** Where the middle may be so that a view of this size shows no more than a margin beyond `bound_m`; a small level sits in the middle. */
function held(middle_m: number, shown_m: number, bound_m: number, beyond_m: number): number {
  const least = shown_m / 2 - beyond_m;
  const most = bound_m - shown_m / 2 + beyond_m;
  return least > most ? bound_m / 2 : Math.min(Math.max(middle_m, least), most);
}

export class Camera {
  /** The metre in the middle of the picture, shake included. */
  x = 0;
  y = 0;
  scale = 20;
  isMotionReduced = false;
  isShakeOn = true;

  #aheadX = 0;
  #aheadY = 0;
  #lagX = 0;
  #lagY = 0;
  #lastX = 0;
  #lastY = 0;
  #zoom = 1;
  #shake = 0;
  #shakeAngle = 0;
  #isPlaced = false;
  #boundX = Infinity;
  #boundY = Infinity;

  /** The level's size: the picture shows only a little of what lies beyond. */
  setBounds(width_m: number, height_m: number): void {
    this.#boundX = width_m;
    this.#boundY = height_m;
    this.#isPlaced = false;
  }

  /** Adds to the shake; 1 is the most there is. */
  shake(strength: number): void {
    if (this.isShakeOn && !this.isMotionReduced) this.#shake = Math.min(1, this.#shake + strength);
  }

  follow(target: CameraTarget, width: number, height: number, dt_ms: number): void {
    this.#keepLag(target, dt_ms);
    const reach = target.isAlive ? LOOK_AHEAD_M * (this.isMotionReduced ? 0.5 : 1) : 0;
    const ease = easeShare(dt_ms, 180);
    this.#aheadX += (Math.cos(target.aim) * reach - this.#aheadX) * ease;
    this.#aheadY += (Math.sin(target.aim) * reach - this.#aheadY) * ease;
    const wanted = this.isMotionReduced ? 1 : (target.isInWake ? WAKE_ZOOM : 1) * (target.isDashing ? DASH_ZOOM : 1);
    this.#zoom += (wanted - this.#zoom) * easeShare(dt_ms, 220);
    this.scale = pixelsPerMetre(width, height) * this.#zoom;

    this.#shake *= Math.exp(-dt_ms / 90);
    this.#shakeAngle += dt_ms * 0.09;
    const amplitude = this.#shake * this.#shake * SHAKE_M_MAX;
    const x = held(target.x + this.#lagX + this.#aheadX, width / this.scale, this.#boundX, BEYOND_M);
    const covered = height > width ? height * BEYOND_THUMBS_SHARE : BEYOND_HUD_PX;
    const y = held(target.y + this.#lagY + this.#aheadY, height / this.scale, this.#boundY, covered / this.scale);
    this.x = x + Math.cos(this.#shakeAngle * 1.7) * amplitude;
    this.y = y + Math.sin(this.#shakeAngle * 2.3) * amplitude;
  }

  /** A jump of the target (a respawn, say) is travelled in a moment instead of at once, unless it is far. */
  #keepLag(target: CameraTarget, dt_ms: number): void {
    const jumpX = this.#lastX - target.x;
    const jumpY = this.#lastY - target.y;
    const jump = Math.hypot(jumpX, jumpY);
    // Faster than any ship flies: 70 m/s.
    if (this.#isPlaced && jump > 2 + dt_ms * 0.07) {
      this.#lagX = jump > CUT_M ? 0 : this.#lagX + jumpX;
      this.#lagY = jump > CUT_M ? 0 : this.#lagY + jumpY;
    }
    const ease = easeShare(dt_ms, 110);
    this.#lagX -= this.#lagX * ease;
    this.#lagY -= this.#lagY * ease;
    this.#lastX = target.x;
    this.#lastY = target.y;
    this.#isPlaced = true;
  }
}
