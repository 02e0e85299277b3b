// Reads QR codes where the browser has no reader of its own (BarcodeDetector): jsQR, fetched once, when a door is opened
// with a network, and kept by the service worker from then on.

const WIDEST = 640; // a code fills most of the picture; more takes a slow phone longer than it finds more

let loading;

export async function hasOwnReader() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  return Boolean(formats?.includes("qr_code"));
}

// Returns a function that finds the text of a code in a video's picture. Throws without a network, the first time.
export async function loadDecoder() {
  loading ??= import(document.body.dataset.decoder).catch((error) => { loading = undefined; throw error; });
  await loading;
  const canvas = document.createElement("canvas");
  const pencil = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!video.videoWidth) return undefined; // no picture yet
    const shrunk = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * shrunk);
    canvas.height = Math.round(video.videoHeight * shrunk);
    pencil.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = pencil.getImageData(0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data || undefined;
  };
}

// Have it at hand before the network is gone.
export async function prepareDecoder() {
  if (navigator.mediaDevices?.getUserMedia && !(await hasOwnReader())) await loadDecoder();
}
