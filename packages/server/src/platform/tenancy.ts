/** The account and the workspace that an installation has from its first start; routes that name no workspace serve it. */
export const DEFAULT_ACCOUNT_ID = "00000000-0000-4000-8000-000000000001";
export const DEFAULT_WORKSPACE_ID = "00000000-0000-4000-8000-000000000002";
