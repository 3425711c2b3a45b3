export { storeReaders, vaultOpener } from "./readers.ts";
export { StoreError, type StoreProblem } from "./store-error.ts";
export { Vault, type VaultSecret } from "./vault.ts";
export { pushFields, type Pushed, readRemoteValues, readVaultSet } from "./vault-set.ts";
export { type Environment, type VaultKind, type VaultLogin, type VaultSettings, vaultSettings } from "./vault-settings.ts";
