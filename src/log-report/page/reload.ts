/** The page of a run that goes on is read again and again; the browser keeps the place, and what is open stays open. */

interface Kept {
  readonly openIds: readonly string[];
}

export function reloadWhileItGoesOn(): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="conntest-reload"]');
  openAgain(history.state as Kept | null);
  if (meta === null) return;
  const pause = document.getElementById('pause')!;
  let isPaused = false;
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? 'Go on' : 'Pause';
  });
  setInterval(() => {
    if (isPaused || document.hidden) return;
    // The history, since a page of a file may have no storage.
    history.replaceState({ openIds: openIds() } satisfies Kept, '');
    location.reload();
  }, Number(meta.content));
}

function openIds(): string[] {
  return [...document.querySelectorAll('figure:has(details[open])')].map(({ id }) => id);
}

function openAgain(kept: Kept | null): void {
  for (const id of kept?.openIds ?? []) {
    document.getElementById(id)?.querySelector('details')?.setAttribute('open', '');
  }
}
