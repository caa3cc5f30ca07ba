/** 0 success, 1 failed (or a journal that is not intact), 2 a batch with spots that could not be answered. */
export const exitCodes = { success: 0, failed: 1, partly: 2 } as const;
