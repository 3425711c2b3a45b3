/**
 * Property tests draw the same examples in every run, so that a failure is a change and not a chance. New ground is
 * covered by asking for it: `PROPERTY_SEED=$RANDOM npm test -- tests`.
 */
import { configureGlobal } from "fast-check";

configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 20_260_101) });
