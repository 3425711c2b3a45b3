export { type PasswordStep, requirePasswords } from "./require-password.ts";
