// Reading passes: the camera through zxing (loaded when it opens, from our own files), or a handheld scanner that types.
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

const EVERY = 120; // ms between two looks
const SAME = 3000; // ms in which the same text is the same pass still held there
const WIDEST = 800; // pixels of the picture that is read

let stream: MediaStream | null = null;

export async function openCamera(video: HTMLVideoElement, found: (text: string) => void): Promise<void> {
  const { prepareZXingModule, readBarcodes } = await import("zxing-wasm/reader");
  prepareZXingModule({ overrides: { locateFile: (path: string) => (path.endsWith(".wasm") ? wasm : path) } });
  closeCamera();
  const mine = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  if (!video.isConnected) return mine.getTracks().forEach((track) => track.stop());
  stream = mine;
  video.srcObject = mine;
  await video.play();
  await light(mine);
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  let [last, at] = ["", 0];
  while (stream === mine && video.isConnected) {
    if (paper && video.videoWidth) {
      canvas.width = Math.min(WIDEST, video.videoWidth);
      canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
      paper.drawImage(video, 0, 0, canvas.width, canvas.height);
      const [code] = await readBarcodes(paper.getImageData(0, 0, canvas.width, canvas.height), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
      const text = code?.isValid ? code.text : "";
      if (text && (text !== last || Date.now() - at > SAME) && stream === mine) found(text);
      if (text) [last, at] = [text, Date.now()];
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
}

// Most phones can light the pass; the others say so and nothing is lost.
async function light(mine: MediaStream) {
  const [track] = mine.getVideoTracks();
  const can = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  if (track && can?.torch) await track.applyConstraints({ advanced: [{ torch: true } as MediaTrackConstraintSet] }).catch(() => undefined);
}

export function closeCamera() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

// A handheld scanner types a pass and Enter; so does a guard who types a staff number where no field has the focus.
// typed says whether it took the text: if not, Enter means what it means.
export function listen(typed: (text: string) => boolean) {
  let [held, at] = ["", 0];
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.timeStamp - at > 1000) held = "";
    at = event.timeStamp;
    if (event.key.length === 1) held += event.key;
    if (event.key !== "Enter" || held.length < 3) return;
    const text = held;
    held = "";
    if (!typed(text)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}
