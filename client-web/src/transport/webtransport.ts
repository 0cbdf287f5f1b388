// WebTransport as a link: datagrams for the unreliable lane, one bidirectional stream for the reliable one.

import { DatagramSlot } from "./datagram-slot";
import { FrameSplitter, frameWithLength } from "./frame-splitter";
import { Inbox } from "./inbox";
import { LANE, type Lane, type Link, type LinkCaps, type LinkEnd, type Receive } from "./link";

/** Where to connect, as the join answer says it. */
export interface WebTransportTarget {
  readonly url: string;
  /** SHA-256 of each certificate the server may show, base64; empty when its certificate is signed by an authority. */
  readonly certificateHashes: readonly string[];
}

/** Reliable bytes that the browser has not taken yet; more than this closes the link as too slow. */
const UNSENT_BYTES_MAX = 256 * 1024;
/** What the host may send or expect in one datagram, whatever the browser claims. */
const DATAGRAM_BYTES_MAX = 1150;
/** Every browser carries this much from the first moment. */
const DATAGRAM_BYTES_MIN = 1000;
/** What was said last is given this long to leave before the connection is closed under it. */
const LINGER_MS_MAX = 250;

type Datagrams = WebTransportDatagramDuplexStream & {
  /** The newer way in, and Safari's only one. */
  readonly createWritable?: () => WritableStream<Uint8Array<ArrayBuffer>>;
};

/** Opens a link; rejects with a reason for a person when it cannot, and leaves nothing behind. */
export async function openWebTransport(target: WebTransportTarget, query: string, signal: AbortSignal): Promise<Link> {
  if (typeof WebTransport === "undefined") throw new Error("this browser has no WebTransport");
  signal.throwIfAborted();
  const session = new WebTransport(`${target.url}?${query}`, {
    congestionControl: "low-latency",
    requireUnreliable: true,
    ...(target.certificateHashes.length > 0 && { serverCertificateHashes: target.certificateHashes.map(certificateHash) }),
  });
  // Both reject when the session fails; whoever awaits them first must not leave the other one unheard.
  session.closed.catch(() => undefined);
  const abandon = (): void => {
    closeQuietly(session);
  };
  signal.addEventListener("abort", abandon, { once: true });
  try {
    await untilAborted(session.ready, signal);
    const stream = await untilAborted(session.createBidirectionalStream(), signal);
    return new WebTransportLink(session, stream);
  } catch (error) {
    closeQuietly(session);
    throw error;
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

class WebTransportLink implements Link {
  readonly transport = "webtransport";
  readonly closed: Promise<LinkEnd>;
  readonly #session: WebTransport;
  readonly #inbox = new Inbox();
  readonly #datagrams: DatagramSlot;
  readonly #stream: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #unsentBytes = 0;
  #end: ((end: LinkEnd) => void) | undefined;

  constructor(session: WebTransport, stream: WebTransportBidirectionalStream) {
    this.#session = session;
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
    const datagrams = session.datagrams as Datagrams;
    const writable = datagrams.createWritable?.() ?? datagrams.writable;
    this.#datagrams = new DatagramSlot(writable.getWriter());
    this.#stream = stream.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
    void this.#readDatagrams(datagrams.readable as ReadableStream<Uint8Array>);
    void this.#readStream(stream.readable as ReadableStream<Uint8Array>);
    session.closed.then(
      ({ reason }) => {
        this.#finish({ kind: "closed-there", reason: reason ?? "" });
      },
      (error: unknown) => {
        this.#finish({ kind: "failed", reason: String(error) });
      },
    );
  }

  get caps(): LinkCaps {
    const claimed = this.#session.datagrams.maxDatagramSize;
    return { datagramBytesMax: Math.min(DATAGRAM_BYTES_MAX, Math.max(DATAGRAM_BYTES_MIN, claimed)) };
  }

  onReceive(receive: Receive): void {
    this.#inbox.onReceive(receive);
  }

  send(lane: Lane, bytes: Uint8Array): void {
    if (this.#end === undefined) return;
    if (lane === LANE.unreliable) {
      this.#datagrams.send(bytes);
      return;
    }
    const framed = frameWithLength(bytes);
    this.#unsentBytes += framed.length;
    if (this.#unsentBytes > UNSENT_BYTES_MAX) {
      this.#finish({ kind: "too-slow" });
      return;
    }
    this.#stream.write(framed).then(
      () => {
        this.#unsentBytes -= framed.length;
      },
      () => {
        this.#finish({ kind: "failed", reason: "the stream was closed" });
      },
    );
  }

  close(): void {
    const resolve = this.#takeEnd();
    if (resolve === undefined) return;
    // Firefox calls a stream closed before its bytes have left: only the peer's own close tells that the last word has arrived.
    this.#stream.close().catch(() => undefined);
    const lingering = new Promise((done) => setTimeout(done, LINGER_MS_MAX));
    void Promise.race([this.#session.closed.catch(() => undefined), lingering]).then(() => {
      closeQuietly(this.#session);
    });
    resolve({ kind: "closed-here" });
  }

  async #readDatagrams(readable: ReadableStream<Uint8Array>): Promise<void> {
    const reader = readable.getReader();
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        this.#inbox.deliver(LANE.unreliable, read.value);
      }
    } catch (error) {
      this.#finish({ kind: "failed", reason: String(error) });
    }
  }

  async #readStream(readable: ReadableStream<Uint8Array>): Promise<void> {
    const reader = readable.getReader();
    const splitter = new FrameSplitter();
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        const isWhole = splitter.push(read.value, (frame) => {
          this.#inbox.deliver(LANE.reliable, frame);
        });
        if (!isWhole) {
          this.#finish({ kind: "malformed", reason: "a frame without a sensible length arrived" });
          return;
        }
      }
      this.#finish({ kind: "closed-there", reason: "the stream ended" });
    } catch (error) {
      this.#finish({ kind: "failed", reason: String(error) });
    }
  }

  #finish(end: LinkEnd): void {
    const resolve = this.#takeEnd();
    if (resolve === undefined) return;
    closeQuietly(this.#session);
    resolve(end);
  }

  /** The one who ends the link gets it; everybody later gets nothing. */
  #takeEnd(): ((end: LinkEnd) => void) | undefined {
    const end = this.#end;
    this.#end = undefined;
    return end;
  }
}

function certificateHash(base64: string): WebTransportHash {
  return { algorithm: "sha-256", value: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) };
}

function closeQuietly(session: WebTransport): void {
  try {
    session.close();
  } catch {
    // Already closed, or never opened: what was wanted is so.
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error("given up"));
    };
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", abort);
    });
  });
}
