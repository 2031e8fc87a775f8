//! Syntax tree and gold schema -> model: names, types, grain, paths. Each pass only adds.
