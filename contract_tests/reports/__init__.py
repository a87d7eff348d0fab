"""The reports of a run, one module each; all of them are written from the same, masked evidence."""
