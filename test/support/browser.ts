/** Debian's Chromium, where there is one. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** What a test is skipped with; false: there is a browser. */
export const noBrowser: string | false = existsSync(CHROMIUM)
  ? false
  : `no ${CHROMIUM}: install Debian's package chromium to run this test`;

export function startBrowser(): Promise<Browser> {
  // Root, as in a container, may not use its sandbox; it opens files of the test's own making only.
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

export interface Looked {
  readonly page: Page;
  /** What the page wrote to its console, and its errors. */
  readonly complaints: string[];
  /** Addresses that it asked for, its own file left out. */
  readonly requests: string[];
}

export async function openPage(
  browser: Browser,
  path: string,
  { width, dark }: { readonly width: number; readonly dark: boolean },
): Promise<Looked> {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  const complaints: string[] = [];
  const requests: string[] = [];
  const url = `file://${path}`;
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, requests };
}

/** What A4 has between margins of 14 mm; Letter is wider. */
const PAPER_PX = Math.floor((182 / 25.4) * 96);

/** What reaches beyond the paper or its own frame when the page is printed, by tag and first words. */
export async function beyondPaper(page: Page): Promise<string[]> {
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  return page.evaluate<string[]>(`
    const rightOf = (one) => one.getBoundingClientRect().right;
    [...document.querySelectorAll('body :not(nav, nav *)')]
      .filter((one) => rightOf(one) > Math.min(${PAPER_PX}, rightOf(one.closest('figure') ?? document.body)))
      .map((one) => one.tagName + ' ' + one.textContent.trim().slice(0, 30))`);
}
