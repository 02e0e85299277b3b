// Looks for the number whose SHA-256 with the salt is the challenge. SHA-256 (FIPS 180-4) is written out here because
// one asynchronous call per attempt to the browser's own would be many times slower, and plain http has none.

const primes = [];
for (let n = 2; primes.length < 64; n += 1) {
  if (primes.every((prime) => n % prime !== 0)) primes.push(n);
}
const fraction = (value) => ((value - Math.floor(value)) * 2 ** 32) | 0;
const START = primes.slice(0, 8).map((prime) => fraction(prime ** (1 / 2)));
const ROUND = primes.map((prime) => fraction(Math.cbrt(prime)));
const words = new Int32Array(64);

function compress(state, block, offset) {
  for (let i = 0; i < 16; i += 1) {
    const at = offset + i * 4;
    words[i] = (block[at] << 24) | (block[at + 1] << 16) | (block[at + 2] << 8) | block[at + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = (state[i] + sums[i]) | 0;
}

function sha256(bytes) {
  const length = ((bytes.length + 8) >> 6 << 6) + 64;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setUint32(length - 4, bytes.length * 8);
  const state = START.slice();
  for (let offset = 0; offset < length; offset += 64) compress(state, padded, offset);
  return state;
}

function toWords(hex) {
  const found = [];
  for (let i = 0; i < hex.length; i += 8) found.push(parseInt(hex.slice(i, i + 8), 16) | 0);
  return found;
}

self.onmessage = ({ data }) => {
  const { salt, challenge, max } = data;
  const wanted = toWords(challenge);
  const encoder = new TextEncoder();
  for (let number = 0; number <= max; number += 1) {
    const state = sha256(encoder.encode(salt + number));
    if (state.every((word, i) => word === wanted[i])) {
      self.postMessage({ number });
      return;
    }
  }
  self.postMessage({ number: null });
};
