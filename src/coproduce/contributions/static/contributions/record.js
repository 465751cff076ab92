// Speaking instead of writing: record, hear it, throw it away, or let it go along as a file of the form.
// Shown only where the browser can record and can hand a recording to a form.
const LONGEST = 30 * 60 * 1000;
const KINDS = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
const ENDINGS = { "audio/mp4": "m4a", "audio/webm": "webm", "audio/ogg": "ogg" };

for (const part of document.querySelectorAll("[data-record]")) {
  const files = part.closest("form").querySelector("input[type=file]");
  if (!files || !navigator.mediaDevices?.getUserMedia || !window.MediaRecorder || !window.DataTransfer) continue;
  const [start, stop, hear, away] = ["start", "stop", "hear", "throw"].map((name) => part.querySelector(`[data-${name}]`));
  const says = part.querySelector("[data-says]");
  let recorder, file, playing;

  function show(...shown) {
    for (const button of [start, stop, hear, away]) button.hidden = !shown.includes(button);
    shown[0].focus();
  }

  function chosen(keep) {
    const others = new DataTransfer();
    for (const each of files.files) if (each !== file && each.name !== file?.name) others.items.add(each);
    if (keep) others.items.add(keep);
    files.files = others.files;
  }

  function quiet() {
    playing?.close();
    playing = undefined;
  }

  start.addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      says.textContent = part.dataset.refused;
      return;
    }
    const pieces = [];
    recorder = new MediaRecorder(stream, { mimeType: KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) });
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      const kind = recorder.mimeType.split(";")[0];
      const kept = new File(pieces, `${part.dataset.name}.${ENDINGS[kind] ?? "webm"}`, { type: kind });
      chosen(kept);
      file = kept;
      says.textContent = part.dataset.has;
      show(hear, away);
    });
    recorder.start();
    setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST);
    says.textContent = part.dataset.hears;
    show(stop);
  });
  stop.addEventListener("click", () => recorder.stop());
  hear.addEventListener("click", async () => {
    quiet();
    playing = new AudioContext();
    const sound = playing.createBufferSource();
    sound.buffer = await playing.decodeAudioData(await file.arrayBuffer());
    sound.connect(playing.destination);
    sound.start();
  });
  away.addEventListener("click", () => {
    quiet();
    chosen();
    file = undefined;
    says.textContent = part.dataset.gone;
    show(start);
  });
  part.hidden = false;
}
