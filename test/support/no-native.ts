/** Loaded before the program: a system whose own socket calls it does not know, as all but Linux on two processors. */
Object.defineProperty(process, 'arch', { value: 'unknown' });
