/**
 * All that moves, as quads of the atlas in one draw call. Colours are premultiplied with their own cover, so light that adds up
 * and paint that hides share the call. The buffers are made once: a frame allocates nothing.
 */

import { Buffer, BufferUsage, Geometry, GlProgram, Mesh, Shader, type TextureSource } from "pixi.js";

import type { Cell } from "./atlas";
import type { Brush } from "./surface";

const VERTEX = `
in vec2 aPosition;
in vec2 aUV;
in vec4 aColour;
out vec2 vUV;
out vec4 vColour;
uniform mat3 uProjectionMatrix;
uniform mat3 uWorldTransformMatrix;
uniform mat3 uTransformMatrix;
void main() {
  mat3 transform = uProjectionMatrix * uWorldTransformMatrix * uTransformMatrix;
  gl_Position = vec4((transform * vec3(aPosition, 1.0)).xy, 0.0, 1.0);
  vUV = aUV;
  vColour = aColour;
}`;

const FRAGMENT = `
in vec2 vUV;
in vec4 vColour;
out vec4 finalColor;
uniform sampler2D uTexture;
void main() {
  finalColor = texture(uTexture, vUV) * vColour;
}`;

const VERTEX_FLOATS = 5;
const QUAD_FLOATS = VERTEX_FLOATS * 4;
const VERTEX_BYTES = VERTEX_FLOATS * 4;

export class Batch implements Brush {
  readonly mesh: Mesh<Geometry, Shader>;
  readonly #floats: Float32Array;
  readonly #words: Uint32Array;
  readonly #buffer: Buffer;
  readonly #geometry: Geometry;
  readonly #quadsMax: number;
  #quads = 0;

  /** At most 16,383 quads: indices have 16 bits. Quads beyond `quadsMax` are left out. */
  constructor(picture: TextureSource, quadsMax: number) {
    this.#quadsMax = quadsMax;
    this.#floats = new Float32Array(quadsMax * QUAD_FLOATS);
    this.#words = new Uint32Array(this.#floats.buffer);
    this.#buffer = new Buffer({ data: this.#floats, usage: BufferUsage.VERTEX | BufferUsage.COPY_DST });
    const attribute = (offset: number, format: "float32x2" | "unorm8x4"): object => ({ buffer: this.#buffer, format, stride: VERTEX_BYTES, offset });
    this.#geometry = new Geometry({
      attributes: { aPosition: attribute(0, "float32x2"), aUV: attribute(8, "float32x2"), aColour: attribute(16, "unorm8x4") } as never,
      indexBuffer: quadIndices(quadsMax),
    });
    const glProgram = GlProgram.from({ vertex: VERTEX, fragment: FRAGMENT, name: "slipstream-batch" });
    const shader = new Shader({ glProgram, resources: { uTexture: picture, uSampler: picture.style } });
    this.mesh = new Mesh({ geometry: this.#geometry, shader });
    this.mesh.eventMode = "none";
    this.mesh.cullable = false;
  }

  begin(): void {
    this.#quads = 0;
  }

  end(): void {
    this.mesh.visible = this.#quads > 0;
    if (this.#quads === 0) return;
    this.#geometry.indexCount = this.#quads * 6;
    this.#buffer.update(this.#quads * QUAD_FLOATS * 4);
  }

  sprite(cell: Cell, x: number, y: number, halfWidth: number, halfHeight: number, cos: number, sin: number, colour: number): void {
    const ax = halfWidth * cos;
    const ay = halfWidth * sin;
    const bx = -halfHeight * sin;
    const by = halfHeight * cos;
    if (this.#quads >= this.#quadsMax) return;
    let at = this.#quads * QUAD_FLOATS;
    this.#quads += 1;
    at = this.#vertex(at, x - ax - bx, y - ay - by, cell.u0, cell.v0, colour);
    at = this.#vertex(at, x + ax - bx, y + ay - by, cell.u1, cell.v0, colour);
    at = this.#vertex(at, x + ax + bx, y + ay + by, cell.u1, cell.v1, colour);
    this.#vertex(at, x - ax + bx, y - ay + by, cell.u0, cell.v1, colour);
  }

  piece(
    cell: Cell,
    alx: number, aly: number, arx: number, ary: number, aColour: number,
    blx: number, bly: number, brx: number, bry: number, bColour: number,
  ): void {
    if (this.#quads >= this.#quadsMax) return;
    let at = this.#quads * QUAD_FLOATS;
    this.#quads += 1;
    const u = (cell.u0 + cell.u1) / 2;
    at = this.#vertex(at, alx, aly, u, cell.v0, aColour);
    at = this.#vertex(at, blx, bly, u, cell.v0, bColour);
    at = this.#vertex(at, brx, bry, u, cell.v1, bColour);
    this.#vertex(at, arx, ary, u, cell.v1, aColour);
  }

  destroy(): void {
    this.mesh.destroy();
    this.#geometry.destroy(true);
  }

  #vertex(at: number, x: number, y: number, u: number, v: number, colour: number): number {
    const floats = this.#floats;
    floats[at] = x;
    floats[at + 1] = y;
    floats[at + 2] = u;
    floats[at + 3] = v;
    this.#words[at + 4] = colour;
    return at + VERTEX_FLOATS;
  }
}

function quadIndices(quads: number): Uint16Array {
  const indices = new Uint16Array(quads * 6);
  for (let quad = 0; quad < quads; quad += 1) {
    const vertex = quad * 4;
    indices.set([vertex, vertex + 1, vertex + 2, vertex, vertex + 2, vertex + 3], quad * 6);
  }
  return indices;
}
