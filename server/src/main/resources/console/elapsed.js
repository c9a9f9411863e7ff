/**
 * How long ago something began, as a clock shows it: `0:07`, `12:40`, `3:02:11`.
 *
 * @param {string} since an ISO timestamp; one in the future counts as now, as clocks differ a little
 */
export function elapsedSince(since) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 1000));
  const two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** Brings every running clock on the page up to date. */
export function tickClocks() {
  for (const clock of document.querySelectorAll('time[data-since]')) {
    clock.textContent = elapsedSince(clock.dataset.since);
  }
}
