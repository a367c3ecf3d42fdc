/** What may stand first on the command line, beside a run's flags: what each is stands in commands.ts, which a run does not load. */
export const COMMAND_NAMES = ['probe', 'sweep', 'report', 'diff', 'replay', 'completion'] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
