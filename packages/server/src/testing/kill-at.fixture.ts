/** Loaded before a command: kills it the moment it has told what `KILL_AT` says, before it does anything more. */
const killAt = process.env["KILL_AT"];
const write = process.stderr.write.bind(process.stderr);

process.stderr.write = (text: string | Uint8Array): boolean => {
  const written = write(text);
  if (killAt !== undefined && String(text).includes(killAt)) process.kill(process.pid, "SIGKILL");
  return written;
};
