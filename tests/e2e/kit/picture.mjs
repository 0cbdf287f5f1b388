// Reads a screenshot and says how much is on it, so that "not blank" is a measured thing.

import { inflateSync } from "node:zlib";

const SIGNATURE_BYTES = 8;
const CHANNELS = { 2: 3, 6: 4 };

/** An 8-bit RGB or RGBA picture without interlacing, as every browser writes them. */
export function decodePng(png) {
  const bytes = Buffer.from(png);
  const data = [];
  let width = 0;
  let height = 0;
  let channels = 0;
  for (let at = SIGNATURE_BYTES; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      width = body.readUInt32BE(0);
      height = body.readUInt32BE(4);
      channels = CHANNELS[body[9]];
      if (body[8] !== 8 || channels === undefined || body[12] !== 0) throw new Error("a kind of PNG that this reader does not know");
    }
    if (type === "IDAT") data.push(body);
    at += 12 + length;
  }
  return { width, height, channels, pixels: unfilter(inflateSync(Buffer.concat(data)), width, height, channels) };
}

function unfilter(raw, width, height, channels) {
  const stride = width * channels;
  const pixels = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row += 1) {
    const filter = raw[row * (stride + 1)];
    for (let column = 0; column < stride; column += 1) {
      const at = row * stride + column;
      const left = column >= channels ? pixels[at - channels] : 0;
      const up = row > 0 ? pixels[at - stride] : 0;
      const corner = row > 0 && column >= channels ? pixels[at - stride - channels] : 0;
      pixels[at] = raw[row * (stride + 1) + 1 + column] + predicted(filter, left, up, corner);
    }
  }
  return pixels;
}

function predicted(filter, left, up, corner) {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default: {
      const guess = left + up - corner;
      const [dl, du, dc] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      return dl <= du && dl <= dc ? left : du <= dc ? up : corner;
    }
  }
}

/** How many colours (five bits each), what share is not the commonest colour, what share is bright; of the whole and of the middle. */
export function measure(png) {
  const picture = decodePng(png);
  const { width, height } = picture;
  return {
    width,
    height,
    whole: measureArea(picture, 0, 0, width, height),
    middle: measureArea(picture, width >> 2, height >> 2, width >> 1, height >> 1),
  };
}

function measureArea({ width, channels, pixels }, x0, y0, columns, rows) {
  const counts = new Map();
  let bright = 0;
  for (let y = y0; y < y0 + rows; y += 1) {
    for (let x = x0; x < x0 + columns; x += 1) {
      const at = (y * width + x) * channels;
      const [r, g, b] = [pixels[at], pixels[at + 1], pixels[at + 2]];
      const colour = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
      if (0.2126 * r + 0.7152 * g + 0.0722 * b > 110) bright += 1;
    }
  }
  const total = columns * rows;
  return { colours: counts.size, drawn: 1 - Math.max(...counts.values()) / total, bright: bright / total };
}
