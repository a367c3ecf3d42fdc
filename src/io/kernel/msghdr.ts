/** struct msghdr of 64-bit Linux (x86-64 and arm64): where its fields lie. */
export const MSGHDR = {
  name: 0,
  nameLength: 8,
  vector: 16,
  vectorLength: 24,
  control: 32,
  controlLength: 40,
  bytes: 56,
} as const;

/** struct cmsghdr: its length (8 bytes), level and type (4 each); then the data. */
export const CMSG_HEAD_BYTES = 16;
