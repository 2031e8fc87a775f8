//! TMDL, PBIP, perspectives, cultures and the thin report.
