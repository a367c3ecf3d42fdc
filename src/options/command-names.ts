/** What may stand first on the command line, beside a run's flags. */
export const COMMAND_NAMES = ['probe', 'sweep', 'report', 'diff', 'replay', 'completion'] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
